import type { Pixels } from './decode.js';

/** What differs between two pictures of the same size and scene. */
export interface Difference {
  /** Share of the pixels around which the pictures differ, 0 to 1. */
  readonly share: number;
  /** How far the patch that differs most is out of bounds: 1 is on the bound. */
  readonly most: number;
  /** Share of the pixels around which the pictures are as good as the same. */
  readonly agreeing: number;
}

/** A patch of so many pixels on each side: a thirtieth of a thumbnail. */
const PATCH = 5;

/** How far decoders and resamplers may move an edge. */
const SHIFT = 1;

/**
 * Levels by which patches of the same scene may differ, and how many times the middle one of them where that is more: a thumbnail of low
 * quality differs everywhere. Measured on scenes of hard edges and full colours: at quality 75 no patch differs by more than 27, at quality
 * 30 one in a thousand by more than four times the middle; a box of black or white over a two-hundredth of the picture, by 120 and more.
 */
const PATCH_LEVELS = 24;
const TIMES_MEDIAN = 4;

/** Where two pictures of one size differ once brightness, contrast and tint have been evened out. */
export function differenceOf(a: Pixels, b: Pixels): Difference {
  const { width, height } = a;
  const evened = [0, 1, 2].map((channel) => {
    const even = evenedOut(a, b, channel);
    return { a: new PatchSums(even.a, width, height), b: new PatchSums(even.b, width, height) };
  });
  const levels: number[] = [];
  for (let y = 0; y + PATCH <= height; y += 2) for (let x = 0; x + PATCH <= width; x += 2) levels.push(patchLevels(evened, x, y));
  levels.sort((one, other) => one - other);
  const bound = Math.max(PATCH_LEVELS, TIMES_MEDIAN * (levels[levels.length >> 1] ?? 0));
  const differing = levels.filter((level) => level > bound).length;
  const agreeing = levels.filter((level) => level <= PATCH_LEVELS).length;
  const count = Math.max(1, levels.length);
  return { share: differing / count, most: (levels.at(-1) ?? 0) / bound, agreeing: agreeing / count };
}

/**
 * How much a patch differs at the shift at which it does least: by its mean colour, which encoders and resamplers hardly change, or by how
 * much goes on in it, which a blur takes away.
 */
function patchLevels(channels: readonly Sums[], x: number, y: number): number {
  const own = channels.map(({ a }) => a.patch(x, y));
  let least = Number.POSITIVE_INFINITY;
  for (let dy = -SHIFT; dy <= SHIFT; dy++) {
    for (let dx = -SHIFT; dx <= SHIFT; dx++) {
      let most = 0;
      for (const [channel, { b }] of channels.entries()) {
        const other = b.patch(x + dx, y + dy);
        if (other === undefined) {
          most = Number.POSITIVE_INFINITY;
          break;
        }
        const [mean, deviation] = own[channel] as readonly [number, number];
        most = Math.max(most, Math.abs(mean - other[0]), DEVIATION_WEIGHT * Math.abs(deviation - other[1]));
      }
      least = Math.min(least, most);
    }
  }
  return least;
}

/** Encoders flatten what is fine: it weighs less than a change of colour. */
const DEVIATION_WEIGHT = 0.7;

/** Sums from the corner on, so that a patch costs as much as a pixel. */
class PatchSums {
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  readonly #stride: number;

  constructor(
    readonly values: Float32Array,
    readonly width: number,
    readonly height: number,
  ) {
    this.#stride = width + 1;
    this.#sum = new Float64Array(this.#stride * (height + 1));
    this.#squares = new Float64Array(this.#stride * (height + 1));
    for (let y = 0; y < height; y++) {
      let [row, rowSquares] = [0, 0];
      for (let x = 0; x < width; x++) {
        const value = values[y * width + x] as number;
        row += value;
        rowSquares += value * value;
        const at = (y + 1) * this.#stride + x + 1;
        this.#sum[at] = (this.#sum[at - this.#stride] as number) + row;
        this.#squares[at] = (this.#squares[at - this.#stride] as number) + rowSquares;
      }
    }
  }

  /** Mean and standard deviation; `undefined` where the patch does not lie within. */
  patch(x: number, y: number): readonly [mean: number, deviation: number] | undefined {
    if (x < 0 || y < 0 || x + PATCH > this.width || y + PATCH > this.height) return undefined;
    const [from, to] = [y * this.#stride + x, (y + PATCH) * this.#stride + x];
    const over = (sums: Float64Array): number =>
      ((sums[to + PATCH] as number) - (sums[to] as number) - (sums[from + PATCH] as number) + (sums[from] as number)) / PATCH ** 2;
    const mean = over(this.#sum);
    return [mean, Math.sqrt(Math.max(0, over(this.#squares) - mean * mean))];
  }
}

interface Sums {
  readonly a: PatchSums;
  readonly b: PatchSums;
}

interface Evened {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A pixel that is off by more has no say in how the pictures are evened out. */
const OUTLIER_LEVELS = 30;

/** Programs change tone and colour between preview and picture: a line through all pixels, drawn twice, takes that out. */
function evenedOut({ data, width, height }: Pixels, other: Pixels, channel: number): Evened {
  const count = width * height;
  const a = Float32Array.from({ length: count }, (_, pixel) => data[3 * pixel + channel] as number);
  const raw = Float32Array.from({ length: count }, (_, pixel) => other.data[3 * pixel + channel] as number);
  let [gain, offset] = [1, 0];
  const alike = a.reduce((sum, value, pixel) => sum + (Math.abs(value - (raw[pixel] as number)) <= OUTLIER_LEVELS ? 1 : 0), 0);
  const mostlyAlike = alike > count / 2;
  for (let round = 0; round < 3; round++) {
    // Where most pixels are alike as they are, the others say nothing of tone; else a first line is drawn through all of them.
    const leavesOut = round > 0 || mostlyAlike;
    let [n, sa, sb, sbb, sab] = [0, 0, 0, 0, 0];
    for (let pixel = 0; pixel < count; pixel++) {
      const [va, vb] = [a[pixel] as number, raw[pixel] as number];
      if (leavesOut && Math.abs(va - (gain * vb + offset)) > OUTLIER_LEVELS) continue;
      n++;
      sa += va;
      sb += vb;
      sbb += vb * vb;
      sab += va * vb;
    }
    const spread = n * sbb - sb * sb;
    if (n < count / 4 || spread <= 0) break;
    gain = Math.min(2, Math.max(0.5, (n * sab - sa * sb) / spread));
    offset = (sa - gain * sb) / n;
  }
  return { a, b: raw.map((value) => gain * value + offset) };
}
