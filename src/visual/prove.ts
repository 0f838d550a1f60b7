import type { Canvas } from './picture/canvas.js';
import { type Box, VisualError } from './types.js';

/** Smoothed chroma of a JPEG reaches one sample, which is two pixels at most, across the edge of a block. */
const CHROMA_REACH = 2;

/** Pixels that differ outside of the boxes, all in stored pixels. 0 is what is promised. */
export function changedOutside(before: Canvas, after: Canvas, touched: readonly Box[]): number {
  requireSameShape(before, after);
  const { width, height, channels } = before;
  const reach = before.format === 'jpeg' ? CHROMA_REACH : 0;
  const inside = new Uint8Array(width * height);
  for (const box of touched)
    for (let y = Math.max(0, box.y - reach); y < Math.min(height, box.y + box.height + reach); y++)
      inside.fill(1, y * width + Math.max(0, box.x - reach), y * width + Math.min(width, box.x + box.width + reach));
  let changed = 0;
  for (let pixel = 0; pixel < inside.length; pixel++) {
    if (inside[pixel] === 1) continue;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      if (before.data[at] === after.data[at]) continue;
      changed++;
      break;
    }
  }
  return changed;
}

/** How far a lossy format may be from the colour that was painted, of 255, on average over a box. */
const NEAR = 24;
/** JPEG rounds; a GIF whose palette is full has the nearest colour. */
const LOSSY: ReadonlySet<string> = new Set(['jpeg', 'gif']);

/**
 * Holds the written picture against the one that was meant, within the boxes: lossless formats exactly, JPEG and GIF on average. A picture that
 * shows anything else there was not redacted. Throws `VisualError`.
 */
export function requirePainted(meant: Canvas, after: Canvas, boxes: readonly Box[]): void {
  requireSameShape(meant, after);
  const { width, channels } = meant;
  const scale = meant.data instanceof Uint16Array ? 257 : 1;
  const lossless = !LOSSY.has(meant.format);
  for (const box of boxes) {
    let sum = 0;
    for (let y = box.y; y < box.y + box.height; y++) {
      const from = (y * width + box.x) * channels;
      for (let at = from; at < from + box.width * channels; at++) sum += Math.abs((meant.data[at] as number) - (after.data[at] as number));
    }
    const mean = sum / scale / (box.width * box.height * channels);
    if (lossless ? mean > 0 : mean > NEAR)
      throw new VisualError('not-painted', 'the written picture does not show what was painted', 'keep it private, and please report it');
  }
}

function requireSameShape(before: Canvas, after: Canvas): void {
  for (const key of ['width', 'height', 'channels', 'orientation'] as const)
    if (before[key] !== after[key])
      throw new VisualError('picture-changed', `the written picture has another ${key}`, 'keep it private, and please report it');
}
