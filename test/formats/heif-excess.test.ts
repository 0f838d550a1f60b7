import { describe, expect, it } from 'vitest';
import { heif } from '../../src/formats/heif/heif.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { buildHeif, exifItem, fullBox, pictureItem, uint } from '../support/heif.js';
import { isoBox } from '../support/jumbf.js';
import { film } from '../support/mp4.js';
import { flatten, policyOf, removing } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';

const strict = presetPolicy('strict').effectiveFor(undefined);
const balanced = presetPolicy('balanced').effectiveFor(undefined);

const CANARY = Buffer.from('CANARY-in-a-gap!');

/** The file with bytes put in at an offset, and with the sizes of the boxes around them and the offsets behind them put right. */
function grown(bytes: Buffer, at: number, inserted: Uint8Array, around: readonly string[]): Buffer {
  const output = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
  for (const type of around) {
    const size = output.indexOf(type) - 4;
    output.writeUInt32BE(output.readUInt32BE(size) + inserted.length, size);
  }
  const iloc = output.indexOf('iloc');
  const count = output.readUInt16BE(iloc + 10);
  // Version 1 with one extent each: id, method, reference, number of extents, then offset and length.
  for (let item = 0; item < count; item++) {
    const offset = iloc + 12 + item * 16 + 8;
    output.writeUInt32BE(output.readUInt32BE(offset) + inserted.length, offset);
  }
  return output;
}

const endOf = (bytes: Buffer, type: string): number => {
  const start = bytes.indexOf(type) - 4;
  return start + bytes.readUInt32BE(start);
};

describe('what a HEIF file holds between its fields', () => {
  const plain = buildHeif({ properties: [isoBox('irot', uint(1, 1))] });
  it.each<[string, Buffer]>([
    ['behind the primary item', grown(plain, endOf(plain, 'pitm'), CANARY, ['pitm', 'meta'])],
    ['behind the locations', grown(plain, endOf(plain, 'iloc'), CANARY, ['iloc', 'meta'])],
    ['behind the associations', grown(plain, endOf(plain, 'ipma'), CANARY, ['ipma', 'iprp', 'meta'])],
    ['in a box among the item entries', grown(plain, endOf(plain, 'iinf'), isoBox('note', CANARY), ['iinf', 'meta'])],
    ['in free space among the properties', grown(plain, endOf(plain, 'iprp'), isoBox('free', CANARY), ['iprp', 'meta'])],
  ])('goes from %s', (_where, bytes) => {
    expect(bytes.includes(CANARY)).toBe(true);
    const { output, touched, before, after } = scrubUnder(heif, bytes, strict);
    expect(touched).toHaveLength(1);
    expect(output.includes(CANARY)).toBe(false);
    expect(output.length).toBe(bytes.length);
    expect(after.picture.orientation).toBe(before.picture.orientation);
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it('goes from the reserved bytes of the handler, and its name stays where that is plain', () => {
    const bytes = buildHeif({ handler: 'libavif' });
    bytes.write('CANARY-12345', bytes.indexOf('pict') + 4);
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.includes('CANARY')).toBe(false);
    expect(output.includes('libavif')).toBe(true);
    expectLaws(heif, bytes, [strict]);
  });

  const behind = (type: string, fields: Uint8Array): Buffer => isoBox(type, fields, CANARY);
  it.each<[string, Buffer]>([
    ['of a property that tells its own length', behind('a1op', uint(0, 1))],
    ['of a configuration for AV1', behind('av1C', Buffer.from('81200200', 'hex'))],
    ['of the units of such a configuration', behind('av1C', Buffer.from('812002000a0538cffdb404', 'hex'))],
    ['of a colour volume without fields', behind('cclv', uint(0, 1))],
    ['of the bits of one channel', behind('pixi', Buffer.from([0, 0, 0, 0, 1, 8]))],
    ['of coded colours', behind('colr', Buffer.concat([Buffer.from('nclx'), Buffer.from([0, 1, 0, 13, 0, 6, 0x80])]))],
    ['of a kind of auxiliary picture, without one', fullBox('auxC', 0, 0, Buffer.from('urn:x:'), CANARY)],
  ])('goes from behind the fields %s, which stay', (_what, property) => {
    const bytes = buildHeif({ properties: [property] });
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.includes(CANARY)).toBe(false);
    expect(output.length).toBe(bytes.length);
    const fields = property.subarray(8, property.indexOf(CANARY));
    expect(output.includes(fields)).toBe(!property.includes('auxC'));
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it.each<[string, Uint8Array]>([
    ['with a place that nothing needs', fullBox('url ', 0, 1, CANARY)],
    ['with a place elsewhere', fullBox('url ', 0, 0, CANARY)],
  ])('goes from where its data lie: %s', (_what, entry) => {
    const bytes = buildHeif({ metaBoxes: [isoBox('dinf', fullBox('dref', 0, 0, uint(1, 4), entry))] });
    expect(scrubUnder(heif, bytes, strict).output.includes(CANARY)).toBe(false);
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it('leaves alone what says that the data lie in the file itself', () => {
    const bytes = buildHeif({ metaBoxes: [isoBox('dinf', fullBox('dref', 0, 0, uint(1, 4), fullBox('url ', 0, 1)))] });
    expect(scrubUnder(heif, bytes, strict).output.equals(bytes)).toBe(true);
  });

  it('loses brands that nobody knows, in pieces of four characters', () => {
    const bytes = buildHeif();
    // In the place of the last brand, so that no offset moves.
    const at = bytes.readUInt32BE(0) - 4;
    bytes.write('SECR', at);
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.subarray(at, at + 4)).toEqual(bytes.subarray(8, 12));
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it('takes a block of Exif for no input of the picture', () => {
    const bytes = buildHeif({ items: [exifItem(buildExif({ artist: 'CANARY' }))], references: [{ type: 'dimg', from: 1, to: [2] }] });
    expect(scrubUnder(heif, bytes, strict).output.includes('CANARY')).toBe(false);
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it('takes another file behind its end for a tail, whatever offsets that has', () => {
    const bytes = Buffer.concat([buildHeif(), film()]);
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.equals(buildHeif())).toBe(true);
    expectLaws(heif, bytes, [strict, balanced]);
  });

  it('tells of a place in a description that else might stay', () => {
    const description = (text: string): Buffer => fullBox('udes', 0, 0, Buffer.from(`en\0name\0${text}\0\0`));
    const told = scrubUnder(heif, buildHeif({ properties: [description('48.85837, 2.29448')] }), balanced);
    expect(told.output.includes('48.85837')).toBe(false);
    expect(scrubUnder(heif, buildHeif({ properties: [description('a castle')] }), balanced).output.includes('a castle')).toBe(true);
  });
});

describe('a crop for show', () => {
  const clap = (width: number, height: number): Buffer =>
    isoBox('clap', ...[width, 1, height, 1, 0, 1, 0, 1].map((value) => uint(value, 4)));
  /** Its picture says to be 64 by 64. */
  const cropped = (width: number, height: number): Buffer => {
    const bytes = buildHeif({ properties: [clap(width, height)] });
    const ispe = bytes.indexOf('ispe');
    bytes.writeUInt32BE(64, ispe + 8);
    bytes.writeUInt32BE(64, ispe + 12);
    return bytes;
  };

  it.each([
    [32, 64],
    [64, 48],
  ])('to %i by %i is never clean, and never taken for scrubbed', (width, height) => {
    const bytes = cropped(width, height);
    expect(flatten(readBytes(heif, bytes).parts).find(({ path }) => path.includes('clap'))?.category).toBe('hidden');
    expect(() => scrubUnder(heif, bytes, strict)).toThrow(/cropped/);
    expect(scrubUnder(heif, bytes, removing('location')).output.equals(bytes)).toBe(true);
  });

  it('of what fills up a block is the picture itself', () => {
    const bytes = cropped(63, 50);
    expect(scrubUnder(heif, bytes, strict).output.equals(bytes)).toBe(true);
  });

  it('of a thumbnail goes with it', () => {
    const bytes = buildHeif({
      items: [pictureItem(4, { properties: [1, 2, 3, 4] })],
      references: [{ type: 'thmb', from: 4, to: [1] }],
      properties: [clap(1, 1)],
    });
    // The builder gives every property to the picture: here it is the thumbnail's alone.
    const picture = bytes.indexOf(Buffer.from([0, 1, 4, 1, 2, 3, 4]));
    bytes[picture + 6] = 0;
    bytes.writeUInt32BE(64, bytes.indexOf('ispe') + 8);
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.includes('clap')).toBe(false);
  });
});

describe('pictures beside the one shown', () => {
  const related = buildHeif({
    items: [pictureItem(4), { id: 5, type: 'tmap', data: Buffer.from('tone map'), properties: [1] }, pictureItem(6)],
    references: [{ type: 'dimg', from: 5, to: [1, 4] }],
  });

  it('stay with a gain map where previews do, unless nothing ties them to it', () => {
    expect(scrubUnder(heif, related, removing('hidden')).touched).toEqual(['item-6']);
    expect(scrubUnder(heif, related, removing('preview')).touched).toEqual(['item-4', 'item-5', 'item-6']);
    expectLaws(heif, related, [removing('hidden'), removing('preview'), strict]);
  });
});

describe('a HEIF file made to keep a reader busy', () => {
  it('with items taken from items taken from items is refused', () => {
    const entry = (id: number, method: number, extents: number, length: number): Buffer =>
      Buffer.concat([
        uint(id, 2),
        uint(method, 2),
        uint(0, 2),
        uint(extents, 2),
        ...Array.from({ length: extents }, () => Buffer.concat([uint(0, 4), uint(length, 4)])),
      ]);
    const meta = fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, uint(0, 4), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, 0, uint(1, 2)),
      fullBox('iloc', 1, 0, Buffer.from([0x44, 0]), uint(3, 2), entry(1, 0, 1000, 4), entry(2, 2, 1000, 0), entry(3, 2, 1000, 0)),
      fullBox('iinf', 0, 0, uint(3, 2), ...[1, 2, 3].map((id) => fullBox('infe', 2, 0, uint(id, 2), uint(0, 2), Buffer.from('av01\0')))),
      fullBox('iref', 0, 0, isoBox('iloc', uint(2, 2), uint(1, 2), uint(1, 2)), isoBox('iloc', uint(3, 2), uint(1, 2), uint(2, 2))),
    );
    const bytes = Buffer.concat([
      isoBox('ftyp', Buffer.from('avif'), uint(0, 4), Buffer.from('mif1')),
      meta,
      isoBox('mdat', Buffer.alloc(64)),
    ]);
    expect(readError(heif, bytes)?.code).toBe('limit-partCount');
  });

  it('with thousands of items, references and boxes is read in one go', () => {
    const count = 12_000;
    const ids = Array.from({ length: count }, (_, index) => index + 2);
    const bytes = buildHeif({
      items: ids.map((id) => ({ id, type: 'Exif', data: Buffer.from('xx') })),
      references: ids.map((from) => ({ type: 'cdsc', from, to: [1] })),
      boxesAfter: Array.from({ length: count }, () => isoBox('abcd', Buffer.from('y'))),
    });
    const { output, after } = scrubUnder(heif, bytes, strict);
    expect(flatten(after.parts).filter(({ path }) => path.startsWith('item-'))).toHaveLength(1);
    expect(output.includes('xx')).toBe(false);
  });

  it('keeps an Exif block out of a policy that says nothing of it', () => {
    const bytes = buildHeif({ items: [exifItem(buildExif({ artist: 'me' }))] });
    expect(scrubUnder(heif, bytes, policyOf({ location: 'remove' })).output.equals(bytes)).toBe(true);
  });
});
