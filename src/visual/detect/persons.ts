import type { Models } from '../models/runtime.js';
import { planes, type Raster, resized } from '../picture/raster.js';

/** Side of the picture that the model takes. */
const SIDE = 256;

/** Where people are: 0 to 1 for each place of a picture, places given as shares of its sides. */
export interface PersonMask {
  at(x: number, y: number): number;
  /** The share of the picture that is people. */
  readonly share: number;
}

/** Tells people from background. The model sees the whole picture in 256 by 256: people close by, not a crowd far away. */
export async function detectPersons(raster: Raster, models: Models): Promise<PersonMask> {
  const small = await resized(raster, SIDE, SIDE);
  const model = await models.get('persons');
  const [output] = await model({ data: planes(small, { mean: [0, 0, 0], deviation: [255, 255, 255] }), dims: [1, 3, SIDE, SIDE] });
  const values = Float32Array.from(output?.data ?? []);
  return maskOf(values);
}

function maskOf(values: Float32Array): PersonMask {
  const of = (x: number, y: number): number => values[y * SIDE + x] as number;
  let people = 0;
  for (const value of values) if (value > 0.5) people++;
  return {
    share: people / values.length,
    at(x, y) {
      const column = Math.min(SIDE - 1, Math.max(0, x * SIDE - 0.5));
      const row = Math.min(SIDE - 1, Math.max(0, y * SIDE - 0.5));
      const [left, top] = [Math.floor(column), Math.floor(row)];
      const [right, bottom] = [Math.min(SIDE - 1, left + 1), Math.min(SIDE - 1, top + 1)];
      const [fx, fy] = [column - left, row - top];
      return (of(left, top) * (1 - fx) + of(right, top) * fx) * (1 - fy) + (of(left, bottom) * (1 - fx) + of(right, bottom) * fx) * fy;
    },
  };
}
