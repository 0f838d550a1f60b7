import { LimitError } from '../core/error.js';
import type { Source } from '../core/source.js';

const PIECE_BYTES = 1 << 20;
const FIRST_BYTES = 4096;
const ZEROS = Buffer.alloc(PIECE_BYTES);

/** Zeros in one run that are looked through: no honest file has more of them that nothing refers to, and to read them takes its time. */
const ZERO_RUN_BYTES = 2 ** 28;

/** True when every byte is zero. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    if (Buffer.compare(piece, ZEROS.subarray(0, piece.byteLength)) !== 0) return false;
  }
  return true;
}

/** True where every byte of the source from `start` up to `end` is zero. Throws `LimitError` where there are more zeros than are looked through. */
export function isZeroRun(source: Source, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    if (at - start >= ZERO_RUN_BYTES)
      throw new LimitError('zeroRun', start, `more than ${ZERO_RUN_BYTES} zeros in a row that nothing refers to`);
    // The first bytes mostly tell.
    const size = Math.min(at === start ? FIRST_BYTES : PIECE_BYTES, end - at);
    if (!isZero(source.read(at, size))) return false;
    at += size;
  }
  return true;
}
