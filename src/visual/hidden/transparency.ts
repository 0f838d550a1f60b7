import type { Pixels } from './decode.js';

/** Pixels so transparent show nothing: one of 255 cannot be seen. */
const UNSEEN_ALPHA = 2;

/** Fewer pixels than this are what resampling leaves at edges, wherever they are; or that are so small a share of what is transparent. */
const LEAST_PIXELS = 64;
const LEAST_SHARE = 0.0005;
const ENOUGH_PIXELS = 256;

export interface UnderTransparency {
  /** Pixels that cannot be seen. */
  readonly transparent: number;
  /** Those among them that are not of the colour that most of them have. */
  readonly coloured: number;
  readonly colours: number;
  /** The picture as it would be without transparency. */
  readonly picture: Pixels;
}

/** Colours under pixels that are not seen; `rgba` has four bytes each. `undefined` where all of those are of one colour. */
export function underTransparency({ width, height, data: rgba }: Pixels): UnderTransparency | undefined {
  const counts = new Map<number, number>();
  let transparent = 0;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = [rgba[4 * pixel] as number, rgba[4 * pixel + 1] as number, rgba[4 * pixel + 2] as number];
    rgb[3 * pixel] = red;
    rgb[3 * pixel + 1] = green;
    rgb[3 * pixel + 2] = blue;
    if ((rgba[4 * pixel + 3] as number) > UNSEEN_ALPHA) continue;
    transparent++;
    const colour = (red << 16) | (green << 8) | blue;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const most = [...counts.values()].reduce((max, count) => Math.max(max, count), 0);
  const coloured = transparent - most;
  if (coloured < LEAST_PIXELS || (coloured < ENOUGH_PIXELS && coloured < LEAST_SHARE * transparent)) return undefined;
  return { transparent, coloured, colours: counts.size, picture: { width, height, data: rgb } };
}
