import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { CONTEXT, flat, policyOf, preset, read, scrub, violations } from '../support/exif.js';
import { type ByteOrder, buildExif, buildTiff, type TiffDirectory } from '../support/tiff.js';

const u32 = (bytes: Uint8Array, at: number, value: number) => new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, value, true);

describe('a broken block', () => {
  it.each([
    ['empty', new Uint8Array(0)],
    ['shorter than a header', new Uint8Array(Buffer.from('II*\0'))],
    ['of no byte order', new Uint8Array(Buffer.from('IM*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1'))],
    ['whose directory lies outside', new Uint8Array(Buffer.from('II*\0\xff\xff\0\0\0\0', 'latin1'))],
    ['whose directory is the header', new Uint8Array(Buffer.from('II*\0\0\0\0\0\0\0', 'latin1'))],
    ['of random bytes behind a header', new Uint8Array(Buffer.from(`II*\0\x08\0\0\0${'\xa5'.repeat(200)}`, 'latin1'))],
  ])('%s is one opaque part', (_name, block) => {
    const reading = read(block);
    expect(reading.parts).toHaveLength(1);
    expect(reading.parts[0]).toMatchObject({ category: 'hidden', region: { byteOffset: 0, byteLength: block.byteLength } });
    expect(scrub(block, preset('location-only'))).toBeNull();
    expect(scrub(block, policyOf({}))).toBe(block);
  });

  it('whose chain loops is read once', () => {
    const reading = read(buildTiff([[{ tag: 0x010f, type: 2, value: 'Acme' }]], { lastNext: 'first' }));
    expect(reading.parts.map(({ path }) => path)).toEqual(['Exif/IFD0/Make', 'Exif/unreferenced#0']);
  });

  it('whose chain leaves the block is read as far as it goes, and mended', () => {
    const block = buildTiff([[{ tag: 0x0112, type: 3, value: [6] }]], { lastNext: 0xfffffff0 });
    expect(read(block).orientation).toBe(6);
    const out = scrub(block, preset('strict'));
    expect(violations(out as Uint8Array, preset('strict'))).toEqual([]);
  });

  it('whose pointers lead back or nowhere gives opaque entries', () => {
    const block = buildTiff([
      [
        { tag: 0x010f, type: 2, value: 'Acme' },
        { tag: 0x8769, type: 4, value: [8] },
        { tag: 0x8825, type: 4, value: [0xffff0000] },
        { tag: 0x014a, type: 4, value: [0] },
      ],
    ]);
    u32(block, block.indexOf(0x69) + 8, new DataView(block.buffer).getUint32(4, true));
    const hidden = read(block)
      .parts.filter(({ category }) => category === 'hidden')
      .map(({ path }) => path);
    expect(hidden).toEqual(expect.arrayContaining(['Exif/IFD0/ExifIFD', 'Exif/IFD0/GPSInfoIFD', 'Exif/IFD0/SubIFDs']));
    expect(violations(scrub(block, preset('balanced')) as Uint8Array, preset('balanced'))).toEqual([]);
  });

  it('with entries of no type, or that point outside, keeps the others', () => {
    const block = buildTiff([
      [
        { tag: 0x010e, type: 99, value: [1], count: 4 },
        { tag: 0x010f, type: 2, value: 'Acme' },
        { tag: 0x0110, type: 2, value: 'Model', rawOffset: 0xfffffff },
        { tag: 0x0131, type: 2, value: 'abcdefgh', count: 0xffffffff },
        { tag: 0x0112, type: 3, value: [6] },
      ],
    ]);
    const reading = read(block);
    expect(reading.parts.filter(({ category }) => category === 'hidden').map(({ path }) => path)).toEqual(
      expect.arrayContaining(['Exif/IFD0/ImageDescription', 'Exif/IFD0/Model', 'Exif/IFD0/Software']),
    );
    const out = scrub(block, preset('balanced')) as Uint8Array;
    expect(read(out).parts.map(({ path }) => path)).toEqual(['Exif/IFD0/Make', 'Exif/IFD0/Orientation']);
  });

  it('with more entries declared than fit keeps those that are there', () => {
    const block = buildTiff([
      [
        { tag: 0x0112, type: 3, value: [6] },
        { tag: 0x010f, type: 2, value: 'A' },
      ],
    ]);
    new DataView(block.buffer).setUint16(8, 9000, true);
    expect(read(block).orientation).toBe(6);
  });

  it('whose thumbnail is cut off, or is no picture, may hold anything', () => {
    const block = buildExif({ make: 'Acme', thumbnail: new Uint8Array(Buffer.from('PICture')) });
    const reading = read(block.subarray(0, block.byteLength));
    expect(flat(reading.parts).some(({ path }) => path === 'Exif/IFD1/ThumbnailImage/COM')).toBe(true);
    const other = buildExif({ thumbnail: new Uint8Array(Buffer.from('not a picture')) });
    expect(read(other).parts.find(({ carrier }) => carrier === 'thumbnail')).toMatchObject({ category: 'preview', atomic: true });
    expect(violations(other, preset('location-only'))).toEqual(['Exif/IFD1/ThumbnailImage']);
  });

  it('does not grow from values that share their bytes', () => {
    const many: TiffDirectory = Array.from({ length: 2000 }, (_, index) => ({
      tag: 0x9000 + index,
      type: 7,
      value: index === 0 ? new Uint8Array(60_000).fill(65) : new Uint8Array(5),
      ...(index === 0 ? {} : { count: 60_000, rawOffset: 8 }),
    }));
    const block = buildTiff([many]);
    const { payload, parts } = read(block);
    expect(parts.length).toBeGreaterThan(1999);
    const out = payload.rewrite({ actionOf: () => ({ kind: 'keep' }), touches: () => true });
    expect(out?.byteLength).toBeLessThan(3 * block.byteLength);
  });

  it('stops at the limits', () => {
    const context = { ...CONTEXT, limits: { ...DEFAULT_LIMITS, ifdCount: 3, entryCount: 4, nestingDepth: 1 } };
    const chain = Array.from({ length: 9 }, (_, index) => [{ tag: 0x010f, type: 2, value: `page number ${index}` }]);
    expect(read(buildTiff(chain), 0, context).parts.filter(({ path }) => path.endsWith('Make'))).toHaveLength(3);
    const nested = buildTiff([[{ tag: 0x8769, directories: [[{ tag: 0xa005, directories: [[{ tag: 1, type: 2, value: 'R98' }]] }]] }]]);
    expect(read(nested, 0, context).parts.map(({ path }) => path)).not.toContain('Exif/Interop/InteroperabilityIndex');
  });
});

const text = fc.string({ maxLength: 40 }).map((value) => value.replaceAll('\0', ' '));

const blocks = fc
  .record({
    byteOrder: fc.constantFrom<ByteOrder>('II', 'MM'),
    orientation: fc.integer({ min: 0, max: 9 }),
    make: text,
    serial: text,
    artist: text,
    userComment: text,
    dateTimeOriginal: fc.constantFrom('2021:07:14 12:34:56', '    :  :     :  :  ', 'x'),
    gps: fc.record({ latitude: fc.double({ min: -90, max: 90, noNaN: true }), longitude: fc.double({ min: -180, max: 180, noNaN: true }) }),
    makerNote: fc.uint8Array({ maxLength: 60 }),
    thumbnail: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => new Uint8Array(Buffer.concat([Buffer.from('PIC'), bytes]))),
    tail: fc.uint8Array({ maxLength: 20 }),
    ifd0: fc.array(
      fc.record({
        tag: fc.integer({ min: 0, max: 0xffff }),
        type: fc.integer({ min: 0, max: 14 }),
        value: fc.uint8Array({ maxLength: 24 }),
        count: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
        rawOffset: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ ifd0, ...options }) =>
    buildExif({
      ...options,
      ifd0: ifd0.map(({ count, rawOffset, ...entry }) => ({
        ...entry,
        ...(count === undefined ? {} : { count }),
        ...(rawOffset === undefined ? {} : { rawOffset }),
      })),
    }),
  );

const mutated = fc
  .tuple(
    blocks,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
    fc.double({ min: 0.3, max: 1, noNaN: true }),
  )
  .map(([block, changes, share]) => {
    const copy = block.slice(0, Math.max(8, Math.ceil(block.byteLength * share)));
    for (const [at, value] of changes) copy[4 + (at % (copy.byteLength - 4))] = value;
    return copy;
  });

const policies = [
  preset('balanced'),
  preset('strict'),
  preset('location-only'),
  policyOf({ preview: { kind: 'remove' } }),
  policyOf({
    location: { kind: 'coarsen', precision: { kind: 'location', gridDegrees: 0.1 } },
    time: { kind: 'coarsen', precision: { kind: 'time', unit: 'month' } },
  }),
];

describe('a comment written as numbers of four bytes', () => {
  it('ends with a whole number, so that nothing is left between it and what follows', () => {
    const text = Buffer.from('ASCII\0\0\0Hi\0leftover.', 'latin1');
    const value = Array.from({ length: text.length / 4 }, (_, index) => text.readUInt32LE(index * 4));
    const block = buildTiff([
      [
        { tag: 0x9286, type: 4, value },
        { tag: 0x010f, type: 2, value: 'Acme' },
      ],
    ]);
    const policy = policyOf({ hidden: { kind: 'remove' } });
    expect(violations(block, policy)).toEqual(['Exif/IFD0/UserComment/slack']);
    const out = scrub(block, policy) as Uint8Array;
    expect(violations(out, policy)).toEqual([]);
    expect(Buffer.from(out).includes('leftover')).toBe(false);
    expect(Buffer.from(out).includes('Hi')).toBe(true);
  });
});

describe('whatever the bytes', () => {
  it.each([
    ['random entries', blocks],
    ['mutated blocks', mutated],
    ['random bytes', fc.uint8Array({ maxLength: 200 })],
  ])('%s never throw, lie within the block, have unique paths, and are clean once scrubbed', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(...policies), (block, policy) => {
        const reading = read(block);
        const parts = flat(reading.parts);
        expect(new Set(parts.map(({ path }) => path)).size).toBe(parts.length);
        for (const { region } of parts) {
          expect(region.byteOffset).toBeGreaterThanOrEqual(0);
          expect(region.byteLength).toBeGreaterThanOrEqual(0);
          expect(region.byteOffset + region.byteLength).toBeLessThanOrEqual(block.byteLength);
        }
        const out = scrub(block, policy);
        if (out === null) return;
        expect(violations(out, policy)).toEqual([]);
        expect(scrub(out, policy)).toBe(out);
        expect(read(out).orientation ?? 1).toBe(reading.orientation ?? 1);
      }),
      { numRuns: 400 },
    );
  });
});
