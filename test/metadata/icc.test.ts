import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIcc } from '../../src/metadata/icc/profile.js';
import { readIcc } from '../../src/metadata/icc/read-icc.js';
import { buildIcc, greyProfile, iccDesc, iccMluc, iccText, iccXyz, srgbProfile, srgbTags, type TagSpec } from '../support/icc.js';
import {
  BALANCED,
  categoriesOf,
  indexIn,
  KEEP_ALL,
  LOCATION_ONLY,
  partAt,
  placeAt,
  removing,
  rewriteUnder,
  STRICT,
} from '../support/payload.js';

const CANARY = 'CNRY9V3XHP';
const read = (bytes: Uint8Array) => readIcc(bytes, placeAt());
const opaque = (type: string, length: number, fill = 0) =>
  Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), Buffer.alloc(length - 8, fill)]);
const notRendering = (bytes: Uint8Array) => Object.entries(categoriesOf(read(bytes))).filter(([, category]) => category !== 'rendering');

/** A LUT of three 8-bit channels, `mft1` (ICC.1:2022 10.11). */
function lut(grid: number): Buffer {
  const head = opaque('mft1', 48);
  head.set([3, 3, grid], 8);
  return Buffer.concat([head, Buffer.alloc(256 * 3 + grid ** 3 * 3 + 256 * 3, 0x55)]);
}

describe('a profile that a decoder can apply', () => {
  const trc = opaque('curv', 12);
  it.each<[string, Buffer]>([
    ['sRGB with shared curves', srgbProfile()],
    ['grey', greyProfile()],
    [
      'a version 2 display',
      buildIcc({
        version: 0x02100000,
        tags: srgbTags().map((tag) => (tag.signature === 'desc' ? { ...tag, data: iccDesc('sRGB') } : tag)),
      }),
    ],
    [
      'a LUT printer',
      buildIcc({
        deviceClass: 'prtr',
        colourSpace: 'RGB ',
        pcs: 'Lab ',
        tags: [
          { signature: 'A2B0', data: lut(9) },
          { signature: 'B2A0', data: lut(9) },
        ],
      }),
    ],
    ['a device link', buildIcc({ deviceClass: 'link', pcs: 'RGB ', tags: [{ signature: 'A2B0', data: lut(2) }] })],
    ['gamma curves', buildIcc({ tags: srgbTags().map((tag) => (tag.signature.endsWith('TRC') ? { ...tag, data: trc } : tag)) })],
    [
      'Apple display tags',
      srgbProfile([
        { signature: 'vcgt', data: opaque('vcgt', 48, 0) },
        { signature: 'ndin', data: opaque('ndin', 62, 1) },
        { signature: 'dscm', data: iccMluc('Display') },
      ]),
    ],
    ['a calibrated white point and adaptation', srgbProfile([{ signature: 'chad', data: opaque('sf32', 44, 1) }])],
  ])('%s is valid, reveals nothing, and stays as it is', (_, profile) => {
    expect(checkIcc(profile)).toBe(true);
    expect(read(profile).valid).toBe(true);
    expect(notRendering(profile)).toEqual([]);
    expect(rewriteUnder(read(profile), STRICT)).toBe(profile);
  });

  it('has a part for each tag, at its place', () => {
    const { parts } = readIcc(srgbProfile(), placeAt('f/ICC', 50));
    expect(parts.map(({ path }) => path)).toEqual(
      ['desc', 'cprt', 'wtpt', 'rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'].map((tag) => `f/ICC/tag ${tag}`),
    );
    expect(parts[0]?.region).toEqual({ byteOffset: 50 + 128 + 4 + 12 * 9, byteLength: 36 });
    expect(parts[0]?.value?.reveal()).toBe('sRGB');
  });

  it('may be padded with zeros, within and after', () => {
    const within = buildIcc({ tags: srgbTags(), gap: Buffer.alloc(5000) });
    const after = buildIcc({ tags: srgbTags(), trailing: Buffer.alloc(5000) });
    for (const profile of [within, after]) expect(rewriteUnder(read(profile), STRICT)).toBe(profile);
  });

  it('may have an id that is its MD5', () => {
    const profile = srgbProfile();
    createHash('md5').update(profile).digest().copy(profile, 84);
    // The flags and the intent are not part of the sum (7.2.18).
    profile.writeUInt32BE(1, 64);
    expect(notRendering(profile)).toEqual([]);
  });
});

describe('bytes that are no valid profile', () => {
  const base = srgbProfile();
  const changed = (change: (profile: Buffer) => void): Buffer => {
    const profile = Buffer.from(base);
    change(profile);
    return profile;
  };
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from(CANARY.repeat(40))],
    ['a signature that is not acsp', changed((profile) => profile.write('ACSP', 36))],
    ['a size past the end', changed((profile) => profile.writeUInt32BE(base.length + 1, 0))],
    ['a size of nothing', changed((profile) => profile.writeUInt32BE(0, 0))],
    ['version 0', changed((profile) => profile.writeUInt8(0, 8))],
    ['an unknown class', changed((profile) => profile.write('xxxx', 12))],
    ['an unknown colour space', changed((profile) => profile.write('xxxx', 16))],
    ['a connection space of RGB', changed((profile) => profile.write('RGB ', 20))],
    ['no tags', changed((profile) => profile.writeUInt32BE(0, 128))],
    ['more tags than fit', changed((profile) => profile.writeUInt32BE(0x15555555, 128))],
    ['a tag within the tag table', changed((profile) => profile.writeUInt32BE(140, 136))],
    ['a tag past the end', changed((profile) => profile.writeUInt32BE(base.length - 4, 136))],
    ['a tag with a length that wraps', changed((profile) => profile.writeUInt32BE(0xffffffff, 140))],
    ['a tag of no bytes', changed((profile) => profile.writeUInt32BE(0, 140))],
    ['elements that overlap', changed((profile) => profile.writeUInt32BE(profile.readUInt32BE(136) + 4, 148))],
    ['the same tag twice', changed((profile) => profile.write('desc', 144))],
    ['a matrix without blue', buildIcc({ tags: srgbTags().filter(({ signature }) => signature !== 'bXYZ') })],
    [
      'a curve of another type',
      buildIcc({ tags: srgbTags().map((tag) => (tag.signature === 'rTRC' ? { ...tag, data: iccText('curve') } : tag)) }),
    ],
    [
      'a curve with more entries than bytes',
      buildIcc({ tags: srgbTags().map((tag) => (tag.signature === 'rTRC' ? { ...tag, data: opaque('curv', 16, 9) } : tag)) }),
    ],
    ['grey without a curve', buildIcc({ colourSpace: 'GRAY', tags: srgbTags() })],
    ['CMYK without a LUT', buildIcc({ deviceClass: 'prtr', colourSpace: 'CMYK', tags: srgbTags() })],
  ])('%s', (_, bytes) => {
    const reading = read(bytes);
    expect(checkIcc(bytes)).toBe(false);
    expect(reading.valid).toBe(false);
    expect(reading.parts).toHaveLength(1);
    expect(reading.parts[0]).toMatchObject({
      carrier: 'ICC',
      category: 'hidden',
      alsoReveals: expect.arrayContaining(['location']),
      region: { byteOffset: 0, byteLength: bytes.length },
    });
    expect(rewriteUnder(reading, LOCATION_ONLY)).toBeNull();
    expect(rewriteUnder(reading, KEEP_ALL)).toBe(bytes);
  });
});

describe('what hides in a profile', () => {
  it.each<[string, Buffer, string, string]>([
    ['a private tag', srgbProfile([{ signature: 'PRIV', data: iccText(CANARY) }]), 'payload/tag PRIV', 'hidden'],
    ['a private tag with a strange name', srgbProfile([{ signature: '/..\n', data: iccText(CANARY) }]), 'payload/tag 0x2f2e2e0a', 'hidden'],
    [
      'the serial number of a display',
      srgbProfile([{ signature: 'mmod', data: Buffer.concat([opaque('mmod', 8), Buffer.from(CANARY)]) }]),
      'payload/tag mmod',
      'device',
    ],
    [
      'a dictionary',
      srgbProfile([{ signature: 'meta', data: Buffer.concat([opaque('dict', 16), Buffer.from(CANARY)]) }]),
      'payload/tag meta',
      'device',
    ],
    ['another type under a known tag', srgbProfile([{ signature: 'tech', data: iccText(CANARY) }]), 'payload/tag tech', 'hidden'],
    ['text after the end of a text', srgbProfile([{ signature: 'dmnd', data: iccText(`Maker\0${CANARY}`) }]), 'payload/tag dmnd', 'hidden'],
    [
      'text after the end of a matrix column',
      srgbProfile([{ signature: 'bkpt', data: Buffer.concat([iccXyz(0, 0, 0), Buffer.from(CANARY)]) }]),
      'payload/tag bkpt slack',
      'hidden',
    ],
    [
      'a text that no name is as long as',
      srgbProfile([{ signature: 'dmdd', data: iccText(CANARY.repeat(2000)) }]),
      'payload/tag dmdd',
      'hidden',
    ],
    ['a gap', buildIcc({ tags: srgbTags(), gap: Buffer.from(CANARY) }), 'payload/gap#0', 'hidden'],
    ['bytes after the end', buildIcc({ tags: srgbTags(), trailing: Buffer.from(CANARY) }), 'payload/trailing', 'hidden'],
    [
      'a profile id that is text',
      buildIcc({ tags: srgbTags(), profileId: Buffer.from(CANARY.padEnd(16, '.')) }),
      'payload/profile id',
      'hidden',
    ],
    [
      'a profile id that is text, in a large profile',
      buildIcc({ tags: srgbTags(), gap: Buffer.alloc(70_000), profileId: Buffer.from(CANARY.padEnd(16, '.')) }),
      'payload/profile id',
      'hidden',
    ],
    [
      'reserved header bytes',
      (() => {
        const profile = srgbProfile();
        profile.write(CANARY, 104);
        return profile;
      })(),
      'payload/reserved',
      'hidden',
    ],
  ])('%s', (_, profile, path, category) => {
    expect(indexIn(profile, CANARY)).toBeGreaterThan(0);
    expect(notRendering(profile)).toEqual([[path, category]]);
    const clean = rewriteUnder(read(profile), BALANCED);
    expect(indexIn(clean, CANARY)).toBe(-1);
    expect(notRendering(clean as Uint8Array)).toEqual([]);
    expect(rewriteUnder(read(clean as Uint8Array), BALANCED)).toBe(clean);
    expect(rewriteUnder(read(profile), LOCATION_ONLY)).toBe(profile);
  });

  it('goes without a trace: what is left is the profile as built without it', () => {
    const profile = srgbProfile([{ signature: 'PRIV', data: iccText(CANARY) }]);
    expect(rewriteUnder(read(profile), STRICT)).toEqual(srgbProfile());
  });

  it('finds no text where the string table of a name is only out of order', () => {
    const name = Buffer.from(iccMluc('ab'));
    name.writeUInt32BE(2, 20);
    name.writeUInt32BE(30, 24);
    expect(notRendering(srgbProfile([{ signature: 'dmdd', data: name }]))).toEqual([]);
  });

  it('finds text in a name that no record points to', () => {
    const name = Buffer.concat([iccMluc('ab'), Buffer.from(CANARY)]);
    expect(notRendering(srgbProfile([{ signature: 'dmdd', data: name }]))).toEqual([['payload/tag dmdd', 'hidden']]);
  });

  it('keeps what colours need, whatever the policy says', () => {
    const bare = rewriteUnder(read(srgbProfile()), removing('rendering', 'hidden')) as Uint8Array;
    expect(read(bare).parts.map(({ path }) => path)).toEqual(
      ['wtpt', 'rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'].map((tag) => `payload/tag ${tag}`),
    );
  });
});

describe('a name in a profile', () => {
  const named = (text: string, make: (text: string) => Buffer): Buffer =>
    buildIcc({ tags: srgbTags().map((tag) => (tag.signature === 'desc' ? { ...tag, data: make(text) } : tag)) });

  it.each([
    'a.person@example.org',
    '/Users/aperson/Library/Display.icc',
    '/home/aperson/x.icc',
    'C:\\Users\\aperson\\x.icm',
    'd:\\documents and settings\\aperson',
    '\\\\host-7\\share\\x.icc',
    'file:///tmp/x',
    "Marie's MacBook Pro",
    'Marie’s iMac',
    'MacBook Pro 14 de Marie',
    'Monitor S/N 00A1B2',
  ])('gives way to a neutral one: %s', (text) => {
    for (const make of [iccDesc, iccMluc, iccText]) {
      const profile = named(text, make);
      expect(notRendering(profile)).toEqual([['payload/tag desc', 'device']]);
      const clean = rewriteUnder(read(profile), BALANCED) as Uint8Array;
      expect(partAt(read(clean).parts, 'payload/tag desc')?.value?.reveal().replaceAll('\0', '')).toBe('Profile');
      expect(notRendering(clean)).toEqual([]);
      expect(Buffer.from(clean).toString('latin1').replaceAll('\0', '')).not.toContain(text);
    }
  });

  it.each([
    'sRGB IEC61966-2.1',
    'Color LCD',
    'Display P3',
    'EPSON Stylus Pro 4900 / Matte @ 2880',
    'http://www.example.com/home/profiles',
    'D:65 / 2.2',
  ])('stays where it names no user: %s', (text) => {
    for (const make of [iccDesc, iccMluc]) expect(notRendering(named(text, make))).toEqual([]);
  });

  it("may hold a vendor's address in its notice, but no user's path", () => {
    const notice = (text: string): TagSpec[] => srgbTags().map((tag) => (tag.signature === 'cprt' ? { ...tag, data: iccText(text) } : tag));
    expect(notRendering(buildIcc({ tags: notice('Copyright info@example.com') }))).toEqual([]);
    expect(notRendering(buildIcc({ tags: notice('made by /Users/aperson/bin') }))).toEqual([['payload/tag cprt', 'device']]);
  });

  it('stands in measurements only where they say who took them', () => {
    const measured = (head: string): Buffer =>
      srgbProfile([{ signature: 'targ', data: iccText(`CTI3\nORIGINATOR "a tool"\n${head}\n${'0.5 '.repeat(20_000)}`) }]);
    expect(notRendering(measured('DEVICE_CLASS "OUTPUT"'))).toEqual([]);
    for (const head of ['OPERATOR "A. Person"', 'INSTRUMENT_SERIAL_NUMBER "12"', 'FILE "/Users/a/x"'])
      expect(notRendering(measured(head))).toEqual([['payload/tag targ', 'device']]);
  });

  it('is not shared with a neutral one', () => {
    const shared = iccText('file:///Users/a');
    const profile = buildIcc({
      tags: [
        ...srgbTags().filter(({ signature }) => signature !== 'desc' && signature !== 'cprt'),
        { signature: 'desc', data: shared },
        { signature: 'cprt', data: shared },
      ],
    });
    expect(indexIn(rewriteUnder(read(profile), BALANCED), 'Users')).toBe(-1);
  });
});

describe('any bytes', () => {
  const seeds = [
    srgbProfile([{ signature: 'PRIV', data: iccText(CANARY) }]),
    greyProfile(),
    srgbProfile([
      { signature: 'vcgt', data: opaque('vcgt', 48) },
      { signature: 'dmnd', data: iccDesc('x') },
    ]),
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0xff), fc.nat(255))), { maxLength: 6 }),
      fc.nat(20),
    )
    .map(([seed, changes, cut]) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes.subarray(0, bytes.length - (cut > 10 ? cut : 0));
    });

  it('are read, scrubbed once and for all, and stay a profile where they were one', () => {
    let valid = 0;
    fc.assert(
      fc.property(mutated, fc.constantFrom(BALANCED, STRICT), (bytes, policy) => {
        const reading = read(bytes);
        expect(new Set(reading.parts.map(({ path }) => path)).size).toBe(reading.parts.length);
        for (const { region } of reading.parts) expect(region.byteOffset + region.byteLength).toBeLessThanOrEqual(bytes.length);
        expect(rewriteUnder(reading, KEEP_ALL)).toBe(bytes);
        const once = rewriteUnder(reading, policy);
        expect(once !== null).toBe(reading.valid);
        if (once === null) return;
        valid++;
        expect(checkIcc(once)).toBe(true);
        expect(rewriteUnder(read(once), policy)).toBe(once);
      }),
      { numRuns: 500 },
    );
    expect(valid).toBeGreaterThan(20);
  });

  it('never keep a private tag', () => {
    const tag = fc.record({
      signature: fc.string({ unit: 'binary-ascii', minLength: 4, maxLength: 4 }),
      data: fc.constantFrom(iccText(CANARY), iccMluc(CANARY), Buffer.concat([opaque('data', 12), Buffer.from(CANARY)])),
    });
    const known = new Set(srgbTags().map(({ signature }) => signature));
    fc.assert(
      fc.property(fc.uniqueArray(tag, { maxLength: 5, selector: ({ signature }) => signature }), (more) => {
        const profile = srgbProfile(more.filter(({ signature }) => !known.has(signature)));
        expect(indexIn(rewriteUnder(read(profile), STRICT), CANARY)).toBe(-1);
      }),
    );
  });
});
