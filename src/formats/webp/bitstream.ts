import { FormatError } from '../../core/error.js';
import type { Source } from '../../core/source.js';
import type { RiffChunk } from './riff.js';

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

const VP8_HEAD_BYTES = 10;
const VP8L_HEAD_BYTES = 5;

/** Checks the head of a VP8 or VP8L chunk. Throws `FormatError`. */
export function readBitstream(source: Source, chunk: RiffChunk): Dimensions {
  return chunk.fourCC === 'VP8L' ? readVp8l(source, chunk) : readVp8(source, chunk);
}

/** RFC 6386 9.1: frame tag, start code, width and height of a key frame. */
function readVp8(source: Source, chunk: RiffChunk): Dimensions {
  const head = headOf(source, chunk, VP8_HEAD_BYTES);
  const tag = head.readUIntLE(0, 3);
  if ((tag & 1) !== 0) throw broken(chunk, 'the picture is no VP8 key frame');
  if (head[3] !== 0x9d || head[4] !== 0x01 || head[5] !== 0x2a) throw broken(chunk, 'the picture has no VP8 start code');
  if (tag >> 5 > chunk.dataBytes - VP8_HEAD_BYTES)
    throw new FormatError('truncated', chunk.dataOffset, 'the first VP8 partition is longer than its chunk');
  const [width, height] = [head.readUInt16LE(6) & 0x3fff, head.readUInt16LE(8) & 0x3fff];
  if (width === 0 || height === 0) throw broken(chunk, 'the picture has no extent');
  return { width, height };
}

/** WebP lossless bitstream (RFC 9649 3.4): signature, 14 bits each of width and height less one, alpha hint, version 0. */
function readVp8l(source: Source, chunk: RiffChunk): Dimensions {
  const head = headOf(source, chunk, VP8L_HEAD_BYTES);
  const bits = head.readUInt32LE(1);
  if (head[0] !== 0x2f) throw broken(chunk, 'the picture has no VP8L signature');
  if (bits >>> 29 !== 0) throw broken(chunk, 'the picture is of an unknown VP8L version');
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/**
 * Bytes of an ALPH chunk that hold the plane: all where it is compressed, else the head and one byte for each pixel
 * (RFC 9649 2.7.1.2).
 */
export function alphaBytes(source: Source, chunk: RiffChunk, { width, height }: Dimensions): number {
  const info = headOf(source, chunk, 1)[0] as number;
  if ((info & 0x03) > 1) throw broken(chunk, 'the alpha plane is compressed in an unknown way');
  if ((info & 0x03) === 1) return chunk.dataBytes;
  const needed = 1 + width * height;
  if (chunk.dataBytes < needed) throw new FormatError('truncated', chunk.dataOffset, 'the alpha plane is shorter than the picture');
  return needed;
}

function headOf(source: Source, chunk: RiffChunk, byteLength: number): Buffer {
  if (chunk.dataBytes < byteLength) throw new FormatError('truncated', chunk.dataOffset, `${chunk.name} is too short for its head`);
  return Buffer.from(source.read(chunk.dataOffset, byteLength));
}

function broken(chunk: RiffChunk, message: string): FormatError {
  return new FormatError('bad-bitstream', chunk.dataOffset, message);
}
