import type { Cursor } from '../../bytes/cursor.js';

/** Bytes of one value by TIFF type: TIFF 6.0 section 2, TIFF Tech Note 1 (13 IFD), Exif 3.0 4.6.2 (129 UTF-8). */
const TYPE_BYTES: Readonly<Record<number, number>> = Object.freeze({
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  129: 1,
});

export const TYPE = Object.freeze({
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  sbyte: 6,
  undefined: 7,
  sshort: 8,
  slong: 9,
  srational: 10,
  float: 11,
  double: 12,
  ifd: 13,
  utf8: 129,
});

/** `undefined` for a type no standard names. */
export function typeBytes(type: number): number | undefined {
  return TYPE_BYTES[type];
}

/** Sizes of the fields of a directory, in bytes. BigTIFF has 20-byte entries with 8-byte counts and offsets. */
interface IfdLayout {
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly inlineBytes: number;
  readonly offsetBytes: number;
}

/** TIFF 6.0 section 2. */
const CLASSIC_LAYOUT: IfdLayout = Object.freeze({ countBytes: 2, entryBytes: 12, inlineBytes: 4, offsetBytes: 4 });

export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly firstIfdOffset: number;
}

/** One entry of a directory. Offsets count from the start of the TIFF structure. */
export interface IfdEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the entry itself lies, and where its value field. */
  readonly byteOffset: number;
  readonly fieldOffset: number;
  /** Where the value lies: the value field, or wherever it points to. Meaningless where there is a fault. */
  readonly valueOffset: number;
  readonly valueBytes: number;
  readonly inline: boolean;
  /** Why the value cannot be read. */
  readonly fault?: 'unknown-type' | 'out-of-bounds';
}

export interface Ifd {
  readonly byteOffset: number;
  readonly entries: readonly IfdEntry[];
  /** Bytes of the count and the entries, without the offset of the next directory. */
  readonly tableBytes: number;
  /** Offset of the next directory; 0 where there is none or it does not lie within the bytes. */
  readonly nextOffset: number;
  /** True where fewer entries fit than the directory declares. */
  readonly truncated: boolean;
}

/** TIFF 6.0 section 2: byte order, 42, offset of IFD0. `undefined` where the bytes are no TIFF header. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader | undefined {
  if (bytes.byteLength < 8) return undefined;
  const littleEndian = bytes[0] === 0x49;
  if (bytes[0] !== bytes[1] || (!littleEndian && bytes[0] !== 0x4d)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(2, littleEndian) !== 42) return undefined;
  return { littleEndian, firstIfdOffset: view.getUint32(4, littleEndian) };
}

export interface IfdSource {
  readonly cursor: Cursor;
  /** Added to every offset in the directory to get one in `cursor`; maker notes count from elsewhere. */
  readonly base?: number;
}

/**
 * One directory, at most `maxEntries` of its entries. `undefined` where not even its count can be read.
 * Follows nothing: the caller knows which values are pointers, and guards against loops.
 */
export function readIfd(source: IfdSource, byteOffset: number, maxEntries: number): Ifd | undefined {
  const { cursor, base = 0 } = source;
  const { countBytes, entryBytes, inlineBytes, offsetBytes } = CLASSIC_LAYOUT;
  if (!cursor.has(byteOffset, countBytes)) return undefined;
  const declared = cursor.u16(byteOffset);
  const fitting = Math.floor((cursor.byteLength - byteOffset - countBytes) / entryBytes);
  const count = Math.min(declared, fitting, maxEntries);
  const entries: IfdEntry[] = [];
  for (let index = 0; index < count; index++) {
    entries.push(readEntry(cursor, byteOffset + countBytes + index * entryBytes, base, inlineBytes));
  }
  const tableBytes = countBytes + count * entryBytes;
  const truncated = count < declared;
  const hasNext = !truncated && cursor.has(byteOffset + tableBytes, offsetBytes);
  return { byteOffset, entries, tableBytes, truncated, nextOffset: hasNext ? cursor.u32(byteOffset + tableBytes) : 0 };
}

function readEntry(cursor: Cursor, byteOffset: number, base: number, inlineBytes: number): IfdEntry {
  const tag = cursor.u16(byteOffset);
  const type = cursor.u16(byteOffset + 2);
  const count = cursor.u32(byteOffset + 4);
  const fieldOffset = byteOffset + 8;
  const common = { tag, type, count, byteOffset, fieldOffset };
  const size = typeBytes(type);
  if (size === undefined) return { ...common, valueOffset: fieldOffset, valueBytes: 0, inline: true, fault: 'unknown-type' };
  const valueBytes = size * count;
  if (valueBytes <= inlineBytes) return { ...common, valueOffset: fieldOffset, valueBytes, inline: true };
  const valueOffset = base + cursor.u32(fieldOffset);
  if (!cursor.has(valueOffset, valueBytes)) return { ...common, valueOffset, valueBytes: 0, inline: false, fault: 'out-of-bounds' };
  return { ...common, valueOffset, valueBytes, inline: false };
}
