import { crc32 } from 'node:zlib';

/** CRC-32 as PNG (W3C PNG 5.5) and zip use it, over the pieces in order. Unsigned. */
export function crc32Of(...pieces: readonly Uint8Array[]): number {
  let value = 0;
  for (const piece of pieces) value = crc32(piece, value);
  return value >>> 0;
}
