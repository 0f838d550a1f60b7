import type { Box } from '../types.js';
import { loadSharp } from './sharp.js';

/** A decoded picture: 8 bits for each of red, green and blue, rows from the top, no padding. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array;
}

export const CHANNELS = 3;

/** Rasters of half the size, kept as long as the whole one is: detectors look at many sizes of one picture. */
const halves = new WeakMap<Raster, Promise<Raster>>();

/** The raster at another size; smooth both ways. */
export async function resized(raster: Raster, width: number, height: number): Promise<Raster> {
  if (width === raster.width && height === raster.height) return raster;
  if (raster.width >= 2 * width && raster.height >= 2 * height && Math.min(width, height) >= LEAST_HALVED) {
    const half = halves.get(raster) ?? resample(raster, Math.floor(raster.width / 2), Math.floor(raster.height / 2));
    halves.set(raster, half);
    return resized(await half, width, height);
  }
  return resample(raster, width, height);
}

/** Half of an odd side leaves out a pixel: in small pictures that would be too much. */
const LEAST_HALVED = 64;

async function resample(raster: Raster, width: number, height: number): Promise<Raster> {
  const sharp = await loadSharp();
  const data = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: CHANNELS } })
    .resize(width, height, { fit: 'fill', kernel: width < raster.width ? 'linear' : 'cubic', fastShrinkOnLoad: true })
    .raw()
    .toBuffer();
  return { width, height, data };
}

/** A piece of a raster, copied. The box must lie within. */
export function cropped(raster: Raster, { x, y, width, height }: Box): Raster {
  const data = new Uint8Array(width * height * CHANNELS);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * raster.width + x) * CHANNELS;
    data.set(raster.data.subarray(from, from + width * CHANNELS), row * width * CHANNELS);
  }
  return { width, height, data };
}

/** Turned clockwise by `quarters` times 90 degrees. */
export function turned(raster: Raster, quarters: 0 | 1 | 2 | 3): Raster {
  if (quarters === 0) return raster;
  const { width, height, data } = raster;
  const turnedData = new Uint8Array(data.length);
  const [newWidth, newHeight] = quarters === 2 ? [width, height] : [height, width];
  // From a new pixel to the old one: at + x * stepX + y * stepY, in pixels.
  const [start, stepX, stepY] =
    quarters === 1 ? [(height - 1) * width, -width, 1] : quarters === 2 ? [width * height - 1, -1, -width] : [width - 1, width, -1];
  let to = 0;
  for (let y = 0; y < newHeight; y++) {
    let from = (start + y * stepY) * CHANNELS;
    for (let x = 0; x < newWidth; x++, from += stepX * CHANNELS) {
      turnedData[to++] = data[from] as number;
      turnedData[to++] = data[from + 1] as number;
      turnedData[to++] = data[from + 2] as number;
    }
  }
  return { width: newWidth, height: newHeight, data: turnedData };
}

/** Where a box found on a raster turned by `quarters` lies on the raster before. `size` is that of the raster before. */
export function turnedBack({ x, y, width, height }: Box, quarters: 0 | 1 | 2 | 3, size: { width: number; height: number }): Box {
  switch (quarters) {
    case 1:
      return { x: y, y: size.height - x - width, width: height, height: width };
    case 2:
      return { x: size.width - x - width, y: size.height - y - height, width, height };
    case 3:
      return { x: size.width - y - height, y: x, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}

/**
 * The pixels as planes of floats, `(value - mean) / deviation` for each channel: what models take. `size` may be larger than the
 * raster; what lies beyond is `fill` (already scaled).
 */
export function planes(
  raster: Raster,
  { mean, deviation }: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
  size: { readonly width: number; readonly height: number } = raster,
  fill = 0,
): Float32Array {
  const area = size.width * size.height;
  const floats = new Float32Array(area * CHANNELS);
  if (fill !== 0) floats.fill(fill);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const scale = 1 / (deviation[channel] as number);
    const offset = -(mean[channel] as number) * scale;
    for (let y = 0; y < raster.height; y++) {
      let from = y * raster.width * CHANNELS + channel;
      let to = channel * area + y * size.width;
      for (let x = 0; x < raster.width; x++, from += CHANNELS) floats[to++] = (raster.data[from] as number) * scale + offset;
    }
  }
  return floats;
}
