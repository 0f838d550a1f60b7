import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';

/** BITMAPFILEHEADER: `BM`, size, two reserved words, offset of the pixels. */
export const FILE_HEADER_BYTES = 14;

/** Sizes of the headers that follow: OS/2 1.x; Windows 3, its extensions by masks, version 4 and version 5. */
const CORE_BYTES = 12;
const INFO_BYTES = 40;
const WINDOWS_BYTES: ReadonlySet<number> = new Set([INFO_BYTES, 52, 56, 108, 124]);

/** OS/2 2.x: the first 16 bytes are needed, what is left out of the 64 counts as zero. */
const OS2_MIN_BYTES = 16;
export const OS2_BYTES = 64;
const OS2_SIZES: ReadonlySet<number> = new Set([OS2_MIN_BYTES, 24, 28, 32, 36, 42, 44, 46, 48, 60, OS2_BYTES]);

const DEPTHS: ReadonlySet<number> = new Set([1, 2, 4, 8, 16, 24, 32]);

type Coding = 'rows' | 'rle4' | 'rle8' | 'rle24' | 'huffman' | 'jpeg' | 'png';

/** biCompression of Windows: BI_RGB, BI_RLE8, BI_RLE4, BI_BITFIELDS, BI_JPEG, BI_PNG, BI_ALPHABITFIELDS. */
const WINDOWS_CODINGS: readonly Coding[] = ['rows', 'rle8', 'rle4', 'rows', 'jpeg', 'png', 'rows'];
/** The same field of OS/2 2.x: 3 is Huffman 1D, 4 is RLE24. */
const OS2_CODINGS: readonly Coding[] = ['rows', 'rle8', 'rle4', 'huffman', 'rle24'];

const CODED_DEPTH: Readonly<Partial<Record<Coding, number>>> = { rle4: 4, rle8: 8, rle24: 24, huffman: 1 };

export interface Header {
  /** Bytes of the header behind the file header, and of the masks behind that where they are no part of it. */
  readonly dibBytes: number;
  readonly maskBytes: number;
  readonly isOs2: boolean;
  readonly width: number;
  /** Always positive; rows from the top down have a negative one in the file. */
  readonly height: number;
  readonly depth: number;
  readonly coding: Coding;
  /** biSizeImage; 0 where it is not given. */
  readonly imageBytes: number;
  readonly colorsUsed: number;
  readonly pixelOffset: number;
}

/** Throws `FormatError`, or `UnsupportedError` for a header or coding of no known kind. */
export function readHeader(source: Source, limits: Limits): Header {
  const file = Buffer.from(source.read(0, FILE_HEADER_BYTES + 4));
  const dibBytes = file.readUInt32LE(14);
  const isOs2 = OS2_SIZES.has(dibBytes);
  if (dibBytes !== CORE_BYTES && !isOs2 && !WINDOWS_BYTES.has(dibBytes))
    throw new UnsupportedError('bmp-header', FILE_HEADER_BYTES, `a bitmap header of ${dibBytes} bytes is of no known version`);
  const pixelOffset = file.readUInt32LE(10);
  const dib = Buffer.concat([source.read(FILE_HEADER_BYTES, dibBytes), Buffer.alloc(OS2_BYTES)]);
  const isCore = dibBytes === CORE_BYTES;
  const width = isCore ? dib.readUInt16LE(4) : dib.readInt32LE(4);
  const signedHeight = isCore ? dib.readUInt16LE(6) : dib.readInt32LE(8);
  const depth = dib.readUInt16LE(isCore ? 10 : 14);
  const compression = isCore ? 0 : dib.readUInt32LE(16);
  const coding = (isOs2 ? OS2_CODINGS : WINDOWS_CODINGS)[compression];
  if (coding === undefined) throw new UnsupportedError('bmp-compression', 30, `bitmap compression ${compression} is of no known kind`);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0) throw new FormatError('bad-extent', 18, 'the picture has no extent');
  if (coding !== 'jpeg' && coding !== 'png' && (!DEPTHS.has(depth) || (CODED_DEPTH[coding] ?? depth) !== depth))
    throw new UnsupportedError('bmp-depth', 28, `${depth} bits a pixel are not read with this compression`);
  // BI_BITFIELDS and BI_ALPHABITFIELDS put masks behind a header that has no room for them.
  const maskBytes = dibBytes !== INFO_BYTES ? 0 : compression === 3 ? 12 : compression === 6 ? 16 : 0;
  const imageBytes = isCore ? 0 : dib.readUInt32LE(20);
  const colorsUsed = isCore ? 0 : dib.readUInt32LE(32);
  const bits = width * Math.max(depth, 1) * height;
  if (bits / 8 > limits.pixelBytes * 8) throw new FormatError('bad-extent', 18, `the picture claims ${width} x ${height}`);
  if (pixelOffset < FILE_HEADER_BYTES + dibBytes + maskBytes)
    throw new FormatError('bad-offset', 10, 'the pixels are said to begin within the headers');
  return { dibBytes, maskBytes, isOs2, width, height, depth, coding, imageBytes, colorsUsed, pixelOffset };
}

export function truncated(byteOffset: number, message: string): FormatError {
  return new FormatError('truncated', byteOffset, message);
}

/** `BM`, a header of a known size, and one plane: text may well begin with these two letters. */
export function isBmp(head: Uint8Array): boolean {
  if (head.length < 26 || head[0] !== 0x42 || head[1] !== 0x4d) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const dibBytes = view.getUint32(14, true);
  if (dibBytes === CORE_BYTES) return view.getUint16(22, true) === 1;
  return (WINDOWS_BYTES.has(dibBytes) || OS2_SIZES.has(dibBytes)) && head.length >= 28 && view.getUint16(26, true) === 1;
}
