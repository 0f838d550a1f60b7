import type { Category } from '../../core/category.js';
import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { type Chunk, regionOf } from './chunks.js';
import type { InflateBudget } from './inflate-budget.js';
import type { PictureState } from './rendering-chunks.js';

/** What reading one ancillary chunk needs to know of the file around it. */
export interface ChunkContext extends PictureState {
  readonly source: Source;
  readonly read: ReadContext;
  readonly budget: InflateBudget;
  /** IDAT was met. */
  readonly afterPixels: boolean;
  /** The first of its kind was met: viewers look at no second one. */
  readonly isRepeated: (kind: string) => boolean;
}

/** A chunk's part, and what it says of the picture. */
export interface ChunkReading {
  readonly part: Part;
  readonly orientation?: number;
  readonly iccProfile?: Uint8Array;
}

/** A chunk that is not taken apart: it may hold anything, and goes whenever anything goes. */
export function opaqueChunk(chunk: Chunk, note: string, carrier: Part['carrier'] = 'unknown', category: Category = 'hidden'): ChunkReading {
  return { part: { ...opaquePart(chunk.name, carrier, regionOf(chunk), note), category, alsoReveals: REVEALS_ANYTHING } };
}

/**
 * A part for the second of what a picture has once. Viewers look at the first; were that removed and this one left, they
 * would look at this: it goes whenever anything goes.
 */
export function repeated(part: Part): Part {
  return { ...part, alsoReveals: REVEALS_ANYTHING };
}
