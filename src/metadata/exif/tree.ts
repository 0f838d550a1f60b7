import { Cursor } from '../../bytes/cursor.js';
import type { Limits } from '../../core/limits.js';
import { isZero } from '../text.js';
import { pairData } from './data-block.js';
import { type Ifd, type IfdEntry, readIfd, readTiffHeader, TYPE } from './ifd.js';
import type { Claim, Directory, Entry, Slack, Tree } from './model.js';
import { exifTag, type IfdKind, TAG } from './tags.js';
import { numbersOf, type TiffValue, textEnd } from './tiff-value.js';

/** Tags whose value is the offset of directories, in whatever directory of the main table they are met. */
const POINTERS: Readonly<Record<number, { kind: IfdKind; path: string }>> = {
  [TAG.exifIfd]: { kind: 'ExifIFD', path: 'ExifIFD' },
  [TAG.gpsIfd]: { kind: 'GPS', path: 'GPS' },
  [TAG.interopIfd]: { kind: 'Interop', path: 'Interop' },
  [TAG.subIfds]: { kind: 'SubIFD', path: 'SubIFD' },
};

/** Values may share bytes (two resolutions of 72/1), but not so that a small block grows without end. */
const SHARED_VALUE_FACTOR = 2;
const SHARED_VALUE_BYTES = 4096;

const HEADER_BYTES = 8;

/** The directories of a TIFF structure. `undefined` where the header or IFD0 cannot be read. Never throws. */
export function readTree(bytes: Uint8Array, limits: Limits): Tree | undefined {
  const header = readTiffHeader(bytes);
  if (header === undefined) return undefined;
  return new TreeReader(bytes, header.littleEndian, limits).read(header.firstIfdOffset);
}

class TreeReader {
  readonly #cursor: Cursor;
  readonly #directories: Directory[] = [];
  readonly #claims: Claim[] = [{ start: 0, end: HEADER_BYTES }];
  readonly #visited = new Set<number>();
  readonly #paths = new Map<string, number>();
  #entryCount = 0;
  #valueBudget: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
    readonly limits: Limits,
  ) {
    this.#cursor = new Cursor(bytes, littleEndian);
    this.#valueBudget = bytes.byteLength * SHARED_VALUE_FACTOR + SHARED_VALUE_BYTES;
  }

  read(firstIfdOffset: number): Tree | undefined {
    const chain: Directory[] = [];
    for (let offset = firstIfdOffset; offset !== 0; ) {
      const kind = chain.length === 0 ? 'IFD0' : 'IFD1';
      const directory = this.#directory(kind, `IFD${chain.length}`, offset, 0);
      if (directory === undefined) break;
      // The field that led here is accounted for only now: one that leads nowhere is a gap that holds something.
      const previous = chain.at(-1)?.ifd;
      if (previous !== undefined) this.#claimNext(previous);
      chain.push(directory);
      offset = directory.ifd.nextOffset;
    }
    if (chain.length === 0) return undefined;
    const { bytes, littleEndian } = this;
    return { bytes, littleEndian, chain, directories: this.#directories, claims: this.#claims };
  }

  #claimNext(ifd: Ifd): void {
    const start = ifd.byteOffset + ifd.tableBytes;
    this.#claims.push({ start, end: start + 4 });
  }

  #directory(kind: IfdKind, name: string, byteOffset: number, depth: number): Directory | undefined {
    const { limits } = this;
    if (byteOffset < HEADER_BYTES || this.#visited.has(byteOffset)) return undefined;
    if (depth > limits.nestingDepth || this.#directories.length >= limits.ifdCount) return undefined;
    const ifd = readIfd({ cursor: this.#cursor }, byteOffset, limits.entryCount - this.#entryCount);
    if (ifd === undefined || !isPlausible(ifd)) return undefined;
    this.#visited.add(byteOffset);
    this.#entryCount += ifd.entries.length;
    const directory: Directory = { kind, path: this.#unique(name), ifd, entries: [], first: new Map() };
    this.#directories.push(directory);
    this.#claims.push({ start: byteOffset, end: byteOffset + ifd.tableBytes });
    for (const raw of ifd.entries) {
      const entry = this.#entry(raw, directory, directory.first.has(raw.tag), depth);
      directory.entries.push(entry);
      if (!entry.repeated) directory.first.set(raw.tag, entry);
    }
    for (const { entry, regions } of pairData(directory.entries, this.bytes)) {
      for (const { byteOffset: start, byteLength } of regions) {
        if (!this.#spend(byteLength)) entry.fault ??= 'points to data that others claim too';
        else this.#claims.push({ start, end: start + byteLength, entry });
      }
    }
    return directory;
  }

  #entry(raw: IfdEntry, directory: Directory, repeated: boolean, depth: number): Entry {
    const { kind } = directory;
    const info = exifTag(kind, raw.tag);
    const path = this.#unique(`${directory.path}/${info.name}`);
    const readable = raw.fault === undefined && (raw.inline || this.#spend(raw.valueBytes));
    const bytes = readable ? this.bytes.subarray(raw.valueOffset, raw.valueOffset + raw.valueBytes) : new Uint8Array(0);
    const value: TiffValue = { type: raw.type, count: raw.count, bytes, littleEndian: this.littleEndian };
    const slack = readable ? slackOf(raw, value, kind !== 'GPS' && kind !== 'Interop', this.bytes) : undefined;
    const entry: Entry = { raw, info, kind, path, value, repeated, ...(slack === undefined ? {} : { slack }) };
    if (!readable) {
      entry.fault = raw.fault === 'unknown-type' ? `has unknown type ${raw.type}` : 'points outside of the block';
      if (raw.fault === undefined) entry.fault = 'shares its bytes with too many others';
      return entry;
    }
    if (!raw.inline) this.#claims.push({ start: raw.valueOffset, end: raw.valueOffset + raw.valueBytes, entry });
    const pointer = kind === 'GPS' || kind === 'Interop' ? undefined : POINTERS[raw.tag];
    if (pointer !== undefined) this.#follow(entry, pointer, depth);
    return entry;
  }

  #follow(entry: Entry, pointer: { kind: IfdKind; path: string }, depth: number): void {
    const { type, count } = entry.value;
    const isOffset = type === TYPE.long || type === TYPE.ifd || type === TYPE.short;
    const most = pointer.kind === 'SubIFD' ? this.limits.ifdCount : 1;
    const offsets = isOffset && count <= most ? (numbersOf(entry.value, most) ?? []) : [];
    entry.directories = offsets
      .map((offset, index) => this.#directory(pointer.kind, pointer.kind === 'SubIFD' ? `SubIFD${index}` : pointer.path, offset, depth + 1))
      .filter((directory) => directory !== undefined);
    if (entry.directories.length < Math.max(1, count)) entry.fault = 'points to no directory, or to one that was read already';
  }

  #spend(byteLength: number): boolean {
    this.#valueBudget -= byteLength;
    return this.#valueBudget >= 0;
  }

  #unique(path: string): string {
    const count = (this.#paths.get(path) ?? 0) + 1;
    this.#paths.set(path, count);
    return count === 1 ? path : `${path}#${count}`;
  }
}

/** Random bytes read as a directory give entries of which none can be read. */
function isPlausible(ifd: Ifd): boolean {
  return ifd.entries.length === 0 ? !ifd.truncated : ifd.entries.some(({ fault }) => fault === undefined);
}

function slackOf(raw: IfdEntry, value: TiffValue, isMain: boolean, bytes: Uint8Array): Slack | undefined {
  const keptBytes = textEnd(raw.tag, value, isMain);
  if (!isZero(value.bytes.subarray(keptBytes)))
    return { byteOffset: raw.valueOffset + keptBytes, byteLength: value.bytes.byteLength - keptBytes, keptBytes };
  // TIFF 6.0 section 2: a shorter value is left-justified in its field; the rest of the field is nobody's.
  const start = raw.fieldOffset + raw.valueBytes;
  const byteLength = raw.inline ? raw.fieldOffset + 4 - start : 0;
  return byteLength <= 0 || isZero(bytes.subarray(start, start + byteLength)) ? undefined : { byteOffset: start, byteLength };
}
