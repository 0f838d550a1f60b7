import type { Edit } from '../../core/part.js';

/** Where places of a file come to lie after edits. */
export class MovedOffsets {
  readonly #ends: number[] = [];
  /** Growth of all edits up to and including each one. */
  readonly #growth: number[] = [];

  /** `edits` sorted and disjoint. */
  constructor(edits: readonly Edit[]) {
    let growth = 0;
    for (const { byteOffset, byteLength, bytes } of edits) {
      growth += bytes.byteLength - byteLength;
      this.#ends.push(byteOffset + byteLength);
      this.#growth.push(growth);
    }
  }

  /** The new place of an offset that no edit lies across: every edit that ends there or before moves it. */
  startOf(byteOffset: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) <= byteOffset) low = middle + 1;
      else high = middle;
    }
    return byteOffset + (low === 0 ? 0 : (this.#growth[low - 1] as number));
  }
}
