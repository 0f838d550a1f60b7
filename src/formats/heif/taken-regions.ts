import type { Region } from '../../core/part.js';

/** Ranges that are somebody's, sorted and disjoint. */
export class TakenRegions {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  isFree({ byteOffset, byteLength }: Region): boolean {
    const index = this.#after(byteOffset);
    const before = this.#ends[index - 1];
    const next = this.#starts[index];
    return (before === undefined || before <= byteOffset) && (next === undefined || next >= byteOffset + byteLength);
  }

  /** True where one taken range holds all of it. */
  holds({ byteOffset, byteLength }: Region): boolean {
    const index = this.#after(byteOffset) - 1;
    const end = this.#ends[index];
    return end !== undefined && end >= byteOffset + byteLength;
  }

  /** What of the range is nobody's yet. */
  gaps({ byteOffset, byteLength }: Region): Region[] {
    const end = byteOffset + byteLength;
    const found: Region[] = [];
    let index = this.#after(byteOffset);
    let at = Math.max(byteOffset, this.#ends[index - 1] ?? 0);
    for (; at < end; index++) {
      const next = Math.min(this.#starts[index] ?? end, end);
      if (next > at) found.push({ byteOffset: at, byteLength: next - at });
      at = Math.max(at, this.#ends[index] ?? end);
    }
    return found;
  }

  take({ byteOffset, byteLength }: Region): void {
    const index = this.#after(byteOffset);
    this.#starts.splice(index, 0, byteOffset);
    this.#ends.splice(index, 0, byteOffset + byteLength);
  }

  /** Index of the first range that starts behind. */
  #after(byteOffset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= byteOffset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
