/** Builds TIFF and Exif blocks for tests, in both byte orders. Independent of the code under test. */

export type ByteOrder = 'II' | 'MM';

/** ASCII text (NUL is added), raw bytes, integers, or rationals as [numerator, denominator]. */
type TiffValue = string | Uint8Array | readonly number[] | readonly (readonly [number, number])[];

interface TiffEntry {
  readonly tag: number;
  /** 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL, 6 SBYTE, 7 UNDEFINED, 8 SSHORT, 9 SLONG, 10 SRATIONAL, 11 FLOAT, 12 DOUBLE, 13 IFD. */
  readonly type: number;
  readonly value: TiffValue;
  /** A count that lies; by default the true one. */
  readonly count?: number;
  /** Makes the value field hold this number as it is (an offset that lies). */
  readonly rawOffset?: number;
}

/** A pointer entry whose value is the offset of one or more directories. */
interface TiffPointer {
  readonly tag: number;
  readonly directories: readonly TiffDirectory[];
  readonly type?: number;
}

/** An entry whose value is the offset of data, with a second entry for its length (513/514, 273/279). */
interface TiffData {
  readonly tag: number;
  readonly lengthTag: number;
  readonly data: Uint8Array;
}

export type TiffDirectory = readonly (TiffEntry | TiffPointer | TiffData)[];

export interface TiffOptions {
  readonly byteOrder?: ByteOrder;
  /** Bytes after the last byte in use. */
  readonly tail?: Uint8Array;
  /** Bytes between the header and the first directory. */
  readonly lead?: Uint8Array;
  /** Writes entries in the given order instead of sorted by tag. */
  readonly unsorted?: boolean;
  /** What the last directory's next-IFD field holds: `first` loops back. */
  readonly lastNext?: number | 'first';
}

const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4] as const;

class Writer {
  bytes: number[] = [];
  constructor(readonly littleEndian: boolean) {}

  number(value: number, size: number): number[] {
    const view = new DataView(new ArrayBuffer(8));
    if (size === 1) view.setUint8(0, value & 0xff);
    else if (size === 2) view.setUint16(0, value & 0xffff, this.littleEndian);
    else view.setUint32(0, value >>> 0, this.littleEndian);
    return [...new Uint8Array(view.buffer, 0, size)];
  }

  put(bytes: Iterable<number>): number {
    if (this.bytes.length % 2 === 1) this.bytes.push(0);
    const at = this.bytes.length;
    for (const byte of bytes) this.bytes.push(byte);
    return at;
  }

  patch(at: number, value: number): void {
    this.bytes.splice(at, 4, ...this.number(value, 4));
  }

  encode(type: number, value: TiffValue): { bytes: number[]; count: number } {
    if (typeof value === 'string') {
      const text = [...new TextEncoder().encode(value), 0];
      return { bytes: text, count: text.length };
    }
    const size = SIZES[type] ?? 1;
    if (value instanceof Uint8Array) return { bytes: [...value], count: Math.floor(value.length / size) };
    const bytes = value.flatMap((item) => {
      if (typeof item !== 'number') return [...this.number(item[0], 4), ...this.number(item[1], 4)];
      if (type !== 11 && type !== 12) return this.number(item, size);
      const view = new DataView(new ArrayBuffer(8));
      if (type === 11) view.setFloat32(0, item, this.littleEndian);
      else view.setFloat64(0, item, this.littleEndian);
      return [...new Uint8Array(view.buffer, 0, size)];
    });
    return { bytes, count: value.length };
  }

  /** Writes a directory's values, then the directory. Returns its offset and that of its next-IFD field. */
  directory(entries: TiffDirectory, sorted: boolean): { at: number; nextAt: number } {
    const rows: { tag: number; type: number; count: number; field: number[] }[] = [];
    for (const entry of entries) {
      if ('directories' in entry) {
        const type = entry.type ?? 4;
        const offsets = entry.directories.map((directory) => this.directory(directory, sorted).at);
        rows.push({ tag: entry.tag, type, ...this.field(this.encode(type, offsets)) });
      } else if ('data' in entry) {
        rows.push({ tag: entry.tag, type: 4, ...this.field(this.encode(4, [this.put(entry.data)])) });
        rows.push({ tag: entry.lengthTag, type: 4, ...this.field(this.encode(4, [entry.data.length])) });
      } else {
        const encoded = this.encode(entry.type, entry.value);
        const { field, count } =
          entry.rawOffset === undefined ? this.field(encoded) : { field: this.number(entry.rawOffset, 4), count: encoded.count };
        rows.push({ tag: entry.tag, type: entry.type, count: entry.count ?? count, field });
      }
    }
    if (sorted) rows.sort((a, b) => a.tag - b.tag);
    const table = rows.flatMap((row) => [
      ...this.number(row.tag, 2),
      ...this.number(row.type, 2),
      ...this.number(row.count, 4),
      ...row.field,
    ]);
    const at = this.put([...this.number(rows.length, 2), ...table, 0, 0, 0, 0]);
    return { at, nextAt: at + 2 + table.length };
  }

  field(encoded: { bytes: number[]; count: number }): { field: number[]; count: number } {
    const { bytes, count } = encoded;
    if (bytes.length > 4) return { field: this.number(this.put(bytes), 4), count };
    return { field: [...bytes, 0, 0, 0, 0].slice(0, 4), count };
  }
}

/** A TIFF structure from its header on; `chain` holds IFD0, IFD1, …. */
export function buildTiff(chain: readonly TiffDirectory[], options: TiffOptions = {}): Uint8Array {
  const littleEndian = (options.byteOrder ?? 'II') === 'II';
  const writer = new Writer(littleEndian);
  writer.put([...(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]), ...writer.number(42, 2), 0, 0, 0, 0, ...(options.lead ?? [])]);
  let pointerAt = 4;
  let first = 0;
  for (const directory of chain) {
    const { at, nextAt } = writer.directory(directory, options.unsorted !== true);
    if (first === 0) first = at;
    writer.patch(pointerAt, at);
    pointerAt = nextAt;
  }
  if (options.lastNext !== undefined) writer.patch(pointerAt, options.lastNext === 'first' ? first : options.lastNext);
  for (const byte of options.tail ?? []) writer.bytes.push(byte);
  return Uint8Array.from(writer.bytes);
}

export interface ExifOptions extends TiffOptions {
  readonly orientation?: number;
  readonly make?: string;
  readonly model?: string;
  readonly software?: string;
  readonly imageDescription?: string;
  readonly artist?: string;
  readonly copyright?: string;
  /** `YYYY:MM:DD HH:MM:SS`; also written as DateTime and DateTimeDigitized. */
  readonly dateTimeOriginal?: string;
  /** BodySerialNumber. */
  readonly serial?: string;
  readonly colorSpace?: number;
  /** ASCII text; the charset prefix is added. */
  readonly userComment?: string;
  readonly makerNote?: Uint8Array;
  /** Decimal degrees, south and west negative. */
  readonly gps?: { readonly latitude: number; readonly longitude: number };
  /** A JPEG; goes to IFD1. */
  readonly thumbnail?: Uint8Array;
  /** More entries for each directory. */
  readonly ifd0?: TiffDirectory;
  readonly exifIfd?: TiffDirectory;
  readonly gpsIfd?: TiffDirectory;
  readonly interopIfd?: TiffDirectory;
  readonly ifd1?: TiffDirectory;
}

/** Degrees, minutes and seconds as three rationals, seconds to 1/10000. */
export function degreesToRationals(degrees: number): [number, number][] {
  const ticks = Math.round(Math.abs(degrees) * 36_000_000);
  return [
    [Math.floor(ticks / 36_000_000), 1],
    [Math.floor((ticks % 36_000_000) / 600_000), 1],
    [ticks % 600_000, 10_000],
  ];
}

/** An Exif block from its TIFF header on (no `Exif\0\0` before it). */
export function buildExif(options: ExifOptions = {}): Uint8Array {
  const ascii = (tag: number, value: string | undefined): TiffEntry[] => (value === undefined ? [] : [{ tag, type: 2, value }]);
  const short = (tag: number, value: number | undefined): TiffEntry[] => (value === undefined ? [] : [{ tag, type: 3, value: [value] }]);

  const gps: TiffDirectory = [
    ...(options.gps === undefined
      ? []
      : [
          { tag: 0, type: 1, value: [2, 3, 0, 0] },
          { tag: 1, type: 2, value: options.gps.latitude < 0 ? 'S' : 'N' },
          { tag: 2, type: 5, value: degreesToRationals(options.gps.latitude) },
          { tag: 3, type: 2, value: options.gps.longitude < 0 ? 'W' : 'E' },
          { tag: 4, type: 5, value: degreesToRationals(options.gps.longitude) },
        ]),
    ...(options.gpsIfd ?? []),
  ];
  const exif: TiffDirectory = [
    { tag: 0x9000, type: 7, value: new TextEncoder().encode('0232') },
    ...ascii(0x9003, options.dateTimeOriginal),
    ...ascii(0x9004, options.dateTimeOriginal),
    ...short(0xa001, options.colorSpace),
    ...ascii(0xa431, options.serial),
    ...(options.userComment === undefined
      ? []
      : [{ tag: 0x9286, type: 7, value: new TextEncoder().encode(`ASCII\0\0\0${options.userComment}`) }]),
    ...(options.makerNote === undefined ? [] : [{ tag: 0x927c, type: 7, value: options.makerNote }]),
    ...(options.interopIfd === undefined ? [] : [{ tag: 0xa005, directories: [options.interopIfd] }]),
    ...(options.exifIfd ?? []),
  ];
  const ifd0: TiffDirectory = [
    ...ascii(0x010e, options.imageDescription),
    ...ascii(0x010f, options.make),
    ...ascii(0x0110, options.model),
    ...short(0x0112, options.orientation),
    ...ascii(0x0131, options.software),
    ...ascii(0x0132, options.dateTimeOriginal),
    ...ascii(0x013b, options.artist),
    ...ascii(0x8298, options.copyright),
    ...(exif.length > 1 ? [{ tag: 0x8769, directories: [exif] }] : []),
    ...(gps.length > 0 ? [{ tag: 0x8825, directories: [gps] }] : []),
    ...(options.ifd0 ?? []),
  ];
  const ifd1: TiffDirectory = [
    ...(options.thumbnail === undefined
      ? []
      : [
          { tag: 0x0103, type: 3, value: [6] },
          { tag: 0x0201, lengthTag: 0x0202, data: options.thumbnail },
        ]),
    ...(options.ifd1 ?? []),
  ];
  return buildTiff(ifd1.length > 0 ? [ifd0, ifd1] : [ifd0], options);
}
