import { CHANNELS, type Raster } from '../picture/raster.js';
import type { Point } from './rotated-box.js';

/** A picture as the reader of codes takes it. */
export interface CodeImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and an opaque alpha. */
  readonly data: Uint8ClampedArray;
}

/** A picture changed so that bars stand out which the reader would pass over, and the way back of what is found there. */
export interface CodeView {
  readonly image: CodeImage;
  back(point: Point): Point;
}

/** Half the side of the square whose mean a pixel is held against: wider than the widest bar. */
const REACH = 28;
const GAIN = 6;
/** What is flat becomes light, as the paper around a code is. */
const FLAT = 170;
/** Bars are read up to about 20 degrees askew, and the reader turns by 90 itself: two more views leave no gap. */
const ANGLES = [30, 60] as const;

/** Pale bars darker, light bars on dark the other way round, and bars askew upright. */
export function* codeViews(raster: Raster): Generator<CodeView> {
  const { width, height } = raster;
  const dark = standingOut(raster, GAIN);
  const same = (point: Point): Point => point;
  yield { image: imageOf(dark, width, height), back: same };
  yield { image: imageOf(standingOut(raster, -GAIN), width, height), back: same };
  for (const angle of ANGLES) yield turnedView(dark, width, height, (angle * Math.PI) / 180);
}

/** Each pixel's distance from the mean around it, enlarged: one byte a pixel. */
function standingOut({ width, height, data }: Raster, gain: number): Uint8Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  const grey = new Uint8Array(width * height);
  for (let y = 0, from = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++, from += CHANNELS) {
      const value = ((data[from] as number) + 2 * (data[from + 1] as number) + (data[from + 2] as number)) >> 2;
      grey[y * width + x] = value;
      row += value;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row;
    }
  }
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - REACH) * (width + 1);
    const bottom = Math.min(height, y + REACH + 1) * (width + 1);
    const rows = (bottom - top) / (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - REACH);
      const right = Math.min(width, x + REACH + 1);
      const sum =
        (sums[bottom + right] as number) - (sums[bottom + left] as number) - (sums[top + right] as number) + (sums[top + left] as number);
      const value = FLAT + gain * ((grey[y * width + x] as number) - sum / (rows * (right - left)));
      out[y * width + x] = Math.min(255, Math.max(0, value));
    }
  }
  return out;
}

function imageOf(grey: Uint8Array, width: number, height: number): CodeImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0, to = 0; at < grey.length; at++, to += 4) {
    const value = grey[at] as number;
    data[to] = value;
    data[to + 1] = value;
    data[to + 2] = value;
    data[to + 3] = 255;
  }
  return { width, height, data };
}

function turnedView(grey: Uint8Array, width: number, height: number, angle: number): CodeView {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const wide = Math.ceil(width * cos + height * sin);
  const high = Math.ceil(width * sin + height * cos);
  const back = ({ x, y }: Point): Point => {
    const [dx, dy] = [x - wide / 2, y - high / 2];
    return { x: dx * cos - dy * sin + width / 2, y: dx * sin + dy * cos + height / 2 };
  };
  const turned = new Uint8Array(wide * high).fill(FLAT);
  for (let y = 0; y < high; y++) {
    const start = back({ x: 0, y });
    for (let x = 0; x < wide; x++) {
      // Smooth along both ways: bars are a few pixels wide.
      const [fromX, fromY] = [start.x + x * cos, start.y + x * sin];
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) continue;
      const at = top * width + left;
      const [fx, fy] = [fromX - left, fromY - top];
      const upper = (grey[at] as number) * (1 - fx) + (grey[at + 1] as number) * fx;
      const lower = (grey[at + width] as number) * (1 - fx) + (grey[at + width + 1] as number) * fx;
      turned[y * wide + x] = upper * (1 - fy) + lower * fy;
    }
  }
  return { image: imageOf(turned, wide, high), back };
}
