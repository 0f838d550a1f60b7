import type { Box } from '../types.js';

/** Places of a box that are tried, along each side. */
const GRID = 16;

/** The share of a box that lies within others, measured on a grid. */
export function coveredShare({ x, y, width, height }: Box, others: readonly Box[]): number {
  let covered = 0;
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const px = x + ((column + 0.5) / GRID) * width;
      const py = y + ((row + 0.5) / GRID) * height;
      if (others.some((other) => px >= other.x && px < other.x + other.width && py >= other.y && py < other.y + other.height)) covered++;
    }
  }
  return covered / (GRID * GRID);
}
