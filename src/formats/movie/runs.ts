import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';

/** Two numbers for each run. */
const RUN_BYTES = 16;

/**
 * Ranges of a file's bytes, kept as two columns of numbers: an hour of video has some hundred thousand. Neighbours that are added
 * in order become one. Throws `LimitError` (`payloadBytes`) past what the limit holds of them.
 */
export class Runs {
  #starts: number[] = [];
  #ends: number[] = [];
  #isSorted = true;

  constructor(readonly limits: Limits) {}

  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#ends.length - 1;
    if (last >= 0) {
      const [lastStart, lastEnd] = [this.#starts[last] as number, this.#ends[last] as number];
      if (start >= lastStart && start <= lastEnd) {
        if (end > lastEnd) this.#ends[last] = end;
        return;
      }
      if (start < lastStart) this.#isSorted = false;
    }
    if ((last + 2) * RUN_BYTES > this.limits.payloadBytes)
      throw new LimitError('payloadBytes', start, 'samples lie in more separate places than is held in memory');
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Adds all of another's. */
  addAll(other: Runs): void {
    for (const [start, end] of other) this.add(start, end);
  }

  /** Sorted and disjoint. */
  *[Symbol.iterator](): Generator<[start: number, end: number]> {
    this.#sort();
    for (let index = 0; index < this.#starts.length; index++) yield [this.#starts[index] as number, this.#ends[index] as number];
  }

  regions(): Region[] {
    return [...this].map(([start, end]) => ({ byteOffset: start, byteLength: end - start }));
  }

  /** What of `start` up to `end` lies in a run. */
  *within(start: number, end: number): Generator<[start: number, end: number]> {
    this.#sort();
    for (let index = this.#firstEndingAfter(start); index < this.#starts.length; index++) {
      const runStart = this.#starts[index] as number;
      if (runStart >= end) return;
      yield [Math.max(start, runStart), Math.min(end, this.#ends[index] as number)];
    }
  }

  /** What of `start` up to `end` lies in no run. */
  *gaps(start: number, end: number): Generator<[start: number, end: number]> {
    let at = start;
    for (const [runStart, runEnd] of this.within(start, end)) {
      if (runStart > at) yield [at, runStart];
      at = runEnd;
    }
    if (at < end) yield [at, end];
  }

  #firstEndingAfter(offset: number): number {
    let [low, high] = [0, this.#ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #sort(): void {
    if (this.#isSorted) return;
    const order = this.#starts.map((_, index) => index).sort((a, b) => (this.#starts[a] as number) - (this.#starts[b] as number));
    const [starts, ends] = [this.#starts, this.#ends];
    this.#starts = [];
    this.#ends = [];
    this.#isSorted = true;
    for (const index of order) this.add(starts[index] as number, ends[index] as number);
  }
}
