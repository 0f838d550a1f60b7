import { decodeCanvas, shownRaster } from './picture/canvas.js';
import { CHANNELS, type Raster, resized } from './picture/raster.js';
import { loadSharp } from './picture/sharp.js';
import type { Box } from './types.js';

/** Longest side of each half. */
const SIDE = 1200;
const GAP = 12;
const LINE = 3;
const RED = [230, 30, 60] as const;

/** Before, with the boxes drawn, and after, side by side. It shows what was to be hidden: it is for the eyes of whoever asked. */
export async function previewOf(before: Uint8Array, after: Uint8Array, boxes: readonly Box[]): Promise<Uint8Array> {
  const first = await shownRaster(await decodeCanvas(before));
  const second = await shownRaster(await decodeCanvas(after));
  const factor = Math.min(1, SIDE / Math.max(first.width, first.height));
  const size = { width: Math.max(1, Math.round(first.width * factor)), height: Math.max(1, Math.round(first.height * factor)) };
  const left = await resized(first, size.width, size.height);
  const right = await resized(second, size.width, size.height);
  for (const { x, y, width, height } of boxes)
    outline(left, { x: x * factor, y: y * factor, width: width * factor, height: height * factor });
  const sharp = await loadSharp();
  const raw = { width: size.width, height: size.height, channels: CHANNELS } as const;
  return sharp({ create: { width: size.width * 2 + GAP, height: size.height, channels: CHANNELS, background: '#ffffff' } })
    .composite([
      { input: Buffer.from(left.data), raw, left: 0, top: 0 },
      { input: Buffer.from(right.data), raw, left: size.width + GAP, top: 0 },
    ])
    .png()
    .toBuffer();
}

function outline(raster: Raster, box: Box): void {
  const [left, top] = [Math.max(0, Math.round(box.x)), Math.max(0, Math.round(box.y))];
  const right = Math.min(raster.width, Math.round(box.x + box.width));
  const bottom = Math.min(raster.height, Math.round(box.y + box.height));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      if (x >= left + LINE && x < right - LINE && y >= top + LINE && y < bottom - LINE) continue;
      raster.data.set(RED, (y * raster.width + x) * CHANNELS);
    }
}
