import { constants, deflateSync, inflateSync } from 'node:zlib';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { type Chunk, criticalData } from './chunks.js';

/** What may be spent on pixels. */
export type PixelLimits = Pick<Limits, 'pixelBytes'>;

/** The chunks that together hold one zlib stream of pixels: IDAT, or the fdAT of one frame. */
export interface PixelChunks {
  readonly chunks: readonly Chunk[];
  /** Bytes before the stream in each chunk: 4 in fdAT (its sequence number), else 0. */
  readonly prefixBytes: number;
  /** Bytes that the frame's lines inflate to. */
  readonly expectedBytes: number;
}

/** Where the pixels of a stream truly end. */
export interface PixelStream extends PixelChunks {
  /** Index into `chunks` of the one that holds the stream's last byte. */
  readonly lastChunk: number;
  /** Offset in the file of the byte after the stream's last one. */
  readonly endOffset: number;
  /** The stream inflates to more than the lines of the picture, or does not end as it should behind them. */
  readonly tooLong: boolean;
}

/** Deflate yields at most 1032 bytes for each of input (RFC 1951: 258 bytes for two bits); a little more to be safe. */
const MAX_RATIO = 1040;

/** How much past the last line is inflated at once, while the place where the lines end is looked for. */
const SLACK_BYTES = 16 * 2 ** 20;

/** Inflates the stream to find its end. Throws `FormatError` where it is broken or holds fewer lines than the picture. */
export function findPixelEnd(source: Source, pixels: PixelChunks, limits: PixelLimits): PixelStream {
  const input = joinedData(source, pixels, limits);
  const { chunks, prefixBytes, expectedBytes } = pixels;
  const first = chunks[0] as Chunk;
  if (input.byteLength * MAX_RATIO < expectedBytes)
    throw new FormatError('truncated', first.dataOffset, `the pixel stream is too short for ${expectedBytes} bytes of lines`);
  const inflated = inflateLines(input, expectedBytes, first.dataOffset);
  const last = chunks.length - 1;
  if (inflated === 'too-long') return { ...pixels, lastChunk: last, endOffset: (chunks[last] as Chunk).crcOffset, tooLong: true };
  let left = inflated.consumedBytes;
  for (let index = 0; index < last; index++) {
    const chunk = chunks[index] as Chunk;
    const bytes = chunk.dataBytes - prefixBytes;
    if (left <= bytes && bytes > 0)
      return { ...pixels, lastChunk: index, endOffset: chunk.dataOffset + prefixBytes + left, tooLong: false };
    left -= bytes;
  }
  return { ...pixels, lastChunk: last, endOffset: (chunks[last] as Chunk).dataOffset + prefixBytes + left, tooLong: false };
}

/** All stream bytes of the chunks in one array; the CRC of each is checked. */
function joinedData(source: Source, { chunks, prefixBytes }: PixelChunks, limits: PixelLimits): Uint8Array {
  const first = chunks[0] as Chunk;
  let totalBytes = 0;
  for (const chunk of chunks) totalBytes += chunk.dataBytes - prefixBytes;
  if (totalBytes > limits.pixelBytes)
    throw new LimitError('pixelBytes', first.byteOffset, `the compressed pixels take more than ${limits.pixelBytes} bytes`);
  const data = (chunk: Chunk): Uint8Array => criticalData(source, chunk).subarray(prefixBytes);
  if (chunks.length === 1) return data(first);
  const joined = Buffer.allocUnsafe(totalBytes);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(data(chunk), at);
    at += chunk.dataBytes - prefixBytes;
  }
  return joined;
}

interface Lines {
  readonly bytes: Uint8Array;
  readonly consumedBytes: number;
}

/** The whole stream, which must hold exactly `expectedBytes`; `too-long` where it holds more, or goes wrong behind the last of them. */
function inflateLines(input: Uint8Array, expectedBytes: number, byteOffset: number): Lines | 'too-long' {
  const lines = tryInflate(input, expectedBytes, constants.Z_FINISH, byteOffset);
  if (lines === 'bad-checksum') {
    findLines(input, expectedBytes, byteOffset);
    return 'too-long';
  }
  if (lines === 'cut') {
    // Viewers have all lines by then, and show them without a word.
    const part = tryInflate(input, expectedBytes, constants.Z_SYNC_FLUSH, byteOffset);
    if (typeof part === 'object' && part.bytes.byteLength === expectedBytes) return 'too-long';
    throw cut(byteOffset);
  }
  if (lines === 'too-long') return lines;
  if (lines.bytes.byteLength < expectedBytes)
    throw new FormatError('short-pixels', byteOffset, `the pixel stream holds ${lines.bytes.byteLength} of ${expectedBytes} bytes`);
  return lines;
}

function cut(byteOffset: number): FormatError {
  return new FormatError('truncated', byteOffset, 'the pixel stream ends too early');
}

type Ending = 'too-long' | 'cut' | 'bad-checksum';

function tryInflate(input: Uint8Array, maxBytes: number, finishFlush: number, byteOffset: number): Lines | Ending {
  // One byte more than can come: all lines land in one buffer that is neither grown nor copied.
  const options = { maxOutputLength: maxBytes, chunkSize: Math.max(64, maxBytes + 1), finishFlush, info: true as const };
  try {
    const result = inflateSync(input, options) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { bytes: result.buffer, consumedBytes: result.engine.bytesWritten };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-long';
    if (code === 'Z_BUF_ERROR') return 'cut';
    // RFC 1950 2.2: the checksum stands behind all that it is for.
    if (code === 'Z_DATA_ERROR' && message === 'incorrect data check') return 'bad-checksum';
    if (code.startsWith('Z_')) throw new FormatError('bad-deflate', byteOffset, `the pixel stream is broken (${code})`);
    // The machine cannot give what the limits allow.
    if (error instanceof RangeError) throw new LimitError('pixelBytes', byteOffset, `no memory for ${maxBytes} bytes of pixels`);
    throw error;
  }
}

/** The lines of the picture, filtered as they are coded, without what the stream holds past them. */
export function pixelLines(source: Source, pixels: PixelChunks, limits: PixelLimits): Uint8Array {
  const input = joinedData(source, pixels, limits);
  return findLines(input, pixels.expectedBytes, (pixels.chunks[0] as Chunk).dataOffset);
}

function findLines(input: Uint8Array, expectedBytes: number, byteOffset: number): Uint8Array {
  // Far more than the picture, or broken after it: halve towards a part of the input that gives all lines and not much more.
  let low = 0;
  let high = input.byteLength + 1;
  let middle = input.byteLength;
  while (high - low > 1) {
    const part = inflatePart(input.subarray(0, middle), expectedBytes + SLACK_BYTES, byteOffset);
    if (part === undefined) high = middle;
    else if (part.byteLength < expectedBytes) low = middle;
    else return part.subarray(0, expectedBytes);
    middle = low + Math.floor((high - low) / 2);
  }
  throw new FormatError('bad-deflate', byteOffset, 'the end of the lines cannot be found in the pixel stream');
}

/** What the first bytes of a stream inflate to; `undefined` where that is more than `maxBytes`, or broken. */
function inflatePart(input: Uint8Array, maxBytes: number, byteOffset: number): Uint8Array | undefined {
  try {
    const part = tryInflate(input, maxBytes, constants.Z_SYNC_FLUSH, byteOffset);
    return typeof part === 'string' ? undefined : part.bytes;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The same lines as one zlib stream that ends where they end. The filters stay as they were, so that all pixels do. */
export function encodeLines(lines: Uint8Array): Uint8Array {
  return deflateSync(lines, { level: 9 });
}
