import { isUtf8 } from 'node:buffer';

export { isZero } from '../bytes/zero-run.js';

/** Bytes of a value that are looked at to show it; the rest is never decoded. */
const SHOWN_BYTES = 1024;
const LONGEST_UTF8_CHARACTER = 4;

/**
 * A value's first kilobyte as text, to be shown: UTF-8 where the bytes are valid UTF-8, else Latin-1.
 * Trailing NULs are dropped.
 */
export function shownText(bytes: Uint8Array): string {
  let end = Math.min(bytes.length, SHOWN_BYTES);
  while (end > 0 && bytes[end - 1] === 0) end--;
  // A cut may fall inside a character: the bytes of it that are there are left off.
  const leastEnd = Math.max(0, bytes.length > SHOWN_BYTES ? end - LONGEST_UTF8_CHARACTER + 1 : end);
  for (let cut = end; cut >= leastEnd; cut--) {
    const shown = bytes.subarray(0, cut);
    if (isUtf8(shown)) return asBuffer(shown).toString('utf8');
  }
  return latin1(bytes.subarray(0, end));
}

/** ISO 8859-1, one character for each byte. */
export function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

/** The same memory as a `Buffer`, for its searches and conversions. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
