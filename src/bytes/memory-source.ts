import { FormatError } from '../core/error.js';
import type { Source } from '../core/source.js';

/** A source over bytes already in memory (a git blob, a payload). */
export class MemorySource implements Source {
  constructor(readonly bytes: Uint8Array) {}

  get byteLength(): number {
    return this.bytes.byteLength;
  }

  read(byteOffset: number, byteLength: number): Uint8Array {
    requireRange(this.bytes.byteLength, byteOffset, byteLength);
    return this.bytes.subarray(byteOffset, byteOffset + byteLength);
  }
}

/** Throws `FormatError` (`truncated`) unless the range lies within `totalBytes`. */
export function requireRange(totalBytes: number, byteOffset: number, byteLength: number): void {
  if (
    !Number.isSafeInteger(byteOffset) ||
    !Number.isSafeInteger(byteLength) ||
    byteOffset < 0 ||
    byteLength < 0 ||
    byteOffset + byteLength > totalBytes
  ) {
    throw new FormatError(
      'truncated',
      Math.max(0, Math.min(byteOffset, totalBytes)),
      `${byteLength} bytes were declared, ${Math.max(0, totalBytes - byteOffset)} are there`,
    );
  }
}
