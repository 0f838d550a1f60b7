import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heif } from '../../src/formats/heif/heif.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { buildHeif, exifItem, fullBox, xmpItem } from '../support/heif.js';
import { box, track, u32, visualEntry } from '../support/mp4.js';
import { flatten, removing } from '../support/payload.js';
import { buildExif } from '../support/tiff.js';

const strict = presetPolicy('strict').effectiveFor(undefined);
const balanced = presetPolicy('balanced').effectiveFor(undefined);
const policies = [strict, balanced, presetPolicy('location-only').effectiveFor(undefined)];

const ALPHA = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0';
const CONSTRAINTS = fullBox('ccst', 0, 0, u32(0x70000000));
const movieHeader = (created: number): Buffer =>
  fullBox('mvhd', 0, 0, u32(created, created, 1000, 500, 0x10000), Buffer.alloc(10 + 36 + 24 + 2), u32(9));

interface SequenceOptions {
  readonly created?: number;
  readonly inMovie?: readonly Uint8Array[];
  readonly auxiliary?: string;
  /** Samples of a track of another kind, and its handler. */
  readonly more?: { readonly handler: string; readonly samples: Uint8Array };
  readonly gap?: string;
}

/** A still picture with Exif, then samples of a second media box, then the movie: the first sample is the picture itself. */
function sequence(options: SequenceOptions = {}): Buffer {
  const still = buildHeif({
    brand: 'avis',
    items: [exifItem(buildExif({ artist: 'CANARY-exif' }))],
    references: [{ type: 'cdsc', from: 2, to: [1] }],
  });
  const picture = still.indexOf(Buffer.from('12000a08380c', 'hex'));
  const frames = Buffer.from('frame-1!frame-2!alpha-1!alpha-2!alpha-3!');
  const gap = Buffer.from(options.gap ?? '');
  const more = Buffer.from(options.more?.samples ?? []);
  const mdat = box('mdat', frames, gap, more);
  const at = still.length + 8;
  const entry = (...inner: Uint8Array[]): Buffer =>
    visualEntry({ type: 'av01', configType: 'av1C', config: Buffer.from([0x81, 0x20, 2, 0]), inner });
  const auxiliary = fullBox('auxi', 0, 0, Buffer.from(options.auxiliary ?? ALPHA));
  const moov = box(
    'moov',
    movieHeader(options.created ?? 0),
    track({ id: 1, handler: 'pict', entry: entry(CONSTRAINTS), sampleSizes: [37, 8, 8], chunkOffsets: [picture, at, at + 8] }),
    track({
      id: 2,
      handler: 'auxv',
      entry: entry(CONSTRAINTS, auxiliary),
      sampleSizes: [8, 8, 8],
      chunkOffsets: [at + 16, at + 24, at + 32],
    }),
    ...(options.more === undefined
      ? []
      : [track({ id: 3, handler: options.more.handler, sampleSizes: [more.length], chunkOffsets: [at + frames.length + gap.length] })]),
    ...(options.inMovie ?? []),
  );
  return Buffer.concat([still, mdat, moov]);
}

describe('an image sequence', () => {
  it('is read with the picture it starts with, and shares its bytes', () => {
    const { parts, picture } = readBytes(heif, sequence());
    expect(picture).toMatchObject({ width: 16, height: 16, frameCount: 3, orientation: 1 });
    expect(picture.pixels.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(37 + 5 * 8);
    expect(parts.map(({ path }) => path)).toContain('moov#0');
  });

  it('keeps every sample and loses what its movie and its items tell', () => {
    const udta = box('udta', box('name', Buffer.from('CANARY-name')));
    const bytes = sequence({ created: 3_800_000_000, inMovie: [udta], gap: 'CANARY-gap' });
    const { output, before, after } = scrubUnder(heif, bytes, strict);
    expect(output.includes('CANARY')).toBe(false);
    expect(output.includes(u32(3_800_000_000))).toBe(false);
    for (const frame of ['frame-1!frame-2!', 'alpha-1!alpha-2!alpha-3!']) expect(output.includes(frame)).toBe(true);
    expect(output.length).toBe(bytes.length);
    expect(after.picture).toEqual(before.picture);
    expectLaws(heif, bytes, policies);
  });

  it('keeps what makes a track the transparency of another, and no more than that', () => {
    const plain = scrubUnder(heif, sequence(), strict);
    expect(plain.output.includes(ALPHA)).toBe(true);
    expect(plain.output.includes(CONSTRAINTS)).toBe(true);
    const { output } = scrubUnder(heif, sequence({ auxiliary: `${ALPHA}CANARY-behind` }), strict);
    expect(output.includes('CANARY')).toBe(false);
  });

  it('loses a track that nobody sees, samples and all', () => {
    const bytes = sequence({ more: { handler: 'meta', samples: Buffer.from('CANARY-track') } });
    const { output, touched } = scrubUnder(heif, bytes, balanced);
    expect(touched).toContain('moov#0/trak#2');
    expect(output.includes('CANARY-track')).toBe(false);
    expect(output.includes('frame-1!')).toBe(true);
    expectLaws(heif, bytes, policies);
  });

  it('without a still picture is read as a film', () => {
    const bytes = sequence();
    const head = bytes.subarray(0, bytes.readUInt32BE(0));
    const mdat = box('mdat', Buffer.from('frame-1!CANARY-gap'));
    const moov = box('moov', movieHeader(0), track({ id: 1, handler: 'pict', sampleSizes: [8], chunkOffsets: [head.length + 8] }));
    const film = Buffer.concat([head, mdat, moov]);
    expect(readBytes(heif, film)).toMatchObject({ format: 'heif', mediaType: 'image/avif-sequence' });
    const { output } = scrubUnder(heif, film, strict);
    expect(output.includes('CANARY')).toBe(false);
    expect(output.includes('frame-1!')).toBe(true);
    expectLaws(heif, film, [strict]);
  });

  it('of very many samples that lie apart is read', () => {
    const count = 66_000;
    const still = buildHeif({ brand: 'avis' });
    const tracks = [0, 1, 2].map((index) => {
      const chunkOffsets = Array.from({ length: count }, (_, sample) => still.length + 8 + 2 * (index * count + sample));
      return track({ id: index + 1, handler: 'pict', oneSize: 1, sampleSizes: chunkOffsets, chunkOffsets });
    });
    const bytes = Buffer.concat([still, box('mdat', Buffer.alloc(6 * count)), box('moov', movieHeader(0), ...tracks)]);
    const { picture } = readBytes(heif, bytes);
    expect(picture.frameCount).toBe(count);
    expect(picture.pixels).toHaveLength(3 * count + 1);
  });

  it('whose samples are not all there is refused', () => {
    const bytes = sequence();
    bytes.writeUInt32BE(0x7fffffff, bytes.indexOf('stco') + 12 + 4);
    expect(readError(heif, bytes)?.code).toBe('truncated');
    expect(readError(heif, Buffer.concat([sequence(), box('moof')]))?.code).toBe('fragmented-sequence');
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    const seed = sequence({ created: 1, more: { handler: 'meta', samples: Buffer.from('CANARY-track') }, gap: 'gap' });
    const changes = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    let held = 0;
    fc.assert(
      fc.property(changes, (all) => {
        const bytes = Buffer.from(seed);
        for (const { at, value } of all) bytes[at % bytes.length] = value;
        if (readError(heif, bytes) !== undefined) return;
        held++;
        expectLaws(heif, bytes, [strict]);
      }),
      { numRuns: 60 },
    );
    expect(held).toBeGreaterThan(5);
  });
});

describe('what an encoder says of itself in a picture’s set-up', () => {
  it('goes, and the parameter sets stay', () => {
    const message = Buffer.concat([
      Buffer.from([0x4e, 1, 5, 16 + 24]),
      Buffer.alloc(16, 0x2c),
      Buffer.from('x265 of CANARY (build 1)'),
      Buffer.from([0x80]),
    ]);
    const sets = Buffer.from('parameter-set');
    const array = (type: number, unit: Buffer): Buffer => Buffer.concat([Buffer.from([type, 0, 1, 0, unit.length]), unit]);
    const hvcC = box(
      'hvcC',
      Buffer.concat([Buffer.from([1]), Buffer.alloc(21, 0x11)]),
      Buffer.from([2]),
      array(33, sets),
      array(39, message),
    );
    const bytes = buildHeif({ properties: [hvcC] });
    const { output } = scrubUnder(heif, bytes, strict);
    expect(output.includes('CANARY')).toBe(false);
    expect(output.includes(sets)).toBe(true);
    expect(output.length).toBe(bytes.length);
    expectLaws(heif, bytes, [strict, balanced]);
  });
});

describe('a picture in the minimized form', () => {
  it('is known for what it is, and refused', () => {
    const bytes = Buffer.concat([box('ftyp', Buffer.from('mif3'), Buffer.from('avif')), box('mini', Buffer.alloc(40, 1))]);
    expect(heif.sniff(bytes)).toBe(true);
    const error = readError(heif, bytes);
    expect(error?.code).toBe('minimized-image');
    expect(error?.hint).toContain('convert');
  });
});

describe('media data that goes on to the end of the file', () => {
  it('takes in an item that grew', () => {
    // Attributes become elements: what is left takes more bytes than all did.
    const packet = Buffer.from(
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="C" p:Credit="c" p:Headline="h" p:Source="s" p:Instructions="i"/></rdf:RDF>',
    );
    const bytes = buildHeif({ items: [xmpItem(packet)], references: [{ type: 'cdsc', from: 3, to: [1] }] });
    bytes.writeUInt32BE(0, bytes.indexOf('mdat') - 4);
    const policy = removing('location');
    const { output, after } = scrubUnder(heif, bytes, policy);
    expect(output.length).toBeGreaterThan(bytes.length);
    expect(flatten(after.parts).some(({ path }) => path.startsWith('item-3/'))).toBe(true);
    expectLaws(heif, bytes, policies);
  });
});
