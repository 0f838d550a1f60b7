import type { Canvas } from '../picture/canvas.js';
import type { Box } from '../types.js';
import { lzw } from './gif-lzw.js';

/** Colours that a GIF can have, one of them for what is transparent (GIF89a, 19 and 23). */
const MOST_COLOURS = 256;
const TRANSPARENT = -1;

/**
 * Writes a picture as GIF with one frame and one palette. Colours outside of `boxes` (stored) are kept as they are, as the file had no
 * more of them; those within are the nearest where the palette is full.
 */
export function writeGif(canvas: Canvas, boxes: readonly Box[]): Buffer {
  const { width, height } = canvas;
  const colours = coloursOf(canvas);
  const inside = new Uint8Array(width * height);
  for (const box of boxes)
    for (let y = box.y; y < box.y + box.height; y++) inside.fill(1, y * width + box.x, y * width + box.x + box.width);
  const palette = new Map<number, number>();
  for (const wanted of [0, 1])
    for (const [at, colour] of colours.entries())
      if (inside[at] === wanted && palette.size < MOST_COLOURS && !palette.has(colour)) palette.set(colour, palette.size);
  const known = [...palette];
  const indices = new Uint8Array(colours.length);
  for (const [at, colour] of colours.entries()) {
    let index = palette.get(colour);
    if (index === undefined) {
      index = nearest(known, colour);
      palette.set(colour, index);
    }
    indices[at] = index;
  }
  // A picture that could be transparent stays one, even where nothing of it is.
  const spare = canvas.channels % 2 === 0 && known.length < MOST_COLOURS ? known.length : undefined;
  const transparent = known.find(([colour]) => colour === TRANSPARENT)?.[1] ?? spare;
  const bits = Math.max(2, Math.ceil(Math.log2(Math.max(known.length, (transparent ?? 0) + 1))));
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    shorts(width, height),
    Buffer.of(0x80 | ((bits - 1) << 4) | (bits - 1), 0, 0),
    table(known, bits),
    transparent === undefined ? Buffer.alloc(0) : Buffer.of(0x21, 0xf9, 4, 1, 0, 0, transparent, 0),
    Buffer.of(0x2c),
    shorts(0, 0, width, height),
    Buffer.of(0, bits),
    blocks(lzw(indices, bits)),
    Buffer.of(0, 0x3b),
  ]);
}

/** Each pixel as one number; what is transparent has no colour. */
function coloursOf({ width, height, channels, data }: Canvas): Int32Array {
  const colours = new Int32Array(width * height);
  const grey = channels < 3;
  const alphaAt = channels === 2 || channels === 4 ? channels - 1 : -1;
  for (let at = 0, from = 0; at < colours.length; at++, from += channels) {
    const [red, green, blue] = [data[from], data[from + (grey ? 0 : 1)], data[from + (grey ? 0 : 2)]] as [number, number, number];
    colours[at] = alphaAt >= 0 && (data[from + alphaAt] as number) < 128 ? TRANSPARENT : (red << 16) | (green << 8) | blue;
  }
  return colours;
}

function nearest(known: readonly (readonly [number, number])[], colour: number): number {
  let best = 0;
  let least = Infinity;
  for (const [candidate, index] of known) {
    if (candidate === TRANSPARENT) continue;
    let distance = 0;
    for (const shift of [16, 8, 0]) distance += (((candidate >> shift) & 255) - ((colour >> shift) & 255)) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function table(known: readonly (readonly [number, number])[], bits: number): Buffer {
  const bytes = Buffer.alloc(3 * 2 ** bits);
  for (const [colour, index] of known) if (colour !== TRANSPARENT) bytes.writeUIntBE(colour, 3 * index, 3);
  return bytes;
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}

/** Data in sub-blocks of up to 255 bytes (GIF89a, 15). */
function blocks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}
