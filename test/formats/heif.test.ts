import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heif } from '../../src/formats/heif/heif.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { buildHeif, exifItem, fullBox, type HeifOptions, pictureItem, uint, xmpItem } from '../support/heif.js';
import { isoBox } from '../support/jumbf.js';
import { flatten, policyOf } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';
import { buildXmp, RICH } from '../support/xmp.js';

const strict = presetPolicy('strict').effectiveFor(undefined);
const balanced = presetPolicy('balanced').effectiveFor(undefined);
const policies = [strict, balanced, presetPolicy('location-only').effectiveFor(undefined)];

const paths = (options: HeifOptions): string[] => flatten(readBytes(heif, buildHeif(options)).parts).map(({ path }) => path);
const describedBy = (from: number) => ({ type: 'cdsc', from, to: [1] });

describe('what a HEIF file holds', () => {
  it('is nothing to remove where there is only the picture', () => {
    const bytes = buildHeif({ handler: 'libavif', pictureName: 'Color' });
    expect(scrubUnder(heif, bytes, strict).output.equals(bytes)).toBe(true);
    expect(readBytes(heif, bytes).picture).toMatchObject({ width: 16, height: 16, orientation: 1, frameCount: 1 });
  });

  it.each([0, 1, 2] as const)('keeps its length and every offset under iloc version %i', (ilocVersion) => {
    const bytes = buildHeif({
      ilocVersion,
      items: [exifItem(buildExif({ artist: 'CANARY', orientation: 6 }))],
      references: [describedBy(2)],
    });
    const { output, after } = scrubUnder(heif, bytes, strict);
    expect(output.length).toBe(bytes.length);
    expect(output.includes('CANARY')).toBe(false);
    expect(after.picture).toMatchObject(readBytes(heif, bytes).picture);
  });

  it('loses an item from every table, not from the data alone', () => {
    const bytes = buildHeif({
      items: [exifItem(buildExif({ artist: 'CANARY' }))],
      references: [describedBy(2)],
      groups: [fullBox('altr', 0, 0, uint(9, 4), uint(2, 4), uint(1, 4), uint(2, 4))],
    });
    const { output } = scrubUnder(heif, bytes, strict);
    for (const gone of ['Exif', 'cdsc', 'iref', 'altr', 'grpl']) expect(output.includes(gone)).toBe(false);
    expect(output.includes('free')).toBe(true);
  });

  it('keeps what the policy keeps, rewritten where it lay', () => {
    const block = buildExif({ make: 'Acme', copyright: 'me', serial: 'CANARY', gps: { latitude: 48.85, longitude: 2.29 } });
    const { output, after } = scrubUnder(heif, buildHeif({ items: [{ ...exifItem(block), extents: 3 }] }), balanced);
    expect(output.includes('CANARY')).toBe(false);
    const left = flatten(after.parts).map(({ path }) => path);
    expect(left).toEqual(expect.arrayContaining(['item-2/IFD0/Make', 'item-2/IFD0/Copyright']));
    expect(left.some((path) => path.includes('GPS'))).toBe(false);
  });

  it('puts an item that grew behind all else', () => {
    // Attributes become elements: what is left takes more bytes than all did.
    const packet = Buffer.from(
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="C" p:Credit="c" p:Headline="h" p:Source="s"/></rdf:RDF>',
    );
    const noPlace = policyOf({ location: 'remove' });
    const bytes = buildHeif({ items: [xmpItem(packet)], references: [describedBy(3)] });
    const { output, after } = scrubUnder(heif, bytes, noPlace);
    expect(output.length).toBeGreaterThan(bytes.length);
    expect(flatten(after.parts).some(({ path }) => path.startsWith('item-3/'))).toBe(true);
    expectLaws(heif, bytes, [noPlace]);
  });

  it('gives up names of less than eight bytes without a hole', () => {
    const bytes = buildHeif({ pictureName: 'Anna' });
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.length).toBe(bytes.length);
    expect(output.includes('Anna')).toBe(false);
  });

  it('keeps an alpha plane, and lets a depth map, a thumbnail and a second picture go', () => {
    const alpha = fullBox('auxC', 0, 0, Buffer.from('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'));
    const depth = fullBox('auxC', 0, 0, Buffer.from('urn:mpeg:hevc:2015:auxid:2\0'));
    const options: HeifOptions = {
      items: [pictureItem(4, { properties: [1, 2, 3, 4] }), pictureItem(5, { properties: [1, 2, 3, 5] }), pictureItem(6), pictureItem(7)],
      references: [
        { type: 'auxl', from: 4, to: [1] },
        { type: 'auxl', from: 5, to: [1] },
        { type: 'thmb', from: 6, to: [1] },
      ],
      properties: [alpha, depth],
    };
    const { touched, after } = scrubUnder(heif, buildHeif(options), balanced);
    expect(touched).toEqual(['item-5', 'item-6', 'item-7']);
    expect(after.parts.filter(({ carrier }) => carrier === 'pixels').map(({ path }) => path)).toEqual(['item-1', 'item-4']);
  });

  it('keeps what a derived picture is made of', () => {
    const grid: HeifOptions = {
      items: [pictureItem(4), { id: 5, type: 'grid', data: Buffer.from([0, 0, 0, 0, 0, 16, 0, 16]), inIdat: true, properties: [1] }],
      references: [{ type: 'dimg', from: 1, to: [4, 5] }],
    };
    expect(scrubUnder(heif, buildHeif(grid), strict).touched).toEqual([]);
  });

  it('tells of a crop that leaves the rest in the file', () => {
    const clap = isoBox('clap', ...[8, 1, 8, 1, 0, 1, 0, 1].map((value) => uint(value, 4)));
    const part = flatten(readBytes(heif, buildHeif({ properties: [clap] })).parts).find(({ path }) => path.includes('clap'));
    expect(part?.note).toContain('cropped');
  });

  it('turns as irot and imir say, whatever Exif says', () => {
    const turned = (...properties: Uint8Array[]) =>
      readBytes(heif, buildHeif({ properties, items: [exifItem(buildExif({ orientation: 3 }))] })).picture.orientation;
    expect([0, 1, 2, 3].map((turns) => turned(isoBox('irot', uint(turns, 1))))).toEqual([1, 8, 3, 6]);
    expect(turned(isoBox('imir', uint(0, 1)))).toBe(2);
    expect(turned(isoBox('imir', uint(1, 1)))).toBe(4);
  });

  it('gives bytes that two items share to the picture', () => {
    const bytes = buildHeif({ items: [{ id: 8, type: 'uri ', data: Buffer.alloc(4), uri: 'urn:x' }] });
    const place = bytes.indexOf('iloc') + 4;
    // The second location gets the first one's offset.
    const first = bytes.readUInt32BE(place + 16);
    bytes.writeUInt32BE(first, place + 32);
    const { output, after } = scrubUnder(heif, bytes, strict);
    expect(after.picture.pixels).toEqual(readBytes(heif, bytes).picture.pixels);
    expect(output.includes('urn:x')).toBe(false);
  });

  it('names what lies in the meta box and between items', () => {
    const found = paths({
      items: [exifItem(buildExif({ artist: 'a' })), xmpItem(buildXmp(RICH))],
      properties: [fullBox('udes', 0, 0, Buffer.from('en\0a\0b\0c\0')), isoBox('prVt', Buffer.from('x'))],
      metaBoxes: [isoBox('uuid', Buffer.alloc(16, 1), Buffer.from('x'))],
      mediaTail: Buffer.from('tail'),
      handler: 'my editor',
    });
    expect(found).toEqual(
      expect.arrayContaining([
        'meta/hdlr/name',
        'meta/iprp/udes#0',
        'meta/iprp/prVt#0',
        'meta/uuid#0',
        'item-2',
        'item-3',
        'item-2/IFD0/Artist',
      ]),
    );
    expect(found.some((path) => path.startsWith('mdat#0/unreferenced@'))).toBe(true);
  });
});

describe('a broken HEIF file', () => {
  it.each<[string, (bytes: Buffer) => void, string]>([
    ['an item outside of the file', (bytes) => void bytes.writeUInt32BE(0xfffff0, bytes.indexOf('iloc') + 20), 'item-out-of-bounds'],
    ['a primary item that is not there', (bytes) => void bytes.writeUInt16BE(77, bytes.indexOf('pitm') + 8), 'no-primary-item'],
    ['an item count that lies', (bytes) => void bytes.writeUInt32BE(0xffff, bytes.indexOf('ipma') + 8), 'bad-meta-box'],
    ['a box longer than what holds it', (bytes) => void bytes.writeUInt32BE(0xffff, bytes.indexOf('iinf') - 4), 'bad-meta-box'],
    ['an item in another file', (bytes) => void bytes.writeUInt16BE(1, bytes.indexOf('iloc') + 14), 'external-item'],
  ])('with %s is refused', (_what, breakIt, code) => {
    const bytes = buildHeif({ ilocVersion: 0 });
    breakIt(bytes);
    expect(readError(heif, bytes)?.code).toBe(code);
  });

  it('cut anywhere is refused, or read by the laws', () => {
    const bytes = buildHeif({ items: [exifItem(buildExif({ artist: 'CANARY' }))], boxesAfter: [isoBox('uuid', Buffer.alloc(30, 1))] });
    let read = 0;
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      if (readError(heif, cut) !== undefined) continue;
      read++;
      expectLaws(heif, cut, [strict]);
    }
    expect(read).toBeGreaterThan(10);
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    const seeds = [
      buildHeif({
        items: [exifItem(buildExif({ artist: 'a', gps: { latitude: 1, longitude: 2 } })), xmpItem(buildXmp(RICH))],
        references: [describedBy(2)],
      }),
      buildHeif({
        ilocVersion: 2,
        items: [{ ...exifItem(buildExif({ artist: 'a' })), inIdat: true }, pictureItem(4)],
        references: [{ type: 'thmb', from: 4, to: [1] }],
      }),
    ];
    const changes = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    let held = 0;
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, (seed, all) => {
        const bytes = Buffer.from(seed);
        for (const { at, value } of all) bytes[at % bytes.length] = value;
        if (readError(heif, bytes) !== undefined) return;
        held++;
        expectLaws(heif, bytes, policies);
      }),
      { numRuns: 300 },
    );
    expect(held).toBeGreaterThan(20);
  });
});
