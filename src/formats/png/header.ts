import { Cursor } from '../../bytes/cursor.js';
import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Source } from '../../core/source.js';
import { type Chunk, criticalData } from './chunks.js';

/** W3C PNG 11.2.1: the image header. */
export interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 greyscale, 2 truecolour, 3 indexed, 4 greyscale with alpha, 6 truecolour with alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
}

/** W3C PNG table 12: allowed bit depths by colour type. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const IHDR_BYTES = 13;

/** W3C PNG 11.1: a dimension is 1 to 2^31-1. */
const MAX_DIMENSION = 0x7fffffff;

/** W3C PNG 11.2.1. Throws `FormatError` for what the table of colour types forbids, `UnsupportedError` for methods that it does not know. */
export function readHeader(source: Source, chunk: Chunk): Header {
  const at = chunk.dataOffset;
  if (chunk.type === 'CgBI')
    throw new UnsupportedError('unsupported-cgbi', chunk.byteOffset, 'this is a PNG optimised for iOS (CgBI), which is no standard PNG');
  if (chunk.type !== 'IHDR') throw new FormatError('no-ihdr', chunk.byteOffset, 'the first chunk is not IHDR');
  if (chunk.dataBytes !== IHDR_BYTES) throw new FormatError('bad-ihdr', at, `IHDR holds ${chunk.dataBytes} bytes, not ${IHDR_BYTES}`);
  const view = new Cursor(criticalData(source, chunk), false, at);
  const [width, height, bitDepth, colourType] = [view.u32(0), view.u32(4), view.u8(8), view.u8(9)];
  if (width === 0 || height === 0 || width > MAX_DIMENSION || height > MAX_DIMENSION)
    throw new FormatError('bad-ihdr', at, `a picture of ${width} x ${height} pixels is not allowed`);
  if (BIT_DEPTHS[colourType]?.includes(bitDepth) !== true)
    throw new FormatError('bad-ihdr', at + 8, `colour type ${colourType} with bit depth ${bitDepth} is not allowed`);
  if (view.u8(10) !== 0) throw new UnsupportedError('unsupported-compression', at + 10, `compression method ${view.u8(10)} is unknown`);
  if (view.u8(11) !== 0) throw new UnsupportedError('unsupported-filter', at + 11, `filter method ${view.u8(11)} is unknown`);
  if (view.u8(12) > 1) throw new UnsupportedError('unsupported-interlace', at + 12, `interlace method ${view.u8(12)} is unknown`);
  return { width, height, bitDepth, colourType, interlaced: view.u8(12) === 1 };
}

/** Adam7 (W3C PNG 8.1): for each pass, first column and row, and the steps between them. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Bytes that an image of this size inflates to: its lines, each with the filter type before it (W3C PNG 7.3). */
export function scanBytes(header: Header, width: number, height: number): number {
  const bitsPerPixel = (SAMPLES[header.colourType] as number) * header.bitDepth;
  const pass = (columns: number, rows: number): number => (columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)));
  if (!header.interlaced) return pass(width, height);
  let total = 0;
  for (const [x, y, stepX, stepY] of ADAM7)
    total += pass(Math.max(0, Math.ceil((width - x) / stepX)), Math.max(0, Math.ceil((height - y) / stepY)));
  return total;
}
