import type { Models, Tensor } from '../models/runtime.js';
import { CHANNELS, planes, type Raster } from '../picture/raster.js';
import type { RotatedBox } from './rotated-box.js';

/** Height that the reader wants. */
const HEIGHT = 48;
/** Lines whose letters are clear are read a little narrower than they are: the reader minds it little, and its time goes with the width. */
const CLEAR_HEIGHT = 20;
const NARROWED = 0.87;
/** Widths are rounded up to this, so that few shapes are prepared. */
const STEP = 32;
/** A longer line is read in pieces. */
const MAX_WIDTH = 1600;

/** A letter and where it stands along its line: 0 at its left end, 1 at its right. */
export interface Letter {
  readonly text: string;
  readonly at: number;
}

export interface ReadLine {
  readonly letters: readonly Letter[];
  /** Mean over the letters, 0 to 1. */
  readonly confidence: number;
}

/** Reads lines of text. */
export class LineReader {
  #alphabet: readonly string[] | undefined;

  constructor(readonly models: Models) {}

  /** What stands in the box, `along` being the direction of reading. */
  async read(raster: Raster, box: RotatedBox): Promise<ReadLine> {
    const width = Math.max(8, Math.round((box.width / Math.max(box.height, 1)) * HEIGHT * (box.height < CLEAR_HEIGHT ? 1 : NARROWED)));
    const pieces = Math.ceil(width / MAX_WIDTH);
    const letters: Letter[] = [];
    let sum = 0;
    for (let piece = 0; piece < pieces; piece++) {
      const from = piece / pieces;
      const read = await this.#piece(raster, box, from, (piece + 1) / pieces, Math.round(width / pieces));
      letters.push(...read.letters.map(({ text, at }) => ({ text, at: from + at / pieces })));
      sum += read.confidence * read.letters.length;
    }
    return { letters, confidence: letters.length === 0 ? 0 : sum / letters.length };
  }

  async #piece(raster: Raster, box: RotatedBox, from: number, to: number, width: number): Promise<ReadLine> {
    const strip = straightened(raster, box, from, to, width);
    const padded = Math.max(STEP * 2, Math.ceil((width + 8) / STEP) * STEP);
    const input = planes(strip, { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] }, { width: padded, height: HEIGHT });
    const model = await this.models.get('text-reader');
    const [output] = (await model({ data: input, dims: [1, CHANNELS, HEIGHT, padded] })) as [Tensor];
    const [, steps, classes] = output.dims as [number, number, number];
    return this.#decode(output.data, steps, classes, padded / width);
  }

  /** The likeliest character of each time step; repeats and blanks are none (CTC). */
  #decode(data: Float32Array, steps: number, classes: number, stretch: number): ReadLine {
    this.#alphabet ??= ['', ...new TextDecoder().decode(this.models.bytes('text-alphabet')).trimEnd().split('\n'), ' '];
    const letters: Letter[] = [];
    let last = 0;
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      let best = 0;
      let most = -Infinity;
      for (let index = 0, at = step * classes; index < classes; index++, at++) {
        if ((data[at] as number) > most) {
          most = data[at] as number;
          best = index;
        }
      }
      if (best !== 0 && best !== last) {
        letters.push({ text: this.#alphabet[best] ?? '', at: Math.min(1, ((step + 0.5) / steps) * stretch) });
        sum += most;
      }
      last = best;
    }
    return { letters, confidence: letters.length === 0 ? 0 : sum / letters.length };
  }
}

/** The part of the box between `from` and `to`, laid flat: `HEIGHT` pixels high. Pixels outside of the picture repeat its edge. */
function straightened(raster: Raster, box: RotatedBox, from: number, to: number, width: number): Raster {
  const strip = new Uint8Array(width * HEIGHT * CHANNELS);
  const { center, along } = box;
  const stepX = (box.width * (to - from)) / width;
  const stepY = box.height / HEIGHT;
  // Large letters are averaged down, so that thin strokes do not fall between the samples.
  const samples = Math.min(6, Math.max(1, Math.round(Math.max(stepX, stepY))));
  let at = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      const sums = [0, 0, 0];
      for (let sy = 0; sy < samples; sy++) {
        for (let sx = 0; sx < samples; sx++) {
          const a = (x + (sx + 0.5) / samples) * stepX + from * box.width - box.width / 2;
          const b = (y + (sy + 0.5) / samples) * stepY - box.height / 2;
          addPixel(sums, raster, center.x + along.x * a - along.y * b - 0.5, center.y + along.y * a + along.x * b - 0.5);
        }
      }
      for (const sum of sums) strip[at++] = sum / (samples * samples);
    }
  }
  return { width, height: HEIGHT, data: strip };
}

/** Bilinear. */
function addPixel(sums: number[], { width, height, data }: Raster, x: number, y: number): void {
  const left = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const fx = Math.min(1, Math.max(0, x - left));
  const fy = Math.min(1, Math.max(0, y - top));
  const a = (top * width + left) * CHANNELS;
  const b = (top * width + right) * CHANNELS;
  const c = (bottom * width + left) * CHANNELS;
  const d = (bottom * width + right) * CHANNELS;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const upper = (data[a + channel] as number) * (1 - fx) + (data[b + channel] as number) * fx;
    const lower = (data[c + channel] as number) * (1 - fx) + (data[d + channel] as number) * fx;
    sums[channel] = (sums[channel] as number) + upper * (1 - fy) + lower * fy;
  }
}
