import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FileResult } from '../../src/core/result.js';
import { runFileJob } from '../../src/service/file-job.js';
import { Policies } from '../../src/service/policies.js';
import { writeGif } from '../../src/visual/write/gif.js';
import { lzw } from '../../src/visual/write/gif-lzw.js';
import { seeded } from './evaluation/random.js';
import { draw } from './support/draw.js';

// Models share the cores with everything else that runs: no test is about time.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exifence-formats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REGION = { x: 40, y: 30, width: 60, height: 50 };

async function scrub(bytes: Buffer, name: string): Promise<{ result: FileResult; after: Buffer }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { x, y, width, height } = REGION;
  writeFileSync(join(folder, 'policy.yaml'), `version: 1\nvisual:\n  regions: ["${x},${y},${width},${height}"]\n`);
  const policies = new Policies({ cwd: folder, today: '2026-01-01', override: 'policy.yaml' });
  const result = await runFileJob(Buffer.from(path), policies, { kind: 'in-place' });
  return { result, after: readFileSync(path) };
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: string;
}

async function pixels(bytes: Buffer): Promise<Pixels> {
  const deep = (await sharp(bytes).metadata()).depth === 'ushort';
  const pipeline = sharp(bytes, { autoOrient: false, ignoreIcc: true });
  const { data, info } = await (deep ? pipeline.toColourspace('rgb16') : pipeline)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels, depth: deep ? 'ushort' : 'uchar' };
}

/** Pixels that differ outside of the region, and those that are not black within: as stored, not turned. */
async function differences(before: Buffer, after: Buffer): Promise<{ outside: number; light: number; seen: number }> {
  const [was, is] = [await pixels(before), await pixels(after)];
  expect({ ...is, data: undefined }).toEqual({ ...was, data: undefined });
  const wide = was.depth === 'ushort' ? 2 : 1;
  const row = was.channels * wide;
  const found = { outside: 0, light: 0, seen: 0 };
  for (let y = 0; y < was.height; y++)
    for (let x = 0; x < was.width; x++) {
      const at = (y * was.width + x) * row;
      const inside = x >= REGION.x && x < REGION.x + REGION.width && y >= REGION.y && y < REGION.y + REGION.height;
      found.seen++;
      if (!inside && !was.data.subarray(at, at + row).equals(is.data.subarray(at, at + row))) found.outside++;
      if (inside && Math.max(...is.data.subarray(at, at + Math.min(3, was.channels) * wide)) > 40) found.light++;
    }
  return found;
}

const PRIVATE = { IFD0: { Artist: 'CANARY' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } } as const;

/** A picture of many colours. */
function picture(): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width: 200, height: 120, channels: 3, background: '#808080', noise } });
}

const few = (): Sharp => draw({ width: 200, height: 120, background: '#aaccee', texts: [{ text: 'Some text', x: 20, y: 60, size: 30 }] });

describe('formats whose pixels can be changed', () => {
  it.each([
    ['lossy.avif', () => picture().withExif(PRIVATE).avif({ quality: 60 }).toBuffer()],
    ['profile.avif', () => picture().withIccProfile('p3').avif({ quality: 80 }).toBuffer()],
    ['alpha.avif', () => picture().ensureAlpha(0.6).avif({ lossless: true }).toBuffer()],
    ['lzw.tif', () => picture().withExif(PRIVATE).tiff({ compression: 'lzw' }).toBuffer()],
    ['profile.tif', () => picture().withIccProfile('p3').tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()],
    ['alpha.tif', () => picture().ensureAlpha(0.6).tiff({ compression: 'none' }).toBuffer()],
    ['deep.tif', () => picture().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer()],
    ['grey.tif', () => picture().toColourspace('b-w').tiff({ compression: 'packbits' }).toBuffer()],
    ['jpeg.tif', () => picture().tiff({ compression: 'jpeg', quality: 80 }).toBuffer()],
    ['full.gif', () => picture().gif({ dither: 0 }).toBuffer()],
    ['few.gif', () => few().gif().toBuffer()],
    [
      'transparent.gif',
      () =>
        few()
          .ensureAlpha()
          .composite([{ input: Buffer.from('<svg width="200" height="120"><circle r="50" cx="150" cy="60"/></svg>'), blend: 'dest-out' }])
          .gif()
          .toBuffer(),
    ],
    ['lossy.webp', () => picture().withExif(PRIVATE).webp({ quality: 60 }).toBuffer()],
  ])('%s keeps every pixel outside of the region, its colours, and nothing else', async (name, make) => {
    const before = await make();
    const { result, after } = await scrub(before, name);
    expect([result.status, result.unreadable]).toEqual(['fixed', undefined]);
    expect(await differences(before, after)).toEqual({ outside: 0, light: 0, seen: 24_000 });
    const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()];
    expect([is.format, is.icc?.equals(was.icc ?? Buffer.alloc(0))]).toEqual([was.format, was.icc === undefined ? undefined : true]);
    expect(after.includes('CANARY')).toBe(false);
    expect([is.exif, is.xmp, is.iptc]).toEqual([undefined, undefined, undefined]);
    expect(result.receipt?.visual?.proof.changedOutside).toBe(0);
    // Twice is once.
    expect((await scrub(after, name)).result.status).toBe('clean');
  });

  it('keeps the turn and the resolution of a TIFF', async () => {
    const before = await picture().withMetadata({ orientation: 6, density: 300 }).tiff().toBuffer();
    const { result, after } = await scrub(before, 'turned.tif');
    expect(result.status).toBe('fixed');
    const metadata = await sharp(after).metadata();
    expect([metadata.orientation, metadata.density]).toEqual([6, 300]);
    // As shown the picture stands upright: the region lies elsewhere in the file.
    const { data, info } = await sharp(after, { autoOrient: true }).raw().toBuffer({ resolveWithObject: true });
    const at = ((REGION.y + 5) * info.width + REGION.x + 5) * info.channels;
    expect([...data.subarray(at, at + 3)]).toEqual([0, 0, 0]);
  });

  it.each([
    [
      'pages.tif',
      () =>
        sharp([Buffer.from('<svg width="90" height="90"/>'), Buffer.from('<svg width="90" height="90"/>')], { join: { animated: true } })
          .tiff()
          .toBuffer(),
    ],
    [
      'moving.gif',
      () =>
        sharp(
          [Buffer.from('<svg width="90" height="90"/>'), Buffer.from('<svg width="90" height="90"><rect width="50" height="50"/></svg>')],
          { join: { animated: true } },
        )
          .gif()
          .toBuffer(),
    ],
    ['cmyk.tif', () => picture().toColourspace('cmyk').tiff().toBuffer()],
  ])('%s is refused, and stays', async (name, make) => {
    const before = await make();
    const { result, after } = await scrub(before, name);
    expect(result.status).toBe('unproven');
    expect(result.unreadable?.code).toMatch(/^picture-(several-pictures|not-writable)$/);
    expect(after.equals(before)).toBe(true);
  });
});

describe('compression of GIF', () => {
  it.each([
    [2, 1],
    [4, 50],
    [200, 4096],
    [256, 70_000],
    [256, 300],
    [3, 200_000],
  ])('gives %i colours back over %i pixels', async (colours, count) => {
    const random = seeded(colours + count);
    const height = Math.max(1, Math.floor(count / 100));
    const width = Math.min(count, 100);
    const data = Buffer.alloc(width * height * 3);
    for (let at = 0; at < data.length; at += 3) data.fill(Math.floor(random() * random() * colours), at, at + 3);
    const gif = writeGif({ format: 'gif', width, height, channels: 3, data, orientation: 1, iccProfile: undefined }, []);
    const decoded = await sharp(gif).removeAlpha().toColourspace('srgb').raw().toBuffer();
    expect(decoded.equals(data)).toBe(true);
  });

  it('never writes past what it has set aside', () => {
    const random = seeded(5);
    const noise = Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256));
    const packed = lzw(noise, 8);
    // A last clear code and an end code are there: nothing was cut off.
    expect(packed.length).toBeGreaterThan(100_000);
    expect(packed.length).toBeLessThan(160_000);
  });
});
