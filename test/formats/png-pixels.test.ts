import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { png } from '../../src/formats/png/png.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { BALANCED, LOCATION_ONLY, partAt, STRICT } from '../support/payload.js';
import { acTL, buildApng, buildPng, fcTL, fdAT, type PngOptions, pngChunk, pngLines, splitPng, tEXt, u32 } from '../support/png.js';

const SECRET = 'CANARY7Q2XKPLW';
const secret = Buffer.from(SECRET);
const types = (bytes: Uint8Array): string[] => splitPng(bytes).map(({ type }) => type);
const rawPixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).raw().toBuffer();
const numbersIn = (bytes: Uint8Array): number[] =>
  splitPng(bytes).flatMap(({ type, data }) => (type === 'fcTL' || type === 'fdAT' ? [data.readUInt32BE(0)] : []));
const goodCrcs = (bytes: Uint8Array): boolean => readError(png, bytes) === undefined;

describe('PNG pixels', () => {
  const kinds: PngOptions[] = [];
  for (const [colourType, depths] of [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
    [3, [1, 2, 4, 8]],
    [4, [8, 16]],
    [6, [8, 16]],
  ] as const)
    for (const bitDepth of depths)
      for (const interlaced of [false, true]) kinds.push({ colourType, bitDepth, interlaced, width: 7, height: 9 });

  it('are found to their exact end in every colour type, depth and interlacing', () => {
    expect(kinds.length).toBe(30);
    for (const kind of kinds) {
      expect(partAt(readBytes(png, buildPng(kind)).parts, 'IDAT#0/after-end')).toBeUndefined();
      expect(
        partAt(readBytes(png, buildPng({ ...kind, split: (stream) => [Buffer.concat([stream, secret])] })).parts, 'IDAT#0/after-end')
          ?.region.byteLength,
      ).toBe(secret.length);
      expect(readError(png, buildPng({ ...kind, height: 10, idat: [deflateSync(pngLines(kind))] }))?.code).toBe('short-pixels');
    }
  });

  it('of one pixel in Adam7, where most passes are empty', () => {
    expectLaws(png, buildPng({ width: 1, height: 1, interlaced: true, trailer: secret }), [STRICT]);
  });

  it.each<[string, PngOptions]>([
    ['bytes after the stream', { split: (stream) => [Buffer.concat([stream, secret])] }],
    ['a second stream', { split: (stream) => [Buffer.concat([stream, deflateSync(secret)])] }],
    ['further chunks, one of them empty', { split: (stream) => [stream, Buffer.alloc(0), secret] }],
    [
      'bytes after the stream in the last of many chunks',
      { split: (stream) => [...stream].map((byte) => Buffer.from([byte])).concat(secret) },
    ],
    ['an IDAT chunk after another chunk', { after: [tEXt('Title', 'kept or not'), pngChunk('IDAT', secret)] }],
    ['data in IEND', { iend: secret }],
    ['bytes after IEND', { trailer: secret }],
    ['a second PNG after IEND', { trailer: buildPng({ before: [tEXt('Comment', SECRET)] }) }],
    ['a chunk after IEND', { trailer: tEXt('Comment', SECRET) }],
  ])('keep their bytes where %s go', async (_, options) => {
    const bytes = buildPng(options);
    expectLaws(png, bytes, [STRICT, BALANCED, LOCATION_ONLY]);
    for (const policy of [STRICT, BALANCED, LOCATION_ONLY]) {
      const { output } = scrubUnder(png, bytes, policy);
      expect(output.includes(secret)).toBe(false);
      expect(output.includes(deflateSync(secret))).toBe(false);
      expect(types(output).at(-1)).toBe('IEND');
      expect((await rawPixels(output)).equals(await rawPixels(bytes))).toBe(true);
    }
  });

  it('give the very file that was before something was hidden in it', () => {
    const clean = buildPng();
    for (const options of [
      { split: (stream: Buffer) => [stream, secret] },
      { split: (stream: Buffer) => [Buffer.concat([stream, secret])] },
      { iend: secret },
      { trailer: secret },
    ])
      expect(scrubUnder(png, buildPng(options), STRICT).output.equals(clean)).toBe(true);
  });

  it('are coded again where the stream holds more lines than the picture', async () => {
    const bytes = buildPng({
      extraLines: Buffer.concat([secret, Buffer.alloc(100, 7)]),
      split: (stream) => [stream.subarray(0, 20), stream.subarray(20)],
    });
    const { before, output, after, touched } = scrubUnder(png, bytes, BALANCED);
    expect(touched).toEqual(['IDAT#0/extra-lines']);
    expect([before.picture.needsReencoding, after.picture.needsReencoding]).toEqual([true, undefined]);
    expect(output.equals(buildPng({ idat: [deflateSync(pngLines(), { level: 9 })] }))).toBe(true);
    expect((await rawPixels(output)).equals(await rawPixels(bytes))).toBe(true);
    expectLaws(png, bytes, [STRICT, BALANCED]);
  });

  it('are coded again where far more follows than memory should hold, or where what follows is broken', () => {
    const bomb = buildPng({ extraLines: Buffer.alloc(64 * 2 ** 20) });
    expect(scrubUnder(png, bomb, STRICT).output.equals(buildPng({ idat: [deflateSync(pngLines(), { level: 9 })] }))).toBe(true);
    const broken = buildPng({
      extraLines: Buffer.alloc(5000, 1),
      split: (stream) => [Buffer.concat([stream.subarray(0, -4), Buffer.alloc(4)])],
    });
    expectLaws(png, broken, [STRICT]);
  });

  it('in thousands of chunks of one byte are one part', () => {
    const bytes = buildPng({
      width: 60,
      height: 60,
      split: (stream) => [...stream].map((byte) => Buffer.from([byte])),
      after: [tEXt('Comment', SECRET)],
    });
    const { parts } = readBytes(png, bytes);
    expect(parts.filter(({ carrier }) => carrier === 'pixels').length).toBe(1);
    expect(parts.find(({ carrier }) => carrier === 'pixels')?.note).toMatch(/^pixels, \d+ chunks$/);
    expectLaws(png, bytes, [STRICT]);
  });

  it('that another chunk parts in two are joined by its removal', async () => {
    const stream = deflateSync(pngLines());
    const bytes = buildPng({
      idat: [stream.subarray(0, 10)],
      after: [tEXt('Comment', SECRET), pngChunk('IDAT', stream.subarray(10))],
    });
    const { output } = scrubUnder(png, bytes, STRICT);
    expect(types(output)).toEqual(['IHDR', 'IDAT', 'IDAT', 'IEND']);
    expect((await rawPixels(output)).equals(await rawPixels(buildPng()))).toBe(true);
    expectLaws(png, bytes, [STRICT, BALANCED]);
  });
});

describe('PNG that no decoder could show', () => {
  const flip = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
  const whole = buildPng();
  const idatAt = whole.indexOf('IDAT');

  it.each<[string, Uint8Array, string]>([
    ['without IEND', whole.subarray(0, -12), 'truncated'],
    ['cut within a chunk', whole.subarray(0, -5), 'truncated'],
    ['with a bad CRC on IHDR', flip(whole, 20), 'bad-crc'],
    ['with a bad CRC on IDAT', flip(whole, idatAt + 10), 'bad-crc'],
    ['with an unknown critical chunk', buildPng({ before: [pngChunk('ABCD')] }), 'unsupported-chunk'],
    [
      'with the chunks of an iOS build',
      Buffer.concat([whole.subarray(0, 8), pngChunk('CgBI', u32(0)), whole.subarray(8)]),
      'unsupported-cgbi',
    ],
    ['without IDAT', buildPng({ idat: [] }), 'no-pixels'],
    ['with a broken stream', buildPng({ idat: [Buffer.from('789cffffffffffffff', 'hex')] }), 'bad-deflate'],
    ['with a stream that is cut', buildPng({ split: (stream) => [stream.subarray(0, -6)] }), 'truncated'],
    ['with too small a stream for its size', buildPng({ width: 20000, height: 8000, idat: [deflateSync(Buffer.alloc(9))] }), 'truncated'],
    [
      'with more pixels than the limit',
      buildPng({ width: 100_000, height: 100_000, idat: [deflateSync(Buffer.alloc(9))] }),
      'limit-pixelBytes',
    ],
    ['with no pixels', buildPng({ width: 0, idat: [deflateSync(Buffer.alloc(9))] }), 'bad-ihdr'],
    ['with a bit depth that the colour type does not have', buildPng({ colourType: 6, bitDepth: 4 }), 'bad-ihdr'],
    ['with a chunk type that is not letters', buildPng({ before: [pngChunk('ab1d')] }), 'bad-chunk-type'],
    ['with two headers', buildPng({ before: [splitPngChunk(whole, 0)] }), 'bad-chunk-order'],
    ['with a palette too large', buildPng({ colourType: 3, bitDepth: 1, before: [pngChunk('PLTE', Buffer.alloc(6))] }), 'bad-chunk-order'],
  ])('%s is refused', (_, bytes, code) => {
    const error = readError(png, bytes);
    expect(error?.code).toBe(code);
    expect(error?.byteOffset).toBeLessThanOrEqual(bytes.length);
  });

  function splitPngChunk(bytes: Buffer, index: number): Buffer {
    const { type, data } = splitPng(bytes)[index] as { type: string; data: Buffer };
    return pngChunk(type, data);
  }

  it('has a limit on chunks', () => {
    const bytes = buildPng({ before: Array.from({ length: 50 }, () => pngChunk('abCd')) });
    expect(readError(png, bytes, { ...DEFAULT_LIMITS, partCount: 40 })?.code).toBe('limit-partCount');
  });

  it('is not taken for PNG where it is MNG or JNG', () => {
    expect(png.sniff(whole.subarray(0, 64))).toBe(true);
    expect(png.sniff(Buffer.concat([Buffer.from('\x8aMNG\r\n\x1a\n', 'latin1'), whole]))).toBe(false);
    expect(png.sniff(Buffer.alloc(0))).toBe(false);
  });
});

describe('APNG', () => {
  const frame = (salt: number): Buffer => deflateSync(pngLines({}, salt));

  it('is read with all its frames', () => {
    const { picture, mediaType } = readBytes(png, buildApng());
    expect([picture.frameCount, mediaType, picture.pixels.length]).toEqual([3, 'image/apng', 3]);
    expectLaws(png, buildApng({}, [tEXt('Comment', SECRET)]), [STRICT, BALANCED]);
  });

  it('is numbered anew where chunks past a frame go', () => {
    const bytes = buildPng({
      before: [acTL(3), fcTL(0)],
      after: [fcTL(1), fdAT(2, frame(1)), fdAT(3, secret), fdAT(4, Buffer.alloc(0)), fcTL(5), fdAT(6, Buffer.concat([frame(2), secret]))],
    });
    const { output, touched } = scrubUnder(png, bytes, BALANCED);
    expect(touched).toEqual(['fdAT#1', 'fdAT#2', 'fdAT#3/after-end']);
    expect(output.equals(buildApng())).toBe(true);
    expectLaws(png, bytes, [STRICT]);
  });

  it('is numbered anew where a frame in two chunks has more lines than it shows', () => {
    const long = deflateSync(Buffer.concat([pngLines({}, 1), secret, Buffer.alloc(99)]));
    const bytes = buildPng({
      before: [acTL(3), fcTL(0)],
      after: [
        fcTL(1),
        fdAT(2, long.subarray(0, 9)),
        tEXt('Title', 'in between'),
        fdAT(3, long.subarray(9)),
        fcTL(4),
        fdAT(5, Buffer.concat([frame(2), secret])),
      ],
    });
    const { output, after } = scrubUnder(png, bytes, STRICT);
    expect(numbersIn(output)).toEqual([0, 1, 2, 3, 4]);
    expect(after.picture.frameCount).toBe(3);
    expect(goodCrcs(output)).toBe(true);
    expect(output.includes(secret)).toBe(false);
    expectLaws(png, bytes, [STRICT, BALANCED]);
  });

  it('loses frames that acTL does not count, and every frame where no acTL is', () => {
    const uncounted = buildPng({ before: [acTL(1), fcTL(0)], after: [fcTL(1), fdAT(2, Buffer.concat([frame(1), secret]))] });
    expect(types(scrubUnder(png, uncounted, BALANCED).output)).toEqual(['IHDR', 'acTL', 'fcTL', 'IDAT', 'IEND']);
    const unannounced = buildPng({ before: [fcTL(0)], after: [acTL(2), fcTL(1), fdAT(2, secret)] });
    expect(types(scrubUnder(png, unannounced, BALANCED).output)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expectLaws(png, uncounted, [STRICT, LOCATION_ONLY]);
    expectLaws(png, unannounced, [STRICT]);
  });

  it('tells of a default image that no animation shows', () => {
    const bytes = buildPng({ before: [acTL(1)], after: [fcTL(0), fdAT(1, frame(1))] });
    const { parts, picture } = readBytes(png, bytes);
    expect(partAt(parts, 'IDAT#0')?.note).toMatch(/no frame of the animation/);
    expect(picture.frameCount).toBe(1);
    expectLaws(png, bytes, [STRICT]);
  });

  it('takes frames smaller than the picture', () => {
    const small = deflateSync(pngLines({ width: 2, height: 2 }));
    const bytes = buildPng({
      before: [acTL(2), fcTL(0)],
      after: [fcTL(1, { width: 2, height: 2, x: 3, y: 2 }), fdAT(2, Buffer.concat([small, secret]))],
    });
    expect(scrubUnder(png, bytes, STRICT).output.includes(secret)).toBe(false);
  });

  it.each<[string, PngOptions]>([
    ['a frame outside of the picture', { before: [acTL(2), fcTL(0)], after: [fcTL(1, { x: 1 }), fdAT(2, frame(1))] }],
    ['a gap in the sequence', { before: [acTL(2), fcTL(0)], after: [fcTL(1), fdAT(3, frame(1))] }],
    ['fewer frames than it declares', { before: [acTL(2), fcTL(0)] }],
    ['a frame without data', { before: [acTL(2), fcTL(0)], after: [fcTL(1)] }],
    ['no frames', { before: [acTL(0)] }],
    ['two declarations', { before: [acTL(1), acTL(1), fcTL(0)] }],
    ['data before its control', { before: [acTL(1)], after: [fdAT(0, frame(1)), fcTL(1)] }],
    ['a frame cut short', { before: [acTL(2), fcTL(0)], after: [fcTL(1), fdAT(2, frame(1).subarray(0, 20))] }],
  ])('with %s is refused', (_, options) => {
    expect(['bad-animation', 'bad-sequence', 'truncated']).toContain(readError(png, buildPng(options))?.code);
  });
});
