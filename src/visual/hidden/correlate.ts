import type { Pixels } from './decode.js';

/** Luminance, 0 to 255. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** ITU-R BT.601 luma. */
export function greyOf({ width, height, data }: Pixels): Grey {
  const grey = new Float32Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++)
    grey[pixel] = 0.299 * (data[3 * pixel] as number) + 0.587 * (data[3 * pixel + 1] as number) + 0.114 * (data[3 * pixel + 2] as number);
  return { width, height, data: grey };
}

/** Pictures with less variation than this are flat: nothing in them can be recognised. */
const FLAT_DEVIATION = 3;

/** Pearson's correlation of a template with the piece of a picture at a place: 1 the same, 0 nothing in common. */
export function correlationAt(picture: Grey, template: Grey, left: number, top: number): number {
  let [sum, sumSquares, ownSum, ownSquares, product] = [0, 0, 0, 0, 0];
  const count = template.width * template.height;
  for (let y = 0; y < template.height; y++) {
    const row = (top + y) * picture.width + left;
    const own = y * template.width;
    for (let x = 0; x < template.width; x++) {
      const a = picture.data[row + x] as number;
      const b = template.data[own + x] as number;
      sum += a;
      sumSquares += a * a;
      ownSum += b;
      ownSquares += b * b;
      product += a * b;
    }
  }
  const variance = sumSquares / count - (sum / count) ** 2;
  const ownVariance = ownSquares / count - (ownSum / count) ** 2;
  const least = FLAT_DEVIATION ** 2;
  // Two flat pictures are the same where they are as bright.
  if (variance < least && ownVariance < least) return Math.abs(sum - ownSum) / count < 24 ? 1 : 0;
  if (variance < least || ownVariance < least) return 0;
  return (product / count - (sum / count) * (ownSum / count)) / Math.sqrt(variance * ownVariance);
}

/** The picture in fewer pixels, each the mean of what it covers. */
function shrink({ width, height, data }: Grey, toWidth: number, toHeight: number): Grey {
  const out = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom] = span(y, toHeight, height);
    for (let x = 0; x < toWidth; x++) {
      const [left, right] = span(x, toWidth, width);
      let [sum, weight] = [0, 0];
      for (let sy = Math.floor(top); sy < bottom; sy++) {
        const wy = Math.min(sy + 1, bottom) - Math.max(sy, top);
        for (let sx = Math.floor(left); sx < right; sx++) {
          const w = wy * (Math.min(sx + 1, right) - Math.max(sx, left));
          sum += w * (data[sy * width + sx] as number);
          weight += w;
        }
      }
      out[y * toWidth + x] = weight === 0 ? 0 : sum / weight;
    }
  }
  return { width: toWidth, height: toHeight, data: out };
}

function span(index: number, to: number, from: number): [number, number] {
  return [(index * from) / to, ((index + 1) * from) / to];
}

/** Where a template was found in a picture, in the picture's pixels. */
export interface Match {
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Each size is so much smaller than the one before. */
const SCALE_STEP = 0.94;

/** A template with fewer pixels on its shorter side is found everywhere. */
const LEAST_SIDE = 12;

/** The place and size at which the template is most like a piece of the picture; `shape` is that of the template, width by height. */
export function locate(picture: Grey, template: Grey, shape = template.width / template.height): Match | undefined {
  let best: Match | undefined;
  const fullWidth = Math.min(picture.width, picture.height * shape);
  for (let scale = 1; ; scale *= SCALE_STEP) {
    const width = Math.round(fullWidth * scale);
    const height = Math.round((fullWidth * scale) / shape);
    if (Math.min(width, height) < LEAST_SIDE) break;
    if (width > picture.width || height > picture.height || width > template.width * 2) continue;
    const small = shrink(template, width, height);
    const step = Math.max(1, Math.round(Math.min(width, height) / 24));
    const coarse = scanPlaces(picture, small, everywhere(picture, small, step));
    const fine = coarse === undefined ? undefined : scanPlaces(picture, small, around(picture, small, coarse, step));
    if (fine !== undefined && (best === undefined || fine.score > best.score)) best = fine;
  }
  return best;
}

function* everywhere(picture: Grey, { width, height }: Grey, step: number): Generator<[number, number]> {
  for (let top = 0; top + height <= picture.height; top += step)
    for (let left = 0; left + width <= picture.width; left += step) yield [left, top];
}

function* around(picture: Grey, { width, height }: Grey, { left, top }: Match, step: number): Generator<[number, number]> {
  for (let y = Math.max(0, top - step); y <= Math.min(picture.height - height, top + step); y++)
    for (let x = Math.max(0, left - step); x <= Math.min(picture.width - width, left + step); x++) yield [x, y];
}

function scanPlaces(picture: Grey, template: Grey, places: Iterable<[number, number]>): Match | undefined {
  let best: Match | undefined;
  for (const [left, top] of places) {
    const score = correlationAt(picture, template, left, top);
    if (best === undefined || score > best.score) best = { score, left, top, width: template.width, height: template.height };
  }
  return best;
}
