import { crc32Of } from '../../bytes/crc32.js';
import { requireRange } from '../../bytes/memory-source.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { PNG_SIGNATURE } from '../signatures.js';

/** W3C PNG 5.2. */
export const SIGNATURE = PNG_SIGNATURE;

/** Length and type before the data, CRC after it (W3C PNG 5.3). */
export const CHUNK_HEAD_BYTES = 8;
export const CHUNK_CRC_BYTES = 4;
const CHUNK_FRAME_BYTES = CHUNK_HEAD_BYTES + CHUNK_CRC_BYTES;

/** W3C PNG 5.3: a length is at most 2^31-1. */
const MAX_DATA_BYTES = 0x7fffffff;

/** Chunks are looked for by a window of this size, so that a run of tiny ones costs few reads. */
const WINDOW_BYTES = 4096;

/** One chunk by its declared length; its data is not read. */
export interface Chunk {
  readonly type: string;
  /** `tEXt#1`: the second of its type. */
  readonly name: string;
  /** Place among all chunks of the file. */
  readonly index: number;
  readonly byteOffset: number;
  readonly dataOffset: number;
  readonly dataBytes: number;
  readonly crcOffset: number;
  readonly endOffset: number;
}

export interface ChunkWalk {
  readonly chunks: readonly Chunk[];
  /** Offset of the byte after IEND. */
  readonly endOffset: number;
}

/** Chunks from the signature up to IEND. Throws `FormatError` where the declared lengths do not lead there. */
export function walkChunks(source: Source, limits: Limits): ChunkWalk {
  requireRange(source.byteLength, 0, SIGNATURE.length);
  const head = windowed(source);
  const chunks: Chunk[] = [];
  const ordinals = new Map<string, number>();
  let at = SIGNATURE.length;
  let others = 0;
  for (;;) {
    if (chunks.length >= limits.objectCount) throw new LimitError('objectCount', at, `more than ${limits.objectCount} chunks`);
    if (at >= source.byteLength) throw new FormatError('truncated', at, 'the file ends before its IEND chunk');
    const view = head(at, CHUNK_HEAD_BYTES);
    const dataBytes = view.readUInt32BE(0);
    const type = chunkType(view, at);
    if (dataBytes > MAX_DATA_BYTES) throw new FormatError('bad-chunk-length', at, 'a chunk declares more than 2^31-1 bytes');
    requireRange(source.byteLength, at, dataBytes + CHUNK_FRAME_BYTES);
    // Encoders cut pixels into chunks of a few kilobytes; nothing else comes in such numbers.
    if (type !== 'IDAT' && type !== 'fdAT' && ++others > limits.partCount)
      throw new LimitError('partCount', at, `more than ${limits.partCount} chunks that hold no pixels`);
    const ordinal = ordinals.get(type) ?? 0;
    ordinals.set(type, ordinal + 1);
    const chunk = chunkAt(at, type, `${type}#${ordinal}`, chunks.length, dataBytes);
    chunks.push(chunk);
    at = chunk.endOffset;
    if (type === 'IEND') return { chunks, endOffset: at };
  }
}

function chunkAt(byteOffset: number, type: string, name: string, index: number, dataBytes: number): Chunk {
  const dataOffset = byteOffset + CHUNK_HEAD_BYTES;
  const crcOffset = dataOffset + dataBytes;
  return { type, name, index, byteOffset, dataOffset, dataBytes, crcOffset, endOffset: crcOffset + CHUNK_CRC_BYTES };
}

/** W3C PNG 5.3: four bytes, each an ASCII letter. */
function chunkType(view: Buffer, at: number): string {
  for (let index = 4; index < 8; index++) {
    const letter = (view[index] as number) | 0x20;
    if (letter < 0x61 || letter > 0x7a) throw new FormatError('bad-chunk-type', at + index, 'a chunk type is not four ASCII letters');
  }
  return view.toString('latin1', 4, 8);
}

function windowed(source: Source): (at: number, byteLength: number) => Buffer {
  let start = 0;
  let held: Uint8Array = new Uint8Array(0);
  return (at, byteLength) => {
    if (at < start || at + byteLength > start + held.byteLength) {
      requireRange(source.byteLength, at, byteLength);
      start = at;
      held = source.read(at, Math.min(WINDOW_BYTES, source.byteLength - at));
    }
    return Buffer.from(held.buffer, held.byteOffset + at - start, byteLength);
  };
}

/** W3C PNG 5.4: bit 5 of the first letter. A decoder must not go on past a critical chunk that it does not know. */
export function isCritical(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) === 0;
}

export function regionOf(first: Chunk, last: Chunk = first): Region {
  return { byteOffset: first.byteOffset, byteLength: last.endOffset - first.byteOffset };
}

export function chunkData(source: Source, chunk: Chunk): Uint8Array {
  return source.read(chunk.dataOffset, chunk.dataBytes);
}

/** Data whose stored CRC (W3C PNG 5.5: over type and data) is right; `undefined` where it is not. */
export function checkedData(source: Source, chunk: Chunk): Uint8Array | undefined {
  const read = source.read(chunk.dataOffset, chunk.dataBytes + CHUNK_CRC_BYTES);
  const data = read.subarray(0, chunk.dataBytes);
  const stored = Buffer.from(read.buffer, read.byteOffset + chunk.dataBytes, CHUNK_CRC_BYTES).readUInt32BE(0);
  return stored === crc32Of(Buffer.from(chunk.type, 'latin1'), data) ? data : undefined;
}

/** Data of a chunk that the picture cannot do without. Throws `FormatError` (`bad-crc`) where it is damaged. */
export function criticalData(source: Source, chunk: Chunk): Uint8Array {
  const data = checkedData(source, chunk);
  if (data === undefined) throw new FormatError('bad-crc', chunk.crcOffset, `the CRC of ${chunk.name} does not match its data`);
  return data;
}

/** A whole chunk: length, type, data, CRC. */
export function buildChunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), ...data]);
  return Buffer.concat([uint32(content.byteLength - 4), content, uint32(crc32Of(content))]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
