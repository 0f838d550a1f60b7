import type { Source } from '../../core/source.js';
import type { Header } from './header.js';

/** How rows lie in the file: each a whole number of four bytes. */
export interface Rows {
  readonly stride: number;
  /** Whole bytes of pixels in a row. */
  readonly wholeBytes: number;
  /** Bits of the byte after these that are pixels, as a mask; 0 where a row ends with a byte. */
  readonly lastMask: number;
}

export function rowsOf({ width, depth }: Pick<Header, 'width' | 'depth'>): Rows {
  const bits = width * depth;
  const rest = bits % 8;
  return { stride: Math.ceil(bits / 32) * 4, wholeBytes: Math.floor(bits / 8), lastMask: rest === 0 ? 0 : (0xff << (8 - rest)) & 0xff };
}

/** Bytes of a row that hold pixels, the last one in part. */
export function usedBytes({ wholeBytes, lastMask }: Rows): number {
  return wholeBytes + (lastMask === 0 ? 0 : 1);
}

const PIECE_BYTES = 1 << 20;

export interface Piece {
  readonly byteOffset: number;
  readonly bytes: Uint8Array;
}

/** Whole rows, about a MiB at a time; the last one may be short of its padding. */
export function* rowPieces(source: Source, rows: Rows, byteOffset: number, byteLength: number): Generator<Piece> {
  const pieceBytes = Math.max(1, Math.floor(PIECE_BYTES / rows.stride)) * rows.stride;
  for (let at = 0; at < byteLength; at += pieceBytes)
    yield { byteOffset: byteOffset + at, bytes: source.read(byteOffset + at, Math.min(pieceBytes, byteLength - at)) };
}

/** The piece with zeros wherever no pixel is; the very same array where that changes nothing. */
export function withoutPadding(bytes: Uint8Array, rows: Rows): Uint8Array {
  const { stride, wholeBytes, lastMask } = rows;
  const used = usedBytes(rows);
  if (used === stride && lastMask === 0) return bytes;
  let clean: Uint8Array | undefined;
  for (let row = 0; row < bytes.length; row += stride) {
    const end = Math.min(row + stride, bytes.length);
    for (let at = row + wholeBytes; at < end; at++) {
      const kept = lastMask !== 0 && at === row + wholeBytes ? (bytes[at] as number) & lastMask : 0;
      if (kept === bytes[at]) continue;
      clean ??= Uint8Array.from(bytes);
      clean[at] = kept;
    }
  }
  return clean ?? bytes;
}
