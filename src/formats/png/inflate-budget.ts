import { type Inflated, inflate } from '../../bytes/inflate.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';

/**
 * Inflates the compressed metadata of one file. All of it together may give no more than `limits.inflatedBytes`, so that a
 * file of many small bombs costs no more than one.
 */
export class InflateBudget {
  #leftBytes: number;

  constructor(limits: Limits) {
    this.#leftBytes = limits.inflatedBytes;
  }

  /** `undefined` where the stream is broken, or gives more than is left. */
  inflate(input: Uint8Array): Inflated | undefined {
    try {
      const inflated = inflate(input, this.#leftBytes, 0);
      this.#leftBytes -= inflated.bytes.byteLength;
      return inflated;
    } catch (error) {
      // What it cost to find out is spent as well.
      if (error instanceof LimitError) this.#leftBytes = Math.floor(this.#leftBytes / 2);
      else if (!(error instanceof FormatError)) throw error;
      return undefined;
    }
  }
}
