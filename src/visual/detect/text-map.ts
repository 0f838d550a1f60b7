import type { Models } from '../models/runtime.js';
import { cropped, planes, type Raster } from '../picture/raster.js';
import { edgedPart } from './edged-part.js';

/** Where text is, as the model says: 0 to 255 for each pixel. */
export interface TextMap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Longest sides of a tile; the model wants multiples of 32. What a tile takes of memory is what a run takes. */
const TILE = 960;
/** Tiles share as much with their neighbours, and trust half of it: at its edge a tile sees half a letter. */
const OVERLAP = 96;
const STEP = 32;

/** Means and deviations of the pictures that the model learnt from. */
const SCALE = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };

/** Looks at every part of the picture for text; where there are no edges it is passed over. */
export async function textMap(raster: Raster, models: Models): Promise<TextMap> {
  const map = new Uint8Array(raster.width * raster.height);
  const rows = tilesAlong(raster.height);
  const columns = tilesAlong(raster.width);
  for (const y of rows.starts) {
    for (const x of columns.starts) {
      const box = { x, y, width: Math.min(columns.length, raster.width - x), height: Math.min(rows.length, raster.height - y) };
      const part = edgedPart(raster, box);
      if (part === undefined) continue;
      // At the edge of a tile that lies within the picture half of the overlap is left to the neighbour.
      const left = x === 0 ? x : Math.max(part.x, x + OVERLAP / 2);
      const top = y === 0 ? y : Math.max(part.y, y + OVERLAP / 2);
      await mapTile(cropped(raster, part), models, (values, stride) => {
        for (let row = Math.max(top, part.y); row < part.y + part.height; row++) {
          const from = (row - part.y) * stride - part.x;
          for (let column = Math.max(left, part.x); column < part.x + part.width; column++) {
            const value = (values[from + column] as number) * 255;
            const to = row * raster.width + column;
            if (value > (map[to] as number)) map[to] = value;
          }
        }
      });
    }
  }
  return { width: raster.width, height: raster.height, data: map };
}

async function mapTile(tile: Raster, models: Models, take: (values: Float32Array, stride: number) => void): Promise<void> {
  const size = { width: Math.ceil(tile.width / STEP) * STEP, height: Math.ceil(tile.height / STEP) * STEP };
  const model = await models.get('text-lines');
  const [output] = await model({ data: planes(tile, SCALE, size), dims: [1, 3, size.height, size.width] });
  take(output?.data as Float32Array, size.width);
}

/** Where tiles start along one side, and how long they are: as few as cover it, and no longer than that takes. */
function tilesAlong(length: number): { readonly starts: readonly number[]; readonly length: number } {
  if (length <= TILE) return { starts: [0], length };
  const count = Math.ceil((length - OVERLAP) / (TILE - OVERLAP));
  const least = Math.ceil((length + (count - 1) * OVERLAP) / count);
  const tile = Math.ceil(least / STEP) * STEP;
  return { starts: Array.from({ length: count }, (_, index) => Math.round((index * (length - tile)) / (count - 1))), length: tile };
}
