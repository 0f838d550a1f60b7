import { isZeroRun } from '../../bytes/zero-run.js';
import type { Edit } from '../../core/part.js';
import type { Source } from '../../core/source.js';

/** One buffer for all zeros, so that blanking gigabytes costs no memory. */
const ZEROS = new Uint8Array(1 << 20);

/** Edits that put zeros over a range: every other offset in the file stays true. */
export function blank(byteOffset: number, byteLength: number): Edit[] {
  const edits: Edit[] = [];
  for (let at = 0; at < byteLength; at += ZEROS.byteLength) {
    const size = Math.min(ZEROS.byteLength, byteLength - at);
    edits.push({ byteOffset: byteOffset + at, byteLength: size, bytes: ZEROS.subarray(0, size) });
  }
  return edits;
}

/**
 * Edits that turn a box of at least 8 bytes into `free` filled with zeros (ISO/IEC 14496-12 8.1.2), same length. `headBytes`
 * is the length of its size and type: 8, or 16 where the size has 64 bits.
 */
export function freeBox(byteOffset: number, byteLength: number, headBytes: 8 | 16): Edit[] {
  return [
    { byteOffset: byteOffset + 4, byteLength: 4, bytes: Buffer.from('free', 'latin1') },
    ...blank(byteOffset + headBytes, byteLength - headBytes),
  ];
}

/** True where a range holds nothing but zeros. Throws as `isZeroRun` does. */
export function isBlank(source: Source, byteOffset: number, endOffset: number): boolean {
  return isZeroRun(source, byteOffset, endOffset);
}
