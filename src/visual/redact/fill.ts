import type { Canvas } from '../picture/canvas.js';
import type { Box } from '../types.js';

/** One colour over a stored box, opaque. */
export function fill(canvas: Canvas, { x, y, width, height }: Box, colour: readonly [number, number, number]): void {
  const scale = canvas.data instanceof Uint16Array ? 257 : 1;
  const [red, green, blue] = colour;
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
  const pixel = (canvas.channels < 3 ? [grey, 255] : [red, green, blue, 255]).map((value) => Math.round(value) * scale);
  for (let row = y; row < y + height; row++) {
    let at = (row * canvas.width + x) * canvas.channels;
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < canvas.channels; channel++) canvas.data[at++] = pixel[channel] as number;
  }
}
