import type { Box } from '../types.js';
import { decodeCoefficients } from './decode.js';
import { encodeCoefficients } from './encode.js';
import { forwardBlock } from './forward.js';
import { BLOCK_SIZE, type Layout, type Plane } from './layout.js';
import { type JpegFile, readJpeg } from './segments.js';

/** New pixels for a whole picture, as stored: red, green and blue, or grey. */
export interface NewPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Writes a JPEG anew in which only the MCUs that a box touches have changed: all other coefficients are taken over as they are, so that
 * every pixel outside of them (but for the chroma that decoders smooth across one sample) decodes as before. `before`: segments to
 * put in front. Gives the bytes and the boxes that are made of whole MCUs. Throws `VisualError`.
 */
export function editJpeg(
  bytes: Uint8Array,
  pixels: NewPixels,
  boxes: readonly Box[],
  before: readonly Uint8Array[],
): { bytes: Uint8Array; touched: Box[] } {
  const file = readJpeg(bytes);
  const layout = decodeCoefficients(bytes, file);
  const touched = touchedMcus(layout, boxes);
  for (const mcu of touched.mcus) replaceMcu(file, layout, pixels, mcu);
  return { bytes: encodeCoefficients(file, layout, { before }), touched: touched.boxes };
}

function touchedMcus(layout: Layout, boxes: readonly Box[]): { mcus: Set<number>; boxes: Box[] } {
  const mcus = new Set<number>();
  const whole: Box[] = [];
  const { mcuWidth, mcuHeight, mcuColumns, mcuRows } = layout;
  for (const { x, y, width, height } of boxes) {
    const left = Math.floor(x / mcuWidth);
    const top = Math.floor(y / mcuHeight);
    const right = Math.min(mcuColumns, Math.ceil((x + width) / mcuWidth));
    const bottom = Math.min(mcuRows, Math.ceil((y + height) / mcuHeight));
    for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) mcus.add(row * mcuColumns + column);
    whole.push({ x: left * mcuWidth, y: top * mcuHeight, width: (right - left) * mcuWidth, height: (bottom - top) * mcuHeight });
  }
  return { mcus, boxes: whole };
}

const samples = new Float64Array(BLOCK_SIZE);

function replaceMcu(file: JpegFile, layout: Layout, pixels: NewPixels, mcu: number): void {
  const row = Math.floor(mcu / layout.mcuColumns);
  const column = mcu % layout.mcuColumns;
  for (const [index, { horizontal, vertical, table }] of file.components.entries()) {
    const plane = layout.planes[index] as Plane;
    const steps = file.quantisation.find(({ id }) => id === table)?.steps ?? new Uint16Array(BLOCK_SIZE).fill(1);
    // Pixels that one sample of this component stands for.
    const wide = layout.mcuWidth / (8 * horizontal);
    const high = layout.mcuHeight / (8 * vertical);
    const rgb = file.adobeTransform === 0 && file.components.length === 3;
    for (let v = 0; v < vertical; v++) {
      for (let h = 0; h < horizontal; h++) {
        const left = column * layout.mcuWidth + h * 8 * wide;
        const top = row * layout.mcuHeight + v * 8 * high;
        for (let at = 0; at < BLOCK_SIZE; at++)
          samples[at] = mean(pixels, left + (at & 7) * wide, top + (at >> 3) * high, wide, high, rgb ? index + 3 : index);
        const block = ((row * vertical + v) * plane.columns + column * horizontal + h) * BLOCK_SIZE;
        forwardBlock(samples, steps, plane.coefficients, block);
      }
    }
  }
}

/** The mean of one component over some pixels; pixels past the picture's edge repeat it. */
function mean(pixels: NewPixels, left: number, top: number, wide: number, high: number, component: number): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(top); y < top + high; y++) {
    for (let x = Math.floor(left); x < left + wide; x++) {
      const at = (Math.min(y, pixels.height - 1) * pixels.width + Math.min(x, pixels.width - 1)) * pixels.channels;
      sum += componentAt(pixels, at, component);
      count++;
    }
  }
  return sum / count;
}

/** ITU-T T.871: 0 to 2 are Y, Cb and Cr; 3 to 5 red, green and blue as they are. */
function componentAt({ data, channels }: NewPixels, at: number, component: number): number {
  const red = data[at] as number;
  if (channels < 3) return red;
  const green = data[at + 1] as number;
  const blue = data[at + 2] as number;
  switch (component) {
    case 0:
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    case 1:
      return -0.168736 * red - 0.331264 * green + 0.5 * blue + 128;
    case 2:
      return 0.5 * red - 0.418688 * green - 0.081312 * blue + 128;
    default:
      return data[at + component - 3] as number;
  }
}
