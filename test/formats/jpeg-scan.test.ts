import fc from 'fast-check';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/bytes/memory-source.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { hiddenInScan } from '../../src/formats/jpeg/scan/hidden-in-scan.js';
import { type Scan, walk } from '../../src/formats/jpeg/walk.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { buildJpeg } from '../support/jpeg.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';

const CANARY = Buffer.from('CANARY-5f3a');

/** A picture with detail, from a fixed sequence. */
function noise(width: number, height: number, options: JpegOptions): Promise<Buffer> {
  let state = 7;
  const samples = Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >> 16;
  });
  const raw = Buffer.from(samples);
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .blur(0.7)
    .jpeg(options)
    .toBuffer();
}

function scansOf(bytes: Buffer) {
  const stream = walk(new MemorySource(bytes), DEFAULT_LIMITS);
  return { stream, scans: stream.pieces.filter((piece): piece is Scan => piece.kind === 'scan') };
}

/** Puts bytes behind the last block of the only scan, as an encoder would have to write them. */
function withTail(bytes: Buffer, tail: Uint8Array): Buffer {
  const { end } = scansOf(bytes).scans[0] as Scan;
  const stuffed = [...tail].flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(stuffed), bytes.subarray(end)]);
}

const pixelsOf = (bytes: Buffer): Promise<Buffer> => sharp(bytes, { failOn: 'none' }).raw().toBuffer();

describe('a scan', () => {
  it('loses bytes behind its last block', () => {
    for (const kind of ['gray', 'color'] as const) {
      for (const width of [8, 16, 64]) {
        const dirty = buildJpeg({ kind, width, height: 16, scanTail: CANARY });
        expect(scrubUnder(jpeg, dirty, STRICT).output.equals(buildJpeg({ kind, width, height: 16 }))).toBe(true);
        expectLaws(jpeg, dirty, [STRICT, BALANCED, LOCATION_ONLY]);
      }
    }
  });

  it('loses bytes in front of a restart marker, and markers behind the last block', () => {
    const options = { kind: 'color', width: 24, restartInterval: 1 } as const;
    const plain = buildJpeg(options);
    const restart = plain.indexOf(Buffer.from([0xff, 0xd0]));
    const dirty = Buffer.concat([plain.subarray(0, restart), CANARY, plain.subarray(restart)]);
    expectLaws(jpeg, dirty, [STRICT, BALANCED, LOCATION_ONLY]);
    expect(readBytes(jpeg, dirty).picture.pixels.length).toBe(2);
    expect(scrubUnder(jpeg, dirty, STRICT).output.equals(plain)).toBe(true);
    const more = buildJpeg({ ...options, scanTail: Buffer.concat([Buffer.from([0xff, 0xd2]), CANARY, Buffer.from([0xff, 0xd3])]) });
    expect(scrubUnder(jpeg, more, STRICT).output.equals(plain)).toBe(true);
    // One marker too many is what some cameras write.
    const camera = buildJpeg({ ...options, scanTail: Buffer.from([0xff, 0xd2]) });
    expect(scrubUnder(jpeg, camera, STRICT).output.equals(camera)).toBe(true);
  });

  it.each([
    ['4:2:0', 37, 61],
    ['4:4:4', 64, 64],
    ['4:2:0', 640, 480],
    ['4:4:4', 640, 480],
  ])('of real blocks (%s, %i by %i) ends where they end', async (chromaSubsampling, width, height) => {
    for (const optimiseCoding of [true, false]) {
      const plain = await noise(width, height, { quality: 85, chromaSubsampling, optimiseCoding });
      const { stream, scans } = scansOf(plain);
      for (const scan of scans) expect(hiddenInScan(new MemorySource(plain), stream.frame, scan)).toEqual([]);
      const dirty = withTail(plain, CANARY);
      const { output } = scrubUnder(jpeg, dirty, STRICT);
      expect(output.includes(CANARY)).toBe(false);
      expect(output.equals(scrubUnder(jpeg, plain, STRICT).output)).toBe(true);
      expect((await pixelsOf(output)).equals(await pixelsOf(dirty))).toBe(true);
    }
  });

  it('that is coded progressively stays as it is', async () => {
    const plain = await noise(64, 48, { progressive: true });
    expect(scrubUnder(jpeg, plain, STRICT).output.equals(plain)).toBe(true);
  });

  it('that is damaged is not cut where it would show', async () => {
    const plain = await noise(48, 48, { quality: 60 });
    const { start, end } = scansOf(plain).scans[0] as Scan;
    let cut = 0;
    const position = fc.integer({ min: start, max: end - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 254 }), async (at, byte) => {
        const dirty = Buffer.from(plain);
        dirty[at] = byte;
        if (readError(jpeg, dirty) !== undefined) return;
        const { output } = scrubUnder(jpeg, dirty, STRICT);
        if (!output.equals(dirty)) cut++;
        expect((await pixelsOf(output)).equals(await pixelsOf(dirty))).toBe(true);
      }),
      { numRuns: 150, seed: 4711 },
    );
    expect(cut).toBeGreaterThan(0);
  });
});
