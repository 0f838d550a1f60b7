import { requireRange } from '../../bytes/memory-source.js';
import type { Source } from '../../core/source.js';

/** A range of a source as a source of its own. */
export class SourceSlice implements Source {
  constructor(
    readonly source: Source,
    readonly start: number,
    readonly byteLength: number,
  ) {
    requireRange(source.byteLength, start, byteLength);
  }

  read(byteOffset: number, byteLength: number): Uint8Array {
    requireRange(this.byteLength, byteOffset, byteLength);
    return this.source.read(this.start + byteOffset, byteLength);
  }
}
