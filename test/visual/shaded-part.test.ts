import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { shadedPart } from '../../src/visual/detect/shaded-part.js';
import { decodeCanvas, shownRaster } from '../../src/visual/picture/canvas.js';
import type { Raster } from '../../src/visual/picture/raster.js';
import { draw } from './support/draw.js';

const page = (images: { input: Buffer; left: number; top: number }[] = []): Promise<Buffer> =>
  draw({
    width: 1200,
    height: 800,
    texts: Array.from({ length: 30 }, (_, row) => ({
      text: 'The quick brown fox jumps over the lazy dog, again and again and again',
      x: 20,
      y: 30 + row * 25,
      size: 15,
    })),
    images,
  })
    .flatten()
    .png()
    .toBuffer();

const rasterOf = async (bytes: Buffer): Promise<Raster> => shownRaster(await decodeCanvas(bytes));

const noise = (sigma: number): Promise<Buffer> =>
  sharp({ create: { width: 48, height: 48, channels: 3, background: '#a87', noise: { type: 'gaussian', mean: 128, sigma } } })
    .png()
    .toBuffer();

describe('where something is shaded', () => {
  it('is nowhere on a page of text', async () => expect(shadedPart(await rasterOf(await page()))).toBeUndefined());

  it.each([[40], [6], [2]])('is around a small picture on a page, %d levels rough', async (sigma) => {
    const part = shadedPart(await rasterOf(await page([{ input: await noise(sigma), left: 900, top: 600 }])));
    expect(part).toBeDefined();
    const { x, y, width, height } = part as NonNullable<typeof part>;
    expect([x <= 900, y <= 600, x + width >= 948, y + height >= 648]).toEqual([true, true, true, true]);
    expect(width * height).toBeLessThan(0.2 * 1200 * 800);
  });

  it('is all of a photograph', async () => {
    const raster = await rasterOf(
      await sharp({
        create: { width: 640, height: 480, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 20 } },
      })
        .jpeg({ quality: 70 })
        .toBuffer(),
    );
    expect(shadedPart(raster)).toEqual({ x: 0, y: 0, width: 640, height: 480 });
  });
});
