import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Embedded } from '../../src/core/format.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import type { Part, Payload } from '../../src/core/part.js';
import { readIptc } from '../../src/metadata/iptc/read-iptc.js';
import { readPhotoshop } from '../../src/metadata/photoshop/read-photoshop.js';
import { photoshopHeaderLength } from '../../src/metadata/photoshop/walk.js';
import { srgbProfile } from '../support/icc.js';
import { buildIptc, iptcDigest } from '../support/iptc.js';
import {
  BALANCED,
  categoriesOf,
  flatten,
  indexIn,
  KEEP_ALL,
  LOCATION_ONLY,
  NO_PICTURE,
  partAt,
  placeAt,
  readContext,
  removing,
  rewriteUnder,
  STRICT,
} from '../support/payload.js';
import {
  buildPhotoshop,
  PHOTOSHOP_HEADER,
  photoshopResource,
  type ResourceSpec,
  resolutionInfo,
  thumbnailResource,
} from '../support/photoshop.js';

const CANARY = 'CNRY4K8ZTW';
const canary = Buffer.from(CANARY);
const resolution: ResourceSpec = { id: 0x03ed, data: resolutionInfo(72) };
const iptc = buildIptc([
  [2, 0, new Uint8Array([0, 4])],
  [2, 80, 'By'],
  [2, 90, 'Oslo'],
]);
const iptcWithoutCity = buildIptc([
  [2, 0, new Uint8Array([0, 4])],
  [2, 80, 'By'],
]);

const read = (bytes: Uint8Array, place = placeAt()) => readPhotoshop(bytes, place, {});

describe('photoshopHeaderLength', () => {
  it('knows the headers of Photoshop 3 and 2.5', () => {
    expect(photoshopHeaderLength(Buffer.concat([PHOTOSHOP_HEADER, buildPhotoshop([resolution])]))).toBe(14);
    expect(photoshopHeaderLength(Buffer.concat([Buffer.from('Adobe_Photoshop2.5:'), buildPhotoshop([resolution])]))).toBe(19);
    expect(photoshopHeaderLength(PHOTOSHOP_HEADER)).toBe(14);
  });

  it.each([['Adobe_CM\0'], ['Photoshop 3.0'], ['Photoshop 3.0 '], [''], ['8BIM']])('does not take %j', (text) => {
    expect(photoshopHeaderLength(Buffer.from(text))).toBeUndefined();
  });
});

describe('readPhotoshop', () => {
  it('names each resource and says what it reveals', () => {
    const reading = read(
      buildPhotoshop([
        resolution,
        { id: 0x0404, data: iptc },
        { id: 0x0406, data: Buffer.alloc(7) },
        { id: 0x040a, data: Buffer.from([1]) },
        { id: 0x0414, data: Buffer.alloc(4) },
        { id: 0x041e, data: Buffer.alloc(4) },
        { id: 0x0421, data: Buffer.from('version') },
        { id: 0x0bb7, data: Buffer.from('path') },
        { id: 0x1234, data: Buffer.from('x') },
        { id: 0x03ed, data: resolutionInfo(72), type: 'MeSa' },
        { id: 0x03ed, data: Buffer.from('sixteen letters!') },
      ]),
    );
    expect(categoriesOf(reading)).toEqual({
      'payload/0x03ED ResolutionInfo#0': 'rendering',
      'payload/0x0404 IPTC-NAA#0': 'rendering',
      'payload/0x0404 IPTC-NAA#0/2:00 RecordVersion#0': 'rendering',
      'payload/0x0404 IPTC-NAA#0/2:80 By-line#0': 'copyright',
      'payload/0x0404 IPTC-NAA#0/2:90 City#0': 'location',
      'payload/0x0406 JPEGQuality#0': 'software',
      'payload/0x040A CopyrightFlag#0': 'copyright',
      'payload/0x0414 IDsBaseValue#0': 'software',
      'payload/0x041E URLList#0': 'text',
      'payload/0x0421 VersionInfo#0': 'software',
      'payload/0x0BB7 ClippingPathName#0': 'text',
      'payload/0x1234#0': 'hidden',
      'payload/MeSa 0x03ED#0': 'hidden',
      'payload/0x03ED ResolutionInfo#1': 'hidden',
    });
  });

  it('tells a place or a person in slices by the names that are in them', () => {
    const slices = (name: string) =>
      read(buildPhotoshop([{ id: 0x041a, data: Buffer.concat([Buffer.alloc(24), Buffer.from(name, 'utf16le').swap16()]) }])).parts[0]
        ?.alsoReveals;
    expect(slices('header')).toEqual(['text']);
    expect(slices('/Users/ada/48.85837, 2.29448')).toEqual(['text', 'location', 'person']);
  });

  it('gives nested parts their place in the file', () => {
    const reading = read(buildPhotoshop([resolution, { id: 0x0404, data: iptc }]), placeAt('p', 1000));
    expect(partAt(reading.parts, 'p/0x0404 IPTC-NAA#0')?.region).toEqual({
      byteOffset: 1028,
      byteLength: 12 + iptc.length + (iptc.length & 1),
    });
    expect(partAt(reading.parts, 'p/0x0404 IPTC-NAA#0/2:80 By-line#0')?.region).toEqual({ byteOffset: 1040 + 7, byteLength: 7 });
  });

  it('finds names that resources carry, and drops them alone', () => {
    const bytes = buildPhotoshop([
      { ...resolution, name: CANARY },
      { id: 0x07d0, data: Buffer.alloc(26), name: 'Path 1' },
    ]);
    const reading = read(bytes);
    expect(categoriesOf(reading)).toEqual({
      'payload/0x03ED ResolutionInfo#0': 'rendering',
      'payload/0x03ED ResolutionInfo#0 name': 'hidden',
      'payload/0x07D0 Path#0': 'hidden',
      'payload/0x07D0 Path#0 name': 'text',
    });
    expect(rewriteUnder(reading, STRICT)).toEqual(buildPhotoshop([resolution]));
  });

  it('finds pad bytes that are not zero', () => {
    const bytes = buildPhotoshop([{ id: 0x0411, data: Buffer.from([1]) }, resolution]);
    bytes[13] = 0x41;
    const reading = read(bytes);
    expect(partAt(reading.parts, 'payload/0x0411 ICCUntagged#0 padding')).toMatchObject({
      category: 'hidden',
      region: { byteOffset: 13, byteLength: 1 },
    });
    expect(rewriteUnder(reading, STRICT)).toEqual(buildPhotoshop([{ id: 0x0411, data: Buffer.from([1]) }, resolution]));
  });

  it('goes on where a writer left the pad byte out', () => {
    const odd = photoshopResource({ id: 0x0421, data: Buffer.from([1, 2, 3]) }).subarray(0, -1);
    const reading = read(Buffer.concat([odd, buildPhotoshop([resolution]), odd]));
    expect(reading.parts.map(({ path }) => path)).toEqual([
      'payload/0x0421 VersionInfo#0',
      'payload/0x03ED ResolutionInfo#0',
      'payload/0x0421 VersionInfo#1',
    ]);
    expect(rewriteUnder(reading, STRICT)).toEqual(buildPhotoshop([resolution]));
  });

  it.each([
    ['a length past the end', Buffer.concat([photoshopResource(resolution).subarray(0, -2)])],
    ['a name past the end', Buffer.from('8BIM\x03\xed\xffname', 'latin1')],
    ['a header cut short', Buffer.from('8BIM\x03', 'latin1')],
    ['an unknown type', Buffer.from(`XXXX${CANARY}`)],
    ['other bytes', canary],
  ])('makes %s opaque', (_, bytes) => {
    const reading = read(Buffer.concat([buildPhotoshop([resolution]), bytes]));
    expect(reading.parts).toHaveLength(2);
    expect(reading.parts[1]).toMatchObject({
      path: 'payload/stray#0',
      category: 'hidden',
      alsoReveals: expect.arrayContaining(['location']),
    });
    expect(rewriteUnder(reading, LOCATION_ONLY)).toEqual(buildPhotoshop([resolution]));
  });

  it('bounds what nested payloads make together', () => {
    const block = buildIptc(Array.from({ length: 300 }, () => [2, 25, ''] as const));
    const bytes = buildPhotoshop(Array.from({ length: 50 }, () => ({ id: 0x0404, data: block })));
    const { parts } = read(bytes, placeAt('p', 0, readContext({ limits: { ...DEFAULT_LIMITS, entryCount: 1000 } })));
    expect(parts).toHaveLength(50);
    expect(flatten(parts).length).toBeLessThan(1100);
    expect(parts[49]).toMatchObject({ category: 'hidden', alsoReveals: expect.arrayContaining(['location']) });
  });

  it('keeps no message under the number of what is always kept', () => {
    const sizes = Array.from({ length: 40 }, (_, size) => Buffer.alloc(size + 3, 'q'));
    const ids = [0x03ed, 0x0411, 0x0416, 0x0417, 0x0425, 0x0428];
    const list = buildPhotoshop(ids.flatMap((id) => sizes.map((data) => ({ id, data }))));
    expect(indexIn(rewriteUnder(read(list), STRICT), 'qqq')).toBe(-1);
  });

  it('takes zeros after the last resource for padding', () => {
    const bytes = Buffer.concat([buildPhotoshop([resolution]), Buffer.alloc(7)]);
    expect(read(bytes).parts).toHaveLength(1);
  });

  it('makes what it has no reader for opaque', () => {
    const reading = read(
      buildPhotoshop([
        { id: 0x0422, data: canary },
        { id: 0x0424, data: canary },
        { id: 0x040f, data: canary },
      ]),
    );
    expect(flatten(reading.parts).filter(({ category }) => category === 'hidden')).toHaveLength(3);
    expect(rewriteUnder(reading, LOCATION_ONLY)).toBeNull();
  });

  it('reads a profile and hands Exif and XMP to their readers', () => {
    const bytes = buildPhotoshop([
      { id: 0x0422, data: iptc },
      { id: 0x0424, data: iptc },
      { id: 0x040f, data: srgbProfile() },
    ]);
    const reading = readPhotoshop(bytes, placeAt(), { exif: readIptc, xmp: readIptc });
    expect(partAt(reading.parts, 'payload/0x0422 EXIF#0')).toMatchObject({ carrier: 'Exif', category: 'rendering' });
    expect(partAt(reading.parts, 'payload/0x0424 XMP#0/2:90 City#0')?.category).toBe('location');
    expect(rewriteUnder(reading, LOCATION_ONLY)).toEqual(
      buildPhotoshop([
        { id: 0x0422, data: iptcWithoutCity },
        { id: 0x0424, data: iptcWithoutCity },
        { id: 0x040f, data: srgbProfile() },
      ]),
    );
    expect(rewriteUnder(reading, STRICT)).toEqual(buildPhotoshop([{ id: 0x040f, data: srgbProfile() }]));
  });
});

describe('a thumbnail resource', () => {
  const secret: Part = {
    path: 'set below',
    carrier: 'Exif',
    category: 'location',
    region: { byteOffset: 0, byteLength: 0 },
    required: false,
  };
  const found: { path: string; byteOffset: number }[] = [];
  const context = readContext({
    readEmbedded(bytes, path, byteOffset): Embedded {
      found.push({ path, byteOffset });
      const part = { ...secret, path: `${path}/Exif` };
      const payload: Payload = { rewrite: (plan) => (plan.touches(part) ? Buffer.from('clean') : bytes) };
      return { format: 'jpeg', parts: [part], payload, picture: NO_PICTURE, decodedPixels: () => [] };
    },
  });
  const bytes = buildPhotoshop([resolution, { id: 0x040c, data: thumbnailResource(canary) }]);

  it('is a preview with parts of its own', () => {
    const reading = read(bytes, placeAt('p', 500, context));
    expect(found).toEqual([{ path: 'p/0x040C Thumbnail#0', byteOffset: 500 + 28 + 12 + 28 }]);
    expect(partAt(reading.parts, 'p/0x040C Thumbnail#0')).toMatchObject({
      carrier: 'thumbnail',
      category: 'preview',
      note: 'JPEG thumbnail 16x12',
    });
    expect(rewriteUnder(reading, BALANCED)).toEqual(buildPhotoshop([resolution]));
    expect(rewriteUnder(reading, LOCATION_ONLY)).toEqual(
      buildPhotoshop([resolution, { id: 0x040c, data: thumbnailResource(Buffer.from('clean')) }]),
    );
  });

  it('may hold anything where it cannot be read', () => {
    for (const data of [thumbnailResource(canary), canary]) {
      const reading = read(buildPhotoshop([resolution, { id: 0x0409, data }]));
      expect(indexIn(rewriteUnder(reading, LOCATION_ONLY), CANARY)).toBe(-1);
    }
  });

  it('holds pixels alone where it is raw', () => {
    const raw = thumbnailResource(canary);
    raw.writeUInt32BE(0, 0);
    const rawBytes = buildPhotoshop([{ id: 0x0409, data: raw }]);
    expect(rewriteUnder(read(rawBytes), LOCATION_ONLY)).toBe(rawBytes);
    expect(rewriteUnder(read(rawBytes), BALANCED)).toBeNull();
  });
});

describe('the IPTC digest', () => {
  const withDigest = (digest: Uint8Array) => buildPhotoshop([{ id: 0x0404, data: iptc }, { id: 0x0425, data: digest }, resolution]);

  it('is made anew where the block changes', () => {
    expect(rewriteUnder(read(withDigest(iptcDigest(iptc))), LOCATION_ONLY)).toEqual(
      buildPhotoshop([{ id: 0x0404, data: iptcWithoutCity }, { id: 0x0425, data: iptcDigest(iptcWithoutCity) }, resolution]),
    );
  });

  it('goes with the block', () => {
    expect(rewriteUnder(read(withDigest(iptcDigest(iptc))), STRICT)).toEqual(buildPhotoshop([resolution]));
  });

  it('stays with a block that stays', () => {
    const bytes = withDigest(iptcDigest(iptc));
    expect(rewriteUnder(read(bytes), removing('hidden'))).toBe(bytes);
  });

  it('is hidden where it tells of a block that is not here', () => {
    const stale = withDigest(iptcDigest(canary));
    expect(partAt(read(stale).parts, 'payload/0x0425 IPTCDigest#0')?.category).toBe('hidden');
    expect(rewriteUnder(read(stale), removing('hidden'))).toEqual(buildPhotoshop([{ id: 0x0404, data: iptc }, resolution]));
    expect(rewriteUnder(read(stale), LOCATION_ONLY)).toEqual(buildPhotoshop([{ id: 0x0404, data: iptcWithoutCity }, resolution]));
    const orphan = buildPhotoshop([{ id: 0x0425, data: iptcDigest(iptc) }]);
    expect(rewriteUnder(read(orphan), STRICT)).toBeNull();
  });

  it('says nothing where it is zero or that of no block', () => {
    expect(partAt(read(withDigest(Buffer.alloc(16))).parts, 'payload/0x0425 IPTCDigest#0')?.category).toBe('rendering');
    const alone = buildPhotoshop([{ id: 0x0425, data: iptcDigest(new Uint8Array()) }]);
    expect(partAt(read(alone).parts, 'payload/0x0425 IPTCDigest#0')?.category).toBe('rendering');
  });
});

describe('any list of resources', () => {
  const resource = fc.record({
    id: fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0x03ed, 0x0404, 0x0409, 0x040c, 0x040f, 0x0422, 0x0424, 0x0425, 0x07d0),
    ),
    data: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(iptc, iptcDigest(iptc), srgbProfile(), thumbnailResource(canary))),
    name: fc.string({ maxLength: 5 }).map((text) => text.replace(/[^\x20-\x7e]/g, 'x')),
    type: fc.constantFrom('8BIM', '8BIM', 'MeSa', 'PHUT'),
  });
  const list = fc.array(
    fc.oneof({ weight: 5, arbitrary: resource.map(photoshopResource) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) }),
    { maxLength: 8 },
  );

  it('is covered by its parts but for zeros, under unique paths', () => {
    fc.assert(
      fc.property(list, (pieces) => {
        const bytes = Buffer.concat(pieces);
        const { parts } = read(bytes);
        const left = Buffer.from(bytes);
        for (const { region } of parts) left.fill(0, region.byteOffset, region.byteOffset + region.byteLength);
        expect(left.every((byte) => byte === 0)).toBe(true);
        const paths = flatten(parts).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });

  it('is scrubbed once and for all, and kept as it is where nothing goes', () => {
    fc.assert(
      fc.property(list, fc.constantFrom(BALANCED, STRICT, LOCATION_ONLY, removing('text', 'software')), (pieces, policy) => {
        const bytes = Buffer.concat(pieces);
        expect(rewriteUnder(read(bytes), KEEP_ALL)).toBe(bytes);
        const once = rewriteUnder(read(bytes), policy);
        if (once !== null) expect(rewriteUnder(read(once), policy)).toBe(once);
      }),
    );
  });

  it('keeps no byte of what strict removes', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 0xffff }), list, (before, id, after) => {
        const bytes = Buffer.concat([...before, photoshopResource({ id, data: canary, name: CANARY }), ...after]);
        expect(indexIn(rewriteUnder(read(bytes), STRICT), CANARY)).toBe(-1);
      }),
    );
  });
});
