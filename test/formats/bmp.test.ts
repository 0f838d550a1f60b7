import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { isReaderError } from '../../src/core/error.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { readWith } from '../../src/engine/read.js';
import { lookAndScrub, scrubBytes } from '../../src/engine/scrub.js';
import { bmp } from '../../src/formats/bmp/bmp.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { type BmpSpec, bmpOf } from '../support/bmp.js';
import { iccDesc, srgbProfile } from '../support/icc.js';
import { BALANCED, flatten, LOCATION_ONLY, STRICT } from '../support/payload.js';

const SECRET = 'CNRYbmpsecretYRNC';
const secret = Buffer.from(SECRET);

async function scrub(bytes: Buffer, policy: EffectivePolicy): Promise<Buffer> {
  const options = { artifact: 'x.bmp', name: 'x.bmp', policy, now: () => '2024-01-01T00:00:00Z', tool: 'test' };
  const { outcome, replacement } = lookAndScrub(new MemorySource(bytes), options);
  if (replacement !== undefined) return Buffer.from((await scrubBytes(replacement)).bytes);
  expect(outcome.verdict.kind).toBe('clean');
  return bytes;
}

const read = (bytes: Buffer) => readWith(bmp, new MemorySource(bytes), DEFAULT_LIMITS);
const quad = (reserved: number): Buffer => Buffer.from([1, 2, 3, reserved, 4, 5, 6, 0]);
const rle8 = (filler: number): Buffer => Buffer.from([0, 3, 1, 2, 3, filler, 0, 0, 3, 1, 0, 1]);

describe('bitmaps', () => {
  const clean: readonly [string, BmpSpec][] = [
    ['24 bits', {}],
    ['OS/2 1.x', { dibBytes: 12 }],
    ['OS/2 2.x in 16 bytes', { dibBytes: 16 }],
    ['OS/2 2.x', { dibBytes: 64 }],
    ['rows from the top down', { size: [3, -2] }],
    ['version 4', { dibBytes: 108 }],
    ['version 5', { dibBytes: 124 }],
    ['a palette', { depth: 1, size: [8, 2], palette: quad(0) }],
    ['RLE8', { depth: 8, compression: 1, palette: quad(0), pixels: rle8(0) }],
    ['two zeros at the end', { tail: Buffer.alloc(2) }],
  ];
  it.each(clean)('leaves alone what is clean: %s', async (_, spec) => {
    const bytes = bmpOf(spec);
    expect(await scrub(bytes, STRICT)).toBe(bytes);
    expect(read(bytes).picture).toMatchObject({ height: 2, frameCount: 1 });
  });

  const hidden: readonly [string, BmpSpec][] = [
    ['a gap before the pixels', { gap: secret }],
    ['bytes after the pixels', { tail: secret }],
    ['end points of another colour space', { dibBytes: 108, fields: { 74: secret } }],
    ['the path of a linked profile', { dibBytes: 124, profileKind: 'LINK', profile: secret }],
    ['a profile that is none', { dibBytes: 124, profile: secret }],
    ['bytes after the end of an RLE stream', { depth: 8, compression: 1, palette: quad(0), pixels: Buffer.concat([rle8(0), secret]) }],
  ];
  it.each(hidden)('removes %s under every policy, and the pixels stay', async (_, spec) => {
    const bytes = bmpOf(spec);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) {
      const output = await scrub(bytes, policy);
      expect(output.includes(secret)).toBe(false);
      expect(output.readUInt32LE(2)).toBe(output.length);
      expect(await scrub(output, policy)).toBe(output);
    }
  });

  const bits: readonly [string, BmpSpec, BmpSpec][] = [
    ['reserved words', { fields: { 6: Buffer.from([1, 2, 3, 4]) } }, {}],
    ['the identifier of OS/2 2.x', { dibBytes: 64, fields: { 74: Buffer.from('note') } }, { dibBytes: 64 }],
    ['reserved bytes of a palette', { depth: 1, size: [8, 2], palette: quad(7) }, { depth: 1, size: [8, 2], palette: quad(0) }],
    ['padding of rows', { pixels: Buffer.alloc(24, 9) }, { pixels: Buffer.from('090909090909090909000000'.repeat(2), 'hex') }],
    [
      'bits after the last pixel of a row',
      { depth: 1, palette: quad(0), pixels: Buffer.alloc(8, 0xff) },
      { depth: 1, palette: quad(0), pixels: Buffer.from('e0000000e0000000', 'hex') },
    ],
    [
      'fillers of RLE8',
      { depth: 8, compression: 1, palette: quad(0), pixels: rle8(0x41) },
      { depth: 8, compression: 1, palette: quad(0), pixels: rle8(0) },
    ],
  ];
  it.each(bits)('sets to zero: %s', async (_, dirty, clear) => {
    expect((await scrub(bmpOf(dirty), STRICT)).toString('hex')).toBe(bmpOf(clear).toString('hex'));
  });

  it('keeps a colour profile and takes its texts away', async () => {
    const profile = srgbProfile([{ signature: 'dmnd', data: iccDesc(`/home/jo/${SECRET}`) }]);
    const output = await scrub(bmpOf({ dibBytes: 124, profile, tail: secret }), STRICT);
    expect(output.includes(secret)).toBe(false);
    expect(read(output).picture.iccProfile).toBeDefined();
  });

  it('scrubs a JPEG within', async () => {
    const jpeg = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Artist: SECRET } })
      .jpeg()
      .toBuffer();
    const output = await scrub(bmpOf({ compression: 4, depth: 0, pixels: jpeg }), STRICT);
    expect(output.includes(secret)).toBe(false);
    const inner = output.subarray(output.readUInt32LE(10));
    expect(output.readUInt32LE(34)).toBe(inner.length);
    expect((await sharp(inner).raw().toBuffer()).equals(await sharp(jpeg).raw().toBuffer())).toBe(true);
  });

  it.each([
    ['a file that ends before its last row', bmpOf().subarray(0, -8), 'truncated'],
    ['a header of no known version', bmpOf({ fields: { 14: Buffer.from([41, 0, 0, 0]) } }), 'bmp-header'],
    ['no extent', bmpOf({ fields: { 18: Buffer.alloc(4) } }), 'bad-extent'],
    ['pixels within the header', bmpOf({ fields: { 10: Buffer.from([20]) } }), 'bad-offset'],
    ['an unknown compression', bmpOf({ compression: 9 }), 'bmp-compression'],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('tiles whatever it reads', () => {
    const header = fc.array(fc.tuple(fc.nat(137), fc.nat(255)), { minLength: 1, maxLength: 4 });
    let seen = 0;
    fc.assert(
      fc.property(fc.constantFrom(...clean, ...hidden), header, ([, spec], changes) => {
        const bytes = bmpOf(spec);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          const paths = flatten(read(bytes).parts).map(({ path }) => path);
          expect(new Set(paths).size).toBe(paths.length);
          seen++;
        } catch (error) {
          if (!isReaderError(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(0);
  });
});
