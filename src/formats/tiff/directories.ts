import { Cursor } from '../../bytes/cursor.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { typeBytes } from '../../metadata/exif/ifd.js';
import { type IfdKind, TAG } from '../../metadata/exif/tags.js';

/** Sizes and byte order of one file; offsets count from byte 0. BigTIFF has 64-bit counts and offsets. */
export interface Shape {
  readonly littleEndian: boolean;
  readonly isBig: boolean;
  readonly headerBytes: number;
  readonly countBytes: number;
  readonly entryBytes: number;
  /** Bytes of an offset, and of the value field of an entry. */
  readonly wordBytes: number;
  /** Olympus and Panasonic put signs of their own in the place of 42. */
  readonly isRaw: boolean;
}

export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly byteOffset: number;
  readonly fieldOffset: number;
  readonly valueOffset: number;
  readonly valueBytes: number;
  readonly inline: boolean;
  readonly fault?: 'unknown-type' | 'out-of-bounds';
  readonly repeated: boolean;
  /** Directories that it points to, in the order of its offsets; `undefined` for one that cannot be read. */
  readonly directories: (TiffDirectory | undefined)[];
}

export interface TiffDirectory {
  readonly kind: IfdKind;
  readonly path: string;
  readonly byteOffset: number;
  /** Count, entries and, where it fits, the offset of the next directory. */
  readonly tableBytes: number;
  readonly nextOffset: number;
  readonly hasNext: boolean;
  readonly entries: readonly TiffEntry[];
  readonly first: ReadonlyMap<number, TiffEntry>;
}

export interface Directories {
  readonly shape: Shape;
  readonly chain: readonly TiffDirectory[];
  readonly all: readonly TiffDirectory[];
  /** What follows a directory of the chain, or of a chain that starts with a SubIFD. */
  readonly next: ReadonlyMap<TiffDirectory, TiffDirectory>;
}

const POINTERS: Readonly<Record<number, IfdKind>> = {
  [TAG.exifIfd]: 'ExifIFD',
  [TAG.gpsIfd]: 'GPS',
  [TAG.interopIfd]: 'Interop',
  [TAG.subIfds]: 'SubIFD',
};

/** LONG8, SLONG8 and IFD8 of BigTIFF. */
const isLong8 = (type: number): boolean => type >= 16 && type <= 18;

export function bytesOfType(type: number): number | undefined {
  return isLong8(type) ? 8 : typeBytes(type);
}

export function shapeOf(head: Uint8Array): Shape | undefined {
  const ascii = Buffer.from(head.subarray(0, 8)).toString('latin1');
  const littleEndian = ascii.startsWith('II');
  const isRaw = /^(?:IIU\0|IIR[OS]|MMOR)/.test(ascii);
  if (isRaw || /^(?:II\*\0|MM\0\*)/.test(ascii))
    return { littleEndian, isBig: false, headerBytes: 8, countBytes: 2, entryBytes: 12, wordBytes: 4, isRaw };
  // BigTIFF: 43, then the size of offsets, always 8, then 0.
  if (!/^(?:II\+\0\x08\0\0\0|MM\0\+\0\x08\0\0)/.test(ascii)) return undefined;
  return { littleEndian, isBig: true, headerBytes: 16, countBytes: 8, entryBytes: 20, wordBytes: 8, isRaw };
}

/** The integers of a value, at most `max`; empty for any other type or for a value that cannot be read. */
export function integersOf(source: Source, shape: Shape, entry: TiffEntry | undefined, max = 65_536): number[] {
  if (entry === undefined || entry.fault !== undefined) return [];
  const size = bytesOfType(entry.type) ?? 0;
  const isInteger = [1, 3, 4, 13].includes(entry.type) || isLong8(entry.type);
  if (!isInteger) return [];
  const count = Math.min(entry.count, max);
  const cursor = new Cursor(source.read(entry.valueOffset, count * size), shape.littleEndian);
  return Array.from({ length: count }, (_, index) => word(cursor, index * size, size));
}

function word(cursor: Cursor, at: number, size: number): number {
  if (size === 1) return cursor.u8(at);
  if (size === 2) return cursor.u16(at);
  if (size === 4) return cursor.u32(at);
  const [first, second] = [cursor.u32(at), cursor.u32(at + 4)];
  return cursor.littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

/** Every directory that the header leads to, each once. Throws `FormatError` where there is none. `kind`: what the first one is. */
export function readDirectories(source: Source, limits: Limits, kind: IfdKind = 'IFD0'): Directories {
  const shape = source.byteLength < 8 ? undefined : shapeOf(source.read(0, 8));
  if (shape === undefined || source.byteLength < shape.headerBytes) throw new FormatError('tiff-header', 0, 'no TIFF header');
  return new Walk(source, shape, limits, kind).walk();
}

class Walk {
  readonly #all: TiffDirectory[] = [];
  readonly #seen = new Set<number>();
  readonly #next = new Map<TiffDirectory, TiffDirectory>();
  #entries = 0;

  constructor(
    readonly source: Source,
    readonly shape: Shape,
    readonly limits: Limits,
    readonly firstKind: IfdKind,
  ) {}

  walk(): Directories {
    const { wordBytes, headerBytes, littleEndian } = this.shape;
    const header = new Cursor(this.source.read(0, headerBytes), littleEndian);
    const chain: TiffDirectory[] = [];
    for (let at = word(header, headerBytes - wordBytes, wordBytes); at !== 0; ) {
      const index = chain.length;
      const directory = this.#directory(at, index === 0 ? this.firstKind : 'IFD1', this.#chainPath(index), 0);
      if (directory === undefined) break;
      const last = chain.at(-1);
      if (last !== undefined) this.#next.set(last, directory);
      chain.push(directory);
      at = directory.nextOffset;
    }
    if (chain.length === 0) throw new FormatError('tiff-no-directory', 0, 'no directory where the header points to');
    return { shape: this.shape, chain, all: this.#all, next: this.#next };
  }

  #chainPath(index: number): string {
    return index === 0 ? this.firstKind : `IFD${index}`;
  }

  /** `undefined` where it was read before (a loop) or does not lie within the file. */
  #directory(byteOffset: number, kind: IfdKind, path: string, depth: number): TiffDirectory | undefined {
    const { source, limits } = this;
    const { countBytes, entryBytes, wordBytes, littleEndian, headerBytes } = this.shape;
    if (this.#seen.has(byteOffset) || byteOffset < headerBytes || byteOffset + countBytes > source.byteLength) return undefined;
    this.#seen.add(byteOffset);
    if (this.#seen.size > limits.ifdCount) throw new LimitError('ifdCount', byteOffset, 'too many directories');
    const declared = word(new Cursor(source.read(byteOffset, countBytes), littleEndian), 0, countBytes);
    const count = Math.min(declared, Math.floor((source.byteLength - byteOffset - countBytes) / entryBytes));
    this.#entries += count;
    if (this.#entries > limits.entryCount) throw new LimitError('entryCount', byteOffset, 'too many entries');
    const end = countBytes + count * entryBytes;
    const hasNext = count === declared && byteOffset + end + wordBytes <= source.byteLength;
    const tableBytes = end + (hasNext ? wordBytes : 0);
    const cursor = new Cursor(source.read(byteOffset, tableBytes), littleEndian);
    const first = new Map<number, TiffEntry>();
    const entries: TiffEntry[] = [];
    for (let index = 0; index < count; index++) {
      const entry = this.#entry(cursor, countBytes + index * entryBytes, byteOffset, first);
      entries.push(entry);
      if (!entry.repeated) first.set(entry.tag, entry);
    }
    const nextOffset = hasNext ? word(cursor, end, wordBytes) : 0;
    const directory = { kind, path, byteOffset, tableBytes, hasNext, nextOffset, entries, first };
    this.#all.push(directory);
    if (kind !== 'GPS' && kind !== 'Interop' && depth < limits.nestingDepth) this.#follow(directory, depth);
    return directory;
  }

  #entry(cursor: Cursor, at: number, base: number, first: ReadonlyMap<number, TiffEntry>): TiffEntry {
    const { wordBytes } = this.shape;
    const [tag, type, count] = [cursor.u16(at), cursor.u16(at + 2), word(cursor, at + 4, wordBytes)];
    const field = at + 4 + wordBytes;
    const common = { tag, type, count, byteOffset: base + at, fieldOffset: base + field, repeated: first.has(tag), directories: [] };
    const size = bytesOfType(type);
    const here = { ...common, valueOffset: base + field, inline: true };
    if (size === undefined) return { ...here, valueBytes: 0, fault: 'unknown-type' };
    const valueBytes = size * count;
    if (valueBytes <= wordBytes) return { ...here, valueBytes };
    const valueOffset = word(cursor, field, wordBytes);
    if (valueOffset + valueBytes > this.source.byteLength) return { ...here, valueBytes: 0, fault: 'out-of-bounds' };
    return { ...common, valueOffset, valueBytes, inline: false };
  }

  #follow(directory: TiffDirectory, depth: number): void {
    for (const entry of directory.entries) {
      const kind = POINTERS[entry.tag];
      if (kind === undefined || entry.repeated) continue;
      const offsets = integersOf(this.source, this.shape, entry, kind === 'SubIFD' ? this.limits.ifdCount : 1);
      for (const [index, at] of offsets.entries()) {
        const path = `${directory.path}/${kind}${kind === 'SubIFD' ? index : ''}`;
        const first = this.#directory(at, kind, path, depth + 1);
        entry.directories.push(first);
        if (kind === 'SubIFD') this.#followChain(first, path, depth + 1);
      }
      if (entry.directories.every((each) => each === undefined)) entry.directories.length = 0;
    }
  }
  /** TIFF Tech Note 1: a SubIFD may be the first of a chain. */
  #followChain(first: TiffDirectory | undefined, path: string, depth: number): void {
    let last = first;
    for (let index = 1; last !== undefined && last.nextOffset !== 0; index++) {
      const next = this.#directory(last.nextOffset, 'SubIFD', `${path}-${index}`, depth);
      if (next !== undefined) this.#next.set(last, next);
      last = next;
    }
  }
}
