import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { jp2 } from '../../src/formats/jp2/jp2.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { iccDesc, srgbProfile } from '../support/icc.js';
import { buildIptc } from '../support/iptc.js';
import {
  buildJ2k,
  buildJp2,
  EXIF_ID,
  GEOJP2_ID,
  IPTC_ID,
  imageHeader,
  J2K_CODESTREAM,
  type J2kOptions,
  type Jp2Options,
  j2kComment,
  jp2Uuid,
  PHOTOSHOP_ID,
  segment,
  XMP_ID,
} from '../support/jp2.js';
import { buildC2pa, isoBox, jsonAssertion } from '../support/jumbf.js';
import { BALANCED, flatten, LOCATION_ONLY, partAt, removing, STRICT } from '../support/payload.js';
import { buildPhotoshop } from '../support/photoshop.js';
import { buildExif } from '../support/tiff.js';
import { buildXmp } from '../support/xmp.js';

const SECRET = 'CNRYjp2secretYRNC';
const secret = Buffer.from(SECRET);
const GREY = Buffer.from([1, 0, 0, 0, 0, 0, 17]);

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const options = { artifact: 'x.jp2', name: 'x.jp2', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), options);
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict).toEqual({ kind: 'clean' });
  return bytes;
}

const read = (bytes: Buffer) => readWith(jp2, new MemorySource(bytes), DEFAULT_LIMITS);
const CLEAN = buildJp2();

describe('JPEG 2000 in boxes', () => {
  const clean: readonly [string, Jp2Options][] = [
    ['a plain file', {}],
    ['a codestream up to the end of the file', { size: 'to-end' }],
    ['a long size', { size: 'long' }],
    ['a resolution', { header: [isoBox('colr', GREY), isoBox('res ', isoBox('resc', Buffer.alloc(10, 1)))] }],
    ['parameters of CIELab', { header: [isoBox('colr', Buffer.from([1, 0, 0, 0, 0, 0, 14]), Buffer.alloc(28, 1))] }],
    ['empty free space', { before: [isoBox('free', Buffer.alloc(20))] }],
    ['two pictures of an extended file', { brand: 'jpx ', after: [isoBox('jp2c', buildJ2k())] }],
    ['a fragment table', { before: [isoBox('ftbl', isoBox('flst', Buffer.alloc(16)))] }],
  ];
  it.each(clean)('leaves alone what is clean: %s', async (_, options) => {
    const bytes = buildJp2(options);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
    expect(read(bytes).picture).toMatchObject({ width: 16, height: 8, orientation: 1 });
  });

  const packet = buildXmp({ elements: `<dc:creator>${SECRET}</dc:creator>` });
  const hidden: readonly [string, Jp2Options][] = [
    ['XMP', { before: [jp2Uuid(XMP_ID, packet)] }],
    ['Exif', { before: [jp2Uuid(EXIF_ID, buildExif({ artist: SECRET }))] }],
    ['Exif behind the mark of JPEG', { before: [jp2Uuid(EXIF_ID, Buffer.from('Exif\0\0'), buildExif({ artist: SECRET }))] }],
    ['IPTC', { after: [jp2Uuid(IPTC_ID, buildIptc([[2, 80, SECRET]]))] }],
    ['image resources', { after: [jp2Uuid(PHOTOSHOP_ID, buildPhotoshop([{ id: 0x03f0, data: secret }]))] }],
    ['GeoJP2', { before: [jp2Uuid(GEOJP2_ID, secret)] }],
    ['a uuid box that nobody knows', { before: [jp2Uuid('05'.repeat(16), secret)] }],
    ['XML', { before: [isoBox('xml ', Buffer.from(`<gml>${SECRET}</gml>`))] }],
    ['C2PA', { before: [buildC2pa([jsonAssertion('x', { author: SECRET })])] }],
    ['free space', { before: [isoBox('free', secret)] }],
    ['the address of what a private box means', { before: [isoBox('uinf', isoBox('url ', Buffer.alloc(4), secret))] }],
    ['labels', { brand: 'jpx ', before: [isoBox('jpch', isoBox('lbl ', secret))] }],
    [
      'associations within associations',
      { before: [isoBox('asoc', isoBox('nlst', Buffer.alloc(4)), isoBox('asoc', isoBox('lbl ', secret)))] },
    ],
    ['an unknown box in the header', { header: [isoBox('colr', GREY), isoBox('evil', secret)] }],
    ['bytes behind a colour space', { header: [isoBox('colr', GREY, secret)] }],
    [
      'a colour space of a vendor, beside one that decoders know',
      { header: [isoBox('colr', GREY), isoBox('colr', Buffer.from([4, 0, 0]), secret)] },
    ],
    ['a palette that is none', { header: [isoBox('colr', GREY), isoBox('pclr', secret)] }],
    ['bytes behind the image header', { header: [isoBox('colr', GREY), Buffer.from([1, 2, 3])], before: [isoBox('free', secret)] }],
    ['data in the place of a profile', { header: [isoBox('colr', GREY), isoBox('colr', Buffer.from([2, 0, 0]), secret)] }],
    ['bytes behind the codestream, within its box', { codestream: buildJ2k({ tail: secret }) }],
    ['the same, in a box of a long size', { codestream: buildJ2k({ tail: secret }), size: 'long' }],
    ['the same, in a box up to the end', { codestream: buildJ2k({ tail: secret }), size: 'to-end' }],
    ['a second picture', { after: [isoBox('jp2c', buildJ2k({ main: [j2kComment(SECRET)] }))] }],
    ['bytes behind the last box', { trailer: secret }],
    [
      'boxes nested too deeply',
      { before: [Array.from({ length: 20 }).reduce<Buffer>((inner) => isoBox('comp', inner), isoBox('lbl ', secret))] },
    ],
  ];
  it.each(hidden)('removes %s', async (_, options) => {
    const output = await scrub(buildJp2(options), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(output.includes(J2K_CODESTREAM)).toBe(true);
    expect(await scrub(output, STRICT)).toBe(output);
  });

  it('leaves the file as it would have been without', async () => {
    const dirty = buildJp2({
      before: [jp2Uuid(XMP_ID, packet), isoBox('free', secret)],
      codestream: buildJ2k({ main: [j2kComment(SECRET)], tilePart: [j2kComment(secret, 0), j2kComment(SECRET)], tail: secret }),
      trailer: secret,
    });
    expect(await scrub(dirty, STRICT)).toEqual(CLEAN);
  });

  it('takes the flag of rights away with the rights, whether the header is written anew or not', async () => {
    const before = [isoBox('jp2i', secret)];
    const excess = { header: [isoBox('colr', GREY, secret)] };
    expect(await scrub(buildJp2({ rights: true, before }), STRICT)).toEqual(CLEAN);
    expect(await scrub(buildJp2({ rights: true, before, ...excess }), STRICT)).toEqual(CLEAN);
    expect((await scrub(buildJp2({ rights: true, ...excess }), STRICT)).includes(imageHeader(true))).toBe(true);
  });

  it('keeps a colour profile, and takes the name of somebody’s screen out of it', async () => {
    const profile = srgbProfile([{ signature: 'dmnd', data: iccDesc(`/home/jo/${SECRET}`) }]);
    const output = await scrub(buildJp2({ header: [isoBox('colr', Buffer.from([2, 0, 0]), profile)] }), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(read(output).picture.iccProfile?.length).toBeGreaterThan(128);
  });

  it('keeps of the file type what is known', async () => {
    const dirty = Buffer.concat([
      CLEAN.subarray(0, 12),
      isoBox('ftyp', Buffer.from(`jp2 note${SECRET.slice(0, 16)}jp2 `)),
      CLEAN.subarray(32),
    ]);
    expect(await scrub(dirty, STRICT)).toEqual(CLEAN);
  });

  it('has a colour space where something else stood in the place of a profile', async () => {
    const output = await scrub(buildJp2({ header: [isoBox('colr', Buffer.from([2, 0, 0]), secret)] }), STRICT);
    expect(output).toEqual(CLEAN);
  });

  it('keeps orientation and what a policy keeps', async () => {
    const bytes = buildJp2({
      before: [jp2Uuid(EXIF_ID, buildExif({ orientation: 6, artist: SECRET, gps: { latitude: 48.85, longitude: 2.29 } }))],
    });
    const output = await scrub(bytes, LOCATION_ONLY);
    expect(output.includes(secret)).toBe(true);
    expect(partAt(read(output).parts, 'uuid#0/GPS/GPSLatitude')).toBeUndefined();
    expect(read(await scrub(bytes, STRICT)).picture.orientation).toBe(6);
  });

  it('refuses to move what is found by its offset', () => {
    const bytes = buildJp2({ before: [isoBox('free', secret), isoBox('ftbl', isoBox('flst', Buffer.alloc(16)))] });
    const options = { artifact: 'x', policy: STRICT, now: () => '', tool: 'test' };
    const { outcome } = lookAndScrub(new MemorySource(bytes), options);
    expect(outcome.verdict).toMatchObject({ kind: 'unreadable', unreadable: { code: 'jp2-fragments' } });
  });

  it.each([
    ['a film', buildJp2({ brand: 'mjp2' }), 'jp2-brand'],
    ['a file without a codestream', CLEAN.subarray(0, CLEAN.indexOf('jp2c') - 4), 'no-codestream'],
    ['a codestream cut short', CLEAN.subarray(0, -20), 'truncated'],
    ['a box past the end', Buffer.concat([CLEAN.subarray(0, 32), isoBox('free', secret).fill(0x7f, 0, 1)]), 'truncated'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('lets only readers’ errors out, whatever is changed or cut', async () => {
    let scrubbed = 0;
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...clean, ...hidden), changes, fc.nat(60), async ([, options], edits, cut) => {
        const bytes = buildJp2(options);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        const tried = bytes.subarray(0, bytes.length - (cut > 40 ? cut : 0));
        try {
          const paths = flatten(read(tried).parts).map(({ path }) => path);
          expect(new Set(paths).size).toBe(paths.length);
          const { replacement } = lookAndScrub(new MemorySource(tried), { artifact: 'x', policy: BALANCED, now: () => '', tool: 'test' });
          if (replacement !== undefined) await scrubBytes(replacement);
          scrubbed++;
        } catch (error) {
          if (!isReaderError(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
    expect(scrubbed).toBeGreaterThan(20);
  });
});

describe('a bare codestream', () => {
  const clean: readonly [string, Buffer][] = [
    ['with the lengths of tile-parts and packets', buildJ2k()],
    ['whose last tile-part goes on to the end', buildJ2k({ openEnd: true })],
    ['without its last marker', buildJ2k().subarray(0, -2)],
    ['with a place for its components', buildJ2k({ main: [segment(0xff63, Buffer.alloc(4))] })],
  ];
  it.each(clean)('is left alone %s', async (_, bytes) => {
    expect(await scrub(bytes, STRICT)).toBe(bytes);
  });

  const hidden: readonly [string, J2kOptions][] = [
    ['a comment', { main: [j2kComment(SECRET)] }],
    ['a comment of bytes', { main: [j2kComment(Buffer.concat([Buffer.from([0, 1, 2]), secret]), 0)] }],
    ['comments in a tile-part', { tilePart: [j2kComment(SECRET), j2kComment(SECRET)] }],
    ['the same where the last tile-part goes on to the end', { tilePart: [j2kComment(SECRET)], openEnd: true }],
    ['a segment that nobody knows', { main: [segment(0xff6f, secret)], tilePart: [segment(0xff6f, secret)] }],
    ['a place of components that is too long', { main: [segment(0xff63, Buffer.concat([Buffer.alloc(4), secret]))] }],
    ['lengths of packets that are none', { tilePart: [segment(0xff58, Buffer.concat([Buffer.alloc(1), secret]))] }],
    ['lengths of packets of the whole', { main: [segment(0xff57, secret)] }],
    ['lengths of tile-parts that are none', { main: [segment(0xff55, Buffer.concat([Buffer.from([1, 0x50]), secret]))] }],
    ['bytes behind its end', { tail: secret }],
  ];
  it.each(hidden)('loses %s', async (_, options) => {
    const output = await scrub(buildJ2k(options), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(await scrub(output, STRICT)).toBe(output);
  });

  it('has true lengths after comments of tile-parts are gone', async () => {
    expect(await scrub(buildJ2k({ main: [j2kComment(SECRET)], tilePart: [j2kComment(SECRET)] }), STRICT)).toEqual(J2K_CODESTREAM);
    const open = buildJ2k({ tilePart: [j2kComment(SECRET)], openEnd: true });
    expect(await scrub(open, STRICT)).toEqual(buildJ2k({ openEnd: true }));
  });

  it('is read with as many comments as a limit lets, and no more', async () => {
    const comment = j2kComment('hi');
    const many = (count: number): Buffer => buildJ2k({ main: [Buffer.concat(Array.from({ length: count }, () => comment))] });
    expect((await scrub(many(DEFAULT_LIMITS.entryCount - 100), STRICT)).equals(J2K_CODESTREAM)).toBe(true);
    expect(() => read(many(DEFAULT_LIMITS.entryCount + 100))).toThrow(expect.objectContaining({ code: 'limit-entryCount' }));
  });

  it('keeps comments where the policy keeps text, and the rest goes', async () => {
    const output = await scrub(buildJ2k({ main: [j2kComment(SECRET)], tail: Buffer.from('tail') }), removing('hidden'));
    expect(output).toEqual(buildJ2k({ main: [j2kComment(SECRET)] }));
  });

  it.each([
    ['a tile-part that is longer than the file', buildJ2k().subarray(0, -6), 'truncated'],
    ['a tile-part that ends too early', Buffer.from(J2K_CODESTREAM).fill(20, 93, 94), 'bad-tile-part'],
    ['no extent', Buffer.from(J2K_CODESTREAM).fill(0, 8, 12), 'bad-extent'],
    ['a header of another length', Buffer.from(J2K_CODESTREAM).fill(0x2a, 5, 6), 'bad-codestream'],
  ])('is refused for %s', (_, bytes, code) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
