import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

/** Four characters and the size of the data (RFC 9649 2.3). */
const CHUNK_HEAD_BYTES = 8;

/** `RIFF`, size, `WEBP` (RFC 9649 2.4). */
export const FILE_HEAD_BYTES = 12;

/** One chunk by its declared size; its data is not read. */
export interface RiffChunk {
  readonly fourCC: string;
  /** `EXIF#0`; within a frame `ANMF#2/ALPH#0`. */
  readonly name: string;
  readonly byteOffset: number;
  readonly dataOffset: number;
  readonly dataBytes: number;
  /** Where the padding byte is, if any. */
  readonly padOffset: number;
  /** Offset of the byte after the chunk and its padding. */
  readonly endOffset: number;
}

export interface ChunkRun {
  readonly chunks: readonly RiffChunk[];
  /** Offset of the byte after the last chunk: short of the end by what is too little for another. */
  readonly endOffset: number;
}

/** Counts chunks over a whole file, frames included. */
export class ChunkCounter {
  #count = 0;

  constructor(readonly limits: Limits) {}

  add(byteOffset: number): void {
    if (++this.#count > this.limits.partCount) throw new LimitError('partCount', byteOffset, `more than ${this.limits.partCount} chunks`);
  }
}

/** The chunks from `start` up to `end`. Throws `FormatError` (`truncated`) where one of them does not lie within. */
export function walkRiff(source: Source, start: number, end: number, prefix: string, counter: ChunkCounter): ChunkRun {
  const chunks: RiffChunk[] = [];
  const ordinals = new Map<string, number>();
  let at = start;
  while (at + CHUNK_HEAD_BYTES <= end) {
    counter.add(at);
    const head = source.read(at, CHUNK_HEAD_BYTES);
    const fourCC = Buffer.from(head.subarray(0, 4)).toString('latin1');
    const dataBytes = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
    const dataOffset = at + CHUNK_HEAD_BYTES;
    const padOffset = dataOffset + dataBytes;
    if (padOffset > end)
      throw new FormatError('truncated', at, `a chunk declares ${dataBytes} bytes, ${end - dataOffset} are left in what holds it`);
    // RFC 9649 2.3: data of odd size is followed by a byte of padding. Some writers leave it out of the size around it.
    const padBytes = dataBytes % 2 === 1 && padOffset < source.byteLength && (padOffset < end || prefix === '') ? 1 : 0;
    const shown = shownFourCC(fourCC);
    const ordinal = ordinals.get(shown) ?? 0;
    ordinals.set(shown, ordinal + 1);
    at = padOffset + padBytes;
    chunks.push({
      fourCC,
      name: `${prefix}${shown}#${ordinal}`,
      byteOffset: dataOffset - CHUNK_HEAD_BYTES,
      dataOffset,
      dataBytes,
      padOffset,
      endOffset: at,
    });
  }
  return { chunks, endOffset: at };
}

/** Four characters for a path: as they are where they are letters and digits, else in hex. */
function shownFourCC(fourCC: string): string {
  const trimmed = fourCC.replace(/[ \0]+$/, '');
  return /^[A-Za-z0-9]{1,4}$/.test(trimmed) ? trimmed : `0x${Buffer.from(fourCC, 'latin1').toString('hex')}`;
}

export function regionOf(chunk: RiffChunk): Region {
  return { byteOffset: chunk.byteOffset, byteLength: chunk.endOffset - chunk.byteOffset };
}

export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A whole chunk with its padding. */
export function buildChunk(fourCC: string, data: Uint8Array, pad = 0): Uint8Array {
  return Buffer.concat([Buffer.from(fourCC, 'latin1'), uint32(data.byteLength), data, Buffer.alloc(data.byteLength & 1, pad)]);
}
