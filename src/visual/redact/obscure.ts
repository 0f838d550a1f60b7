import type { Canvas } from '../picture/canvas.js';
import type { Box } from '../types.js';
import type { Random } from './styles.js';

/**
 * Colours that are kept of a face, along each side. So few cells hold no more than the tone of skin and hair: what programs that undo
 * mosaics need (their papers begin at 16 by 16) is not there, whichever way it is painted.
 */
const CELLS = 5;
/** Values are rounded to steps of so many, of 255. */
const STEP = 16;
/** Noise on each value, of 255, either way. */
const NOISE = 20;

/** Reduces a stored box to a few noisy colours, and paints these as a mosaic or smoothly. */
export function obscure(canvas: Canvas, box: Box, style: 'pixelate' | 'blur', random: Random): void {
  const cells = { columns: Math.min(CELLS, box.width), rows: Math.min(CELLS, box.height) };
  const colours = cellColours(canvas, box, cells, random);
  const { channels, data, width } = canvas;
  const opaque = data instanceof Uint16Array ? 65_535 : 255;
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : -1;
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      const at = ((box.y + y) * width + box.x + x) * channels;
      const column = ((x + 0.5) / box.width) * cells.columns;
      const row = ((y + 0.5) / box.height) * cells.rows;
      for (let channel = 0; channel < channels; channel++) {
        if (channel === alphaAt) data[at + channel] = opaque;
        else
          data[at + channel] = style === 'pixelate' ? colourAt(Math.floor(column), Math.floor(row), channel) : smooth(column, row, channel);
      }
    }
  }

  function colourAt(column: number, row: number, channel: number): number {
    return colours[(row * cells.columns + column) * channels + channel] as number;
  }

  function smooth(column: number, row: number, channel: number): number {
    const left = Math.max(0, Math.floor(column - 0.5));
    const top = Math.max(0, Math.floor(row - 0.5));
    const right = Math.min(cells.columns - 1, left + 1);
    const bottom = Math.min(cells.rows - 1, top + 1);
    const fx = Math.min(1, Math.max(0, column - 0.5 - left));
    const fy = Math.min(1, Math.max(0, row - 0.5 - top));
    const upper = colourAt(left, top, channel) * (1 - fx) + colourAt(right, top, channel) * fx;
    const lower = colourAt(left, bottom, channel) * (1 - fx) + colourAt(right, bottom, channel) * fx;
    return upper * (1 - fy) + lower * fy;
  }
}

/** The mean of each cell and channel, rounded and with noise. */
function cellColours(canvas: Canvas, box: Box, { columns, rows }: { columns: number; rows: number }, random: Random): Float64Array {
  const { channels, data, width } = canvas;
  const scale = data instanceof Uint16Array ? 257 : 1;
  const colours = new Float64Array(columns * rows * channels);
  for (let row = 0; row < rows; row++) {
    const top = box.y + Math.floor((row * box.height) / rows);
    const bottom = box.y + Math.floor(((row + 1) * box.height) / rows);
    for (let column = 0; column < columns; column++) {
      const left = box.x + Math.floor((column * box.width) / columns);
      const right = box.x + Math.floor(((column + 1) * box.width) / columns);
      // All channels of a cell move together, so that its tint stays.
      const noise = (random() * 2 - 1) * NOISE;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += data[(y * width + x) * channels + channel] as number;
        const mean = sum / scale / ((bottom - top) * (right - left));
        const value = Math.round((mean + noise) / STEP) * STEP + (random() * 2 - 1) * (STEP / 2);
        colours[(row * columns + column) * channels + channel] = Math.min(255, Math.max(0, value)) * scale;
      }
    }
  }
  return colours;
}
