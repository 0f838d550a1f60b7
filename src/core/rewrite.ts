import type { Source } from './source.js';

/** New content for one file, and the proof that it is what was meant. */
export interface Replacement<Proof> {
  /** The new bytes in order. */
  readonly pieces: Iterable<Uint8Array>;
  /** Looks at the bytes as they were written. Throws when they are not what was meant: the original then stays. */
  verify(output: Source): Promise<Proof>;
}

/** What was seen in a file, and what shall replace it, if anything. */
export interface Look<Outcome, Proof> {
  readonly outcome: Outcome;
  readonly replacement?: Replacement<Proof>;
}
