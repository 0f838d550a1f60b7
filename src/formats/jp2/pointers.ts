import type { ByteWindow } from '../../bytes/window.js';
import type { Region } from '../../core/part.js';
import type { TilePart } from './codestream.js';

/** Where a TLM segment gives the length of a tile-part, and in how many bytes. */
export interface TileIndex {
  readonly byteOffset: number;
  readonly byteLength: 2 | 4;
}

/** TLM: marker, length, Ztlm, Stlm. */
const TLM_HEAD_BYTES = 6;

/** PLT: marker, length, Zplt. */
const PLT_HEAD_BYTES = 5;

/**
 * The places of all tile-part lengths in the TLM segments, in the order of the tile-parts (A.7.1). `undefined` where they are not the
 * lengths that the tile-parts have: something else may stand there then.
 */
export function tileIndexOf(
  segments: readonly Region[],
  bytes: ByteWindow,
  tileParts: readonly Pick<TilePart, 'byteOffset' | 'endOffset'>[],
): TileIndex[] | undefined {
  const index: TileIndex[] = [];
  for (const { byteOffset, byteLength } of segments) {
    if (byteLength < TLM_HEAD_BYTES) return undefined;
    const style = bytes.u8(byteOffset + 5);
    const numberBytes = (style >> 4) & 3;
    const lengthBytes = (style & 0x40) === 0 ? 2 : 4;
    const entryBytes = numberBytes + lengthBytes;
    if (numberBytes === 3 || (style & 0x8f) !== 0 || (byteLength - TLM_HEAD_BYTES) % entryBytes !== 0) return undefined;
    for (let at = byteOffset + TLM_HEAD_BYTES; at < byteOffset + byteLength; at += entryBytes) {
      const tilePart = tileParts[index.length];
      const length =
        lengthBytes === 2 ? bytes.u16(at + numberBytes) : bytes.u16(at + numberBytes) * 2 ** 16 + bytes.u16(at + numberBytes + 2);
      if (tilePart === undefined || length !== tilePart.endOffset - tilePart.byteOffset) return undefined;
      index.push({ byteOffset: at + numberBytes, byteLength: lengthBytes });
    }
  }
  return index.length === 0 || index.length === tileParts.length ? index : undefined;
}

/** True where the packet lengths of a tile-part (A.7.3) are together what its packets take; nothing else fits there then. */
export function isPacketIndexTrue(segments: readonly Region[], bytes: ByteWindow, packetBytes: number): boolean {
  let total = 0;
  let length = 0;
  for (const { byteOffset, byteLength } of segments) {
    for (let at = byteOffset + PLT_HEAD_BYTES; at < byteOffset + byteLength; at++) {
      const byte = bytes.u8(at);
      length = length * 128 + (byte & 0x7f);
      if ((byte & 0x80) !== 0) continue;
      total += length;
      length = 0;
      if (total > packetBytes) return false;
    }
  }
  return segments.length === 0 || (length === 0 && total === packetBytes);
}
