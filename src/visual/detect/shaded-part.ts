import { CHANNELS, type Raster } from '../picture/raster.js';
import type { Box } from '../types.js';

/** Side of the squares that are looked at, in pixels. */
const SQUARE = 16;
/**
 * A square where one value fills less than this is shaded, as skin and hair are. Of screenshots of text fewer than one in 200 squares are;
 * of the same photographs two in three, one in three where they are nearly black, one in five with 16 colours left.
 */
const MOST_OF_ONE = 0.4;
/** So many of the squares around a shaded one are shaded too, itself included: where letters stand close there is one alone. */
const LEAST_TOGETHER = 2;
const REACH = 2;
/** What is left around, in pixels: a head is larger than its face. */
const MARGIN = 96;

/** The part of a picture in which something is shaded; `undefined` where all is made of a few flat colours, as text on a page is. */
export function shadedPart(raster: Raster): Box | undefined {
  const columns = Math.ceil(raster.width / SQUARE);
  const rows = Math.ceil(raster.height / SQUARE);
  const shaded = new Uint8Array(columns * rows);
  const counts = new Uint16Array(256);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (isShaded(raster, column * SQUARE, row * SQUARE, counts)) shaded[row * columns + column] = 1;
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (shaded[row * columns + column] === 0 || together(shaded, columns, rows, column, row) < LEAST_TOGETHER) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  if (right < 0) return undefined;
  const x = Math.max(0, left * SQUARE - MARGIN);
  const y = Math.max(0, top * SQUARE - MARGIN);
  return {
    x,
    y,
    width: Math.min(raster.width, (right + 1) * SQUARE + MARGIN) - x,
    height: Math.min(raster.height, (bottom + 1) * SQUARE + MARGIN) - y,
  };
}

function isShaded({ width, height, data }: Raster, left: number, top: number, counts: Uint16Array): boolean {
  const [right, bottom] = [Math.min(width, left + SQUARE), Math.min(height, top + SQUARE)];
  const limit = MOST_OF_ONE * (right - left) * (bottom - top);
  counts.fill(0);
  for (let y = top; y < bottom; y++) {
    // Green tells the most of what is light and dark.
    let at = (y * width + left) * CHANNELS + 1;
    for (let x = left; x < right; x++, at += CHANNELS) {
      const value = data[at] as number;
      counts[value] = (counts[value] as number) + 1;
      if ((counts[value] as number) >= limit) return false;
    }
  }
  return true;
}

function together(shaded: Uint8Array, columns: number, rows: number, column: number, row: number): number {
  let count = 0;
  for (let y = Math.max(0, row - REACH); y <= Math.min(rows - 1, row + REACH); y++)
    for (let x = Math.max(0, column - REACH); x <= Math.min(columns - 1, column + REACH); x++) count += shaded[y * columns + x] as number;
  return count;
}
