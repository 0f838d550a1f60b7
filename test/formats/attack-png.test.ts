import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { png } from '../../src/formats/png/png.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { BALANCED, flatten, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { acTL, buildPng, fcTL, fdAT, pngChunk, pngLines, splitPng, tEXt, u32 } from '../support/png.js';
import { buildExif } from '../support/tiff.js';

const SECRET = 'CANARY7Q2XKPLW';
const POLICIES = [BALANCED, LOCATION_ONLY, STRICT];
const IEND_BYTES = 12;

describe('PNG files that viewers show although something is wrong', () => {
  const withoutEnd = buildPng({ after: [tEXt('Comment', SECRET)] }).subarray(0, -IEND_BYTES);

  it('an IEND with a wrong CRC is put right', () => {
    const file = Buffer.concat([withoutEnd, pngChunk('IEND', Buffer.alloc(0), 0x43414e41)]);
    expectLaws(png, file, POLICIES);
    const { output } = scrubUnder(png, file, STRICT);
    expect(output.equals(buildPng())).toBe(true);
  });

  it('an IEND with a wrong CRC and data is put right', () => {
    const file = Buffer.concat([withoutEnd, pngChunk('IEND', Buffer.from(SECRET), 7)]);
    expectLaws(png, file, POLICIES);
    expect(scrubUnder(png, file, STRICT).output.equals(buildPng())).toBe(true);
  });

  const lines = pngLines();
  const stream = deflateSync(lines);
  it.each([
    ['a wrong checksum', Buffer.concat([stream.subarray(0, -4), u32(0x43414e41)])],
    ['a wrong checksum and more behind it', Buffer.concat([stream.subarray(0, -4), u32(1), Buffer.from(SECRET)])],
    ['no checksum', stream.subarray(0, -4)],
  ])('a pixel stream with %s is coded anew', async (_name, idat) => {
    const file = buildPng({ idat: [idat], before: [tEXt('Comment', SECRET)] });
    expectLaws(png, file, POLICIES);
    const { output } = scrubUnder(png, file, STRICT);
    expect(output.includes(SECRET)).toBe(false);
    expect(await sharp(output).raw().toBuffer()).toEqual(await sharp(buildPng()).raw().toBuffer());
  });

  it('a pixel stream with a wrong checksum and too few lines is refused', () => {
    const short = deflateSync(lines.subarray(0, -3));
    expect(readError(png, buildPng({ idat: [Buffer.concat([short.subarray(0, -4), u32(1)])] }))?.code).toBe('bad-deflate');
  });
});

describe('APNG whose chunks have changed places', () => {
  const frame = (salt: number): Buffer => deflateSync(pngLines({}, salt));
  const file = (numbers: readonly [number, number, number, number], more: readonly Uint8Array[] = []): Buffer =>
    buildPng({
      before: [acTL(3), fcTL(0)],
      after: [fcTL(numbers[0]), fdAT(numbers[1], frame(1)), ...more, fcTL(numbers[2]), fdAT(numbers[3], frame(2))],
    });
  const numbersOf = (bytes: Uint8Array): number[] =>
    splitPng(bytes)
      .filter(({ type }) => type === 'fcTL' || type === 'fdAT')
      .map(({ data }) => data.readUInt32BE(0));

  it('keeps its chunks and their numbers', () => {
    const swapped = file([1, 4, 3, 2], [tEXt('Comment', SECRET)]);
    expectLaws(png, swapped, POLICIES);
    expect(numbersOf(scrubUnder(png, swapped, STRICT).output)).toEqual([0, 1, 4, 3, 2]);
    expect(readBytes(png, swapped).picture.frameCount).toBe(3);
  });

  it('closes the gap that a removed chunk leaves', () => {
    const swapped = file([1, 2, 5, 4], [fdAT(3, Buffer.from(SECRET))]);
    expectLaws(png, swapped, POLICIES);
    expect(numbersOf(scrubUnder(png, swapped, STRICT).output)).toEqual([0, 1, 2, 4, 3]);
  });

  it.each([[[1, 2, 3, 3] as const], [[1, 2, 3, 0x43414e41] as const]])('is refused with numbers that are no count: %j', (numbers) =>
    expect(readError(png, file([...numbers]))?.code).toBe('bad-sequence'),
  );
});

describe('PNG chunks of one kind', () => {
  it('reads one Exif block more than viewers do, and takes the others as they are', () => {
    const block = pngChunk('eXIf', buildExif({ artist: SECRET }));
    const { parts } = readBytes(png, buildPng({ before: [block, block, block, block] }));
    const artists = flatten(parts).filter(({ path }) => path.endsWith('/Artist'));
    expect(artists.map(({ path }) => path)).toEqual(['eXIf#0/IFD0/Artist', 'eXIf#1/IFD0/Artist']);
    expectLaws(png, buildPng({ before: [block, block, block, block] }), POLICIES);
  });

  it('takes chromaticities that no display has for hidden data', () => {
    const mdcv = (head: Buffer): Buffer => buildPng({ before: [pngChunk('mDCV', Buffer.concat([head, u32(10_000_000, 1)]))] });
    expect(scrubUnder(png, mdcv(Buffer.from(`${SECRET}AB`)), STRICT).output.equals(buildPng())).toBe(true);
    const display = mdcv(u32(0x8a483908, 0x21347baa, 0x199608fc, 0x3d134042));
    expect(scrubUnder(png, display, STRICT).output.equals(display)).toBe(true);
  });
});
