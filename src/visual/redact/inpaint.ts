import type { Canvas } from '../picture/canvas.js';
import { type Box, VisualError } from '../types.js';
import type { Random } from './styles.js';

/** Half the side of the patches that are compared and copied, in pixels. */
const REACH = 4;
/** How far from a pixel its like is looked for. */
const WINDOW = 96;
/** Patches tried for each pixel of the edge. */
const TRIES = 160;
/** Largest region, in pixels and as a share of the picture: beyond that nothing is known of what was behind it. */
const MAX_PIXELS = 40_000;
const MAX_SHARE = 0.04;

/**
 * Fills a stored box with texture from around it, from its edge inwards: at each step the patch around the pixel that has most
 * neighbours is replaced by the likest one from nearby (after Criminisi, Pérez and Toyama, 2004). Never takes a pixel from the
 * boxes in `avoid`: a face or a word must not come again somewhere else. Throws `VisualError` where the box is too large or where
 * there is nothing to take from.
 */
export function inpaint(canvas: Canvas, box: Box, avoid: readonly Box[], random: Random): void {
  const { width, height } = canvas;
  const area = box.width * box.height;
  if (area > MAX_PIXELS || area > width * height * MAX_SHARE)
    throw new VisualError('inpaint-too-large', 'the region is too large to make up what is behind it', 'use fill for it');
  // 1: to be filled; 2: not to be taken from.
  const state = new Uint8Array(width * height);
  for (const other of avoid) paint(state, width, height, other, 2);
  paint(state, width, height, box, 1);
  let left = area;
  while (left > 0) {
    for (const at of edgeOf(state, width, height, box)) {
      if (state[at] !== 1) continue;
      const from = likest(canvas, state, at, random);
      if (from === undefined)
        throw new VisualError('inpaint-no-source', 'there is nothing around the region to fill it from', 'use fill for it');
      left -= copyPatch(canvas, state, at, from);
    }
  }
}

function paint(state: Uint8Array, width: number, height: number, box: Box, value: number): void {
  for (let y = Math.max(0, box.y); y < Math.min(height, box.y + box.height); y++)
    state.fill(value, y * width + Math.max(0, box.x), y * width + Math.min(width, box.x + box.width));
}

/** Pixels to fill that have known neighbours, those with most of them first. */
function edgeOf(state: Uint8Array, width: number, height: number, box: Box): number[] {
  const edge: { at: number; known: number }[] = [];
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x; x < box.x + box.width; x++) {
      const at = y * width + x;
      if (state[at] !== 1) continue;
      let known = 0;
      if (x > 0 && state[at - 1] !== 1) known++;
      if (x + 1 < width && state[at + 1] !== 1) known++;
      if (y > 0 && state[at - width] !== 1) known++;
      if (y + 1 < height && state[at + width] !== 1) known++;
      if (known > 0) edge.push({ at, known });
    }
  }
  return edge.sort((a, b) => b.known - a.known).map(({ at }) => at);
}

/** The middle of the patch nearby that is most like what is known around `at`. */
function likest(canvas: Canvas, state: Uint8Array, at: number, random: Random): number | undefined {
  const { width, height } = canvas;
  const x = at % width;
  const y = (at - x) / width;
  let best: number | undefined;
  let least = Infinity;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const px = Math.round(x + (random() * 2 - 1) * WINDOW);
    const py = Math.round(y + (random() * 2 - 1) * WINDOW);
    if (px < REACH || py < REACH || px + REACH >= width || py + REACH >= height) continue;
    const from = py * width + px;
    const difference = differenceOf(canvas, state, at, from, least);
    if (difference < least) {
      least = difference;
      best = from;
    }
  }
  return best;
}

function differenceOf({ width, height, channels, data }: Canvas, state: Uint8Array, at: number, from: number, least: number): number {
  const x = at % width;
  const y = (at - x) / width;
  let sum = 0;
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const source = from + dy * width + dx;
      if (state[source] !== 0) return Infinity;
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      const target = at + dy * width + dx;
      if (state[target] === 1) continue;
      for (let channel = 0; channel < channels; channel++) {
        const difference = (data[source * channels + channel] as number) - (data[target * channels + channel] as number);
        sum += difference * difference;
      }
    }
    if (sum >= least) return Infinity;
  }
  return sum;
}

/** Copies what is missing around `at`; gives how many pixels that were. */
function copyPatch({ width, height, channels, data }: Canvas, state: Uint8Array, at: number, from: number): number {
  const x = at % width;
  const y = (at - x) / width;
  let count = 0;
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      const target = at + dy * width + dx;
      if (state[target] !== 1) continue;
      const source = from + dy * width + dx;
      for (let channel = 0; channel < channels; channel++) data[target * channels + channel] = data[source * channels + channel] as number;
      // Made-up pixels are no source for others, so that no error spreads.
      state[target] = 2;
      count++;
    }
  }
  return count;
}
