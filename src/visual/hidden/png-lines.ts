import type { Pixels } from './decode.js';

/** The lower end of a picture. */
export interface Recovered extends Pixels {
  /** Lines that were recovered. */
  readonly height: number;
}

/** Widths of phones and screens, tried besides that of the file: the older picture was mostly as wide as one of them. */
const MAX_WIDTH = 16_384;

/** Samples of a pixel, as PNG has them with eight bits: colour with and without transparency, palette or grey. */
const SAMPLES = [4, 3, 1] as const;

/** Candidates that are looked at in full. */
const MAX_CANDIDATES = 24;

const LEAST_LINES = 2;

/**
 * Filtered lines whose width nobody knows, from the last byte backwards. PNG third edition 9: each line begins with its filter, 0 to 4;
 * a width at which that holds for every line, and at which lines look like those above them, is the right one.
 */
export function linesOf(filtered: Buffer, knownWidth: number): Recovered | undefined {
  let best: { cost: number; picture: Recovered } | undefined;
  for (const { width, samples, lines, plain } of candidates(filtered, knownWidth)) {
    const picture = unfiltered(filtered, width, samples);
    // Each line that begins with a filter speaks for the width. Where all is of one colour any will do: the file's own is preferred.
    const cost = ((roughness(picture) + 1) * (width === knownWidth ? 0.9 : 1)) / (lines - plain + 1);
    if (best === undefined || cost < best.cost) best = { cost, picture };
  }
  return best?.picture;
}

interface Fit {
  readonly width: number;
  readonly samples: number;
  readonly isKnown: boolean;
  readonly lines: number;
  /** Lines that begin with the filter 0. */
  readonly plain: number;
}

function candidates(filtered: Buffer, knownWidth: number): Fit[] {
  const fits: Fit[] = [];
  for (const samples of SAMPLES) {
    for (let width = 16; width <= MAX_WIDTH; width++) {
      const stride = 1 + width * samples;
      const lines = Math.floor(filtered.length / stride);
      if (lines < LEAST_LINES) break;
      const filters = filtersAt(filtered, stride, lines);
      if (filters !== undefined) fits.push({ width, samples, isKnown: width === knownWidth, lines, plain: filters });
    }
  }
  // A line that says "as it is" may be a zero of a flat picture: each that says something else speaks for the width.
  fits.sort((a, b) => Number(b.isKnown) - Number(a.isKnown) || b.lines - b.plain - (a.lines - a.plain) || b.lines - a.lines);
  return fits.slice(0, MAX_CANDIDATES);
}

/** Lines that may have no filter that there is: theirs was copied from what is lost. */
const LOST_SHARE = 0.1;

/** How many lines have the filter 0; `undefined` where too many have none that there is. */
function filtersAt(filtered: Buffer, stride: number, lines: number): number | undefined {
  let [plain, lost] = [0, 0];
  for (let line = 1; line <= lines; line++) {
    const filter = filtered[filtered.length - line * stride] as number;
    if (filter > 4 && ++lost > LOST_SHARE * Math.min(lines, 4 * line)) return undefined;
    if (filter === 0) plain++;
  }
  return plain;
}

function unfiltered(filtered: Buffer, width: number, samples: number): Recovered {
  const stride = 1 + width * samples;
  const height = Math.floor(filtered.length / stride);
  const data = new Uint8Array(width * height * 3);
  let above = new Uint8Array(width * samples);
  let line = new Uint8Array(width * samples);
  const start = filtered.length - height * stride;
  for (let y = 0; y < height; y++) {
    const at = start + y * stride;
    const filter = filtered[at] as number;
    for (let x = 0; x < line.length; x++) {
      const left = x >= samples ? (line[x - samples] as number) : 0;
      const corner = x >= samples ? (above[x - samples] as number) : 0;
      const predicted = predict(filter, left, above[x] as number, corner);
      line[x] = (filtered[at + 1 + x] as number) + predicted;
    }
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        data[3 * (y * width + x) + channel] = line[x * samples + (samples >= 3 ? channel : 0)] as number;
    [above, line] = [line, above];
  }
  return { width, height, data };
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
}

/** Mean difference of neighbours, from above to below and from side to side: a picture put together wrongly is rough. */
function roughness({ width, height, data }: Recovered): number {
  let [sum, count] = [0, 0];
  const step = Math.max(1, Math.floor((width * height) / 200_000));
  for (let pixel = width; pixel < width * height; pixel += step) {
    sum += Math.abs((data[3 * pixel] as number) - (data[3 * (pixel - width)] as number));
    if (pixel % width > 0) sum += Math.abs((data[3 * pixel] as number) - (data[3 * (pixel - 1)] as number));
    count++;
  }
  return count === 0 ? 255 : sum / count;
}
