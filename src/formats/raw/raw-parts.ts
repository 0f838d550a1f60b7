import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { previewOf } from '../tiff/previews.js';
import { endOf, isAllZero, isFree, without } from '../tiff/tiling.js';

/** Gathers the parts of a file whose ranges come in any order, and names what is left over. */
export class RawParts {
  readonly #parts: Part[] = [];
  /** In order, none overlapping another. */
  readonly #taken: Region[] = [];

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
  ) {}

  /** The region as far as it lies in the file; `undefined` where none of it does, or where it is taken already. */
  within({ byteOffset, byteLength }: Region): Region | undefined {
    const region = { byteOffset, byteLength: Math.min(byteLength, this.source.byteLength - byteOffset) };
    return region.byteLength > 0 && isFree(region, this.#taken) ? region : undefined;
  }

  /** A part whose region is free. */
  put(part: Part): void {
    this.#parts.push(part);
    let at = this.#taken.length;
    while (at > 0 && (this.#taken[at - 1] as Region).byteOffset > part.region.byteOffset) at--;
    this.#taken.splice(at, 0, part.region);
  }

  /** Structure of the container. */
  add(region: Region, path: string): void {
    const free = this.within(region);
    if (free !== undefined) this.put(structurePart(path, free));
  }

  /** Structure that values lie in, which are parts already. */
  addAround(region: Region, path: string): void {
    for (const [index, free] of without([region], this.#taken).entries())
      this.put(structurePart(index === 0 ? path : `${path}#${index}`, free));
  }

  /** The raw data. */
  pixels(region: Region): Region[] {
    const free = this.within(region);
    if (free === undefined) return [];
    this.put({ path: `pixels@${free.byteOffset}`, carrier: 'pixels', category: 'rendering', region: free, required: true });
    return [free];
  }

  /** A JPEG beside the raw data. */
  picture(region: Region, path: string): void {
    const free = this.within(region);
    if (free !== undefined) this.put(previewOf(this.source, free, path, this.context));
  }

  inspection(pixels: readonly Region[], width = 0, height = 0): Inspection {
    for (const region of without([{ byteOffset: 0, byteLength: this.source.byteLength }], this.#taken)) {
      const path = `${endOf(region) === this.source.byteLength ? 'rest' : 'gap'}@${region.byteOffset}`;
      const isEmpty = isAllZero(this.source, region);
      this.#parts.push(isEmpty ? structurePart(path, region) : opaquePart(path, 'unknown', region, 'bytes that nothing refers to'));
    }
    return {
      ...{ format: 'raw', mediaType: 'image/x-raw' },
      parts: this.#parts.sort((a, b) => a.region.byteOffset - b.region.byteOffset),
      picture: { width, height, orientation: 1, frameCount: 1, pixels },
    };
  }
}
