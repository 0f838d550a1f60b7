import { CHANNELS, type Raster } from '../picture/raster.js';
import type { Box } from '../types.js';

/** Neighbouring pixels that differ by less tell no letter. Of 255. */
const EDGE = 14;
/** So many edges are there in a square where there is a piece of a letter. */
const LEAST_EDGES = 4;
/** Side of the squares that are looked at, and what is left around those that have edges. */
const SQUARE = 32;
const MARGIN = 32;

/** The part of a box in which something has edges, with a margin; `undefined` where all is as good as flat. */
export function edgedPart({ width, height, data }: Raster, box: Box): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  const row = width * CHANNELS;
  for (let y = box.y; y < box.y + box.height; y += SQUARE) {
    const endY = Math.min(y + SQUARE, box.y + box.height, height - 1);
    for (let x = box.x; x < box.x + box.width; x += SQUARE) {
      const endX = Math.min(x + SQUARE, box.x + box.width, width - 1);
      if (x >= left && endX <= right && y >= top && endY <= bottom) continue;
      if (!hasEdges(data, row, x, y, endX, endY)) continue;
      left = Math.min(left, x);
      right = Math.max(right, endX);
      top = Math.min(top, y);
      bottom = Math.max(bottom, endY);
    }
  }
  if (right < 0) return undefined;
  const x = Math.max(box.x, left - MARGIN);
  const y = Math.max(box.y, top - MARGIN);
  return { x, y, width: Math.min(box.x + box.width, right + MARGIN) - x, height: Math.min(box.y + box.height, bottom + MARGIN) - y };
}

function hasEdges(data: Uint8Array, row: number, left: number, top: number, right: number, bottom: number): boolean {
  let edges = 0;
  for (let y = top; y < bottom; y++) {
    let at = y * row + left * CHANNELS + 1;
    for (let x = left; x < right; x++, at += CHANNELS) {
      const here = data[at] as number;
      if (Math.abs(here - (data[at + CHANNELS] as number)) < EDGE && Math.abs(here - (data[at + row] as number)) < EDGE) continue;
      if (++edges >= LEAST_EDGES) return true;
    }
  }
  return false;
}
