import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { TAG } from '../../metadata/exif/tags.js';
import { bytesOfType, integersOf, type TiffDirectory, type TiffEntry } from './directories.js';
import { EXTRA_PROFILES } from './dng.js';
import type { Leaf } from './leaf.js';
import { rawNotWritten } from './raw-not-written.js';
import type { TiffInspection } from './read-tiff.js';
import { endOf, union, without } from './tiling.js';

/** Paths of parts that lie within the pixels. */
const IN_STREAM = 'pixels/';
const ZEROS = new Uint8Array(2 ** 20);

/**
 * Every offset stays true: what goes is overwritten with zeros, directories are written anew at their place, and only what
 * follows the last byte in use is cut off. Values that grow are put behind it.
 */
export function editTiff(source: Source, inspection: TiffInspection, plan: Plan): Edit[] {
  if (!inspection.parts.some((part) => plan.touches(part))) return [];
  if (inspection.kind === 'raw') throw rawNotWritten();
  if (inspection.kind === 'dng') requireWritable(inspection, plan);
  return new TiffEditor(source, inspection, plan).edits();
}

/** No edit touches a picture within a DNG: neither the raw data nor the JPEG that viewers show in its place. */
function requireWritable({ parts, leaves }: TiffInspection, plan: Plan): void {
  const touched = parts.find((part) => (part.carrier === 'image' || part.path.startsWith(IN_STREAM)) && plan.touches(part));
  if (touched !== undefined) {
    throw new UnsupportedError(
      'dng-picture-metadata',
      touched.region.byteOffset,
      'a picture within this DNG carries metadata of its own, and the pictures of a DNG are not rewritten',
      'Let a DNG converter write the previews anew, or export the picture as JPEG or TIFF.',
    );
  }
  const profiles = [...leaves.keys()].find(({ tag }) => tag === EXTRA_PROFILES);
  if (profiles !== undefined) {
    const hint = 'Let a DNG converter write it with one profile, or export the picture as JPEG or TIFF.';
    throw new UnsupportedError('dng-extra-profiles', profiles.byteOffset, 'a DNG with more than one camera profile is not written', hint);
  }
}

class TiffEditor {
  readonly #written: Edit[] = [];
  readonly #placed = new Set<number>();
  readonly #zeroed: Region[] = [];
  readonly #kept: Region[] = [];
  readonly #appended: Uint8Array[] = [];
  readonly #gone = new Set<TiffDirectory>();
  /** Entries of thumbnails that go. */
  readonly #lost = new Set<TiffEntry>();
  #end: number;

  constructor(
    readonly source: Source,
    readonly inspection: TiffInspection,
    readonly plan: Plan,
  ) {
    const trailer = inspection.parts.find(({ path }) => path === 'trailer');
    this.#end = trailer !== undefined && !this.#removes(trailer) ? source.byteLength : (trailer?.region.byteOffset ?? source.byteLength);
  }

  edits(): Edit[] {
    const { parts, directories, previews, thumbnails } = this.inspection;
    const cutAt = this.#end;
    for (const [{ entries }, data] of thumbnails) {
      const isGone = data.some((part) => this.#removes(part));
      if (isGone) for (const entry of entries) if (entry.tag === TAG.jpegOffset || entry.tag === TAG.jpegLength) this.#lost.add(entry);
      if (isGone) for (const { region } of data) this.#zeroed.push(region);
    }
    for (const [directory, data] of previews) if (data.some((part) => this.#removes(part))) this.#drop(directory, data);
    for (const part of parts) {
      if (this.#removes(part) && part.path !== 'trailer') this.#zeroed.push(part.region);
    }
    // From the inside out: a directory that is left empty takes its pointer with it.
    for (const directory of [...directories.all].reverse()) this.#directory(directory);
    const kept = [...this.#written].sort((a, b) => a.byteOffset - b.byteOffset);
    const edits = [...kept];
    // Text within the tables of JPEG goes, though the entry that they lie in stays.
    const within = union(parts.filter((part) => part.path.startsWith(IN_STREAM) && this.#removes(part)).map(({ region }) => region));
    const stays = [...kept, ...without(union(this.#kept), within), ...this.inspection.picture.pixels];
    for (const region of without(union(this.#zeroed), union(stays))) {
      for (let at = region.byteOffset; at < endOf(region); at += ZEROS.byteLength) {
        const byteLength = Math.min(ZEROS.byteLength, endOf(region) - at);
        edits.push({ byteOffset: at, byteLength, bytes: ZEROS.subarray(0, byteLength) });
      }
    }
    edits.sort((a, b) => a.byteOffset - b.byteOffset);
    const tail = Buffer.concat(this.#appended);
    if (cutAt < this.source.byteLength || tail.byteLength > 0) {
      edits.push({ byteOffset: cutAt, byteLength: this.source.byteLength - cutAt, bytes: tail });
    }
    return edits;
  }

  #removes(part: Part): boolean {
    return this.plan.actionOf(part).kind === 'remove';
  }

  /** A reduced picture goes with its directory and all that this leads to. */
  #drop(directory: TiffDirectory, data: readonly Part[]): void {
    this.#gone.add(directory);
    for (const { region } of data) this.#zeroed.push(region);
    for (const entry of directory.entries) {
      for (let inner of entry.directories) {
        for (; inner !== undefined; inner = this.inspection.directories.next.get(inner)) {
          this.#drop(inner, this.inspection.previews.get(inner) ?? []);
        }
      }
      const leaf = this.inspection.leaves.get(entry);
      if (leaf !== undefined) this.#zeroed.push(leaf.part.region);
    }
  }

  #directory(directory: TiffDirectory): void {
    const { shape } = this.inspection.directories;
    const { countBytes, entryBytes, wordBytes } = shape;
    const table = Buffer.alloc(directory.tableBytes);
    const rows = this.#gone.has(directory) ? [] : directory.entries.map((entry) => this.#row(entry)).filter((row) => row !== undefined);
    const isMetadata = directory.kind === 'ExifIFD' || directory.kind === 'GPS' || directory.kind === 'Interop';
    if (isMetadata && rows.length === 0) this.#gone.add(directory);
    // One of the chain that nothing is left of still leads to the next.
    if (!this.#gone.has(directory)) {
      put(table, 0, countBytes, rows.length, shape.littleEndian);
      for (const [index, row] of rows.entries()) table.set(row, countBytes + index * entryBytes);
      if (directory.hasNext) put(table, countBytes + rows.length * entryBytes, wordBytes, this.#next(directory), shape.littleEndian);
    }
    const { byteOffset, tableBytes } = directory;
    this.#written.push({ byteOffset, byteLength: tableBytes, bytes: table });
  }

  /** The next directory of its chain that stays; none but pictures have one. */
  #next(directory: TiffDirectory): number {
    return this.#standing(this.inspection.directories.next.get(directory))?.byteOffset ?? 0;
  }

  /** The directory, or the first behind it in its chain that stays. */
  #standing(directory: TiffDirectory | undefined): TiffDirectory | undefined {
    let found = directory;
    while (found !== undefined && this.#gone.has(found)) found = this.inspection.directories.next.get(found);
    return found;
  }

  #row(entry: TiffEntry): Uint8Array | undefined {
    const old = Buffer.from(this.source.read(entry.byteOffset, this.inspection.directories.shape.entryBytes));
    if (entry.directories.length > 0) return this.#pointers(entry, old);
    const leaf = this.inspection.leaves.get(entry);
    if (leaf === undefined || this.#removes(leaf.part) || this.#lost.has(entry)) return undefined;
    const bytes = this.#newValue(entry, leaf);
    if (bytes === null) {
      this.#zeroed.push(leaf.part.region);
      return undefined;
    }
    if (bytes !== undefined) return this.#withValue(entry, old, bytes);
    if (entry.inline && entry.fault === undefined) old.fill(0, entry.fieldOffset - entry.byteOffset + entry.valueBytes);
    else if (entry.fault === undefined) this.#keep(entry);
    return old;
  }

  /** `undefined` where it stays as it is, `null` where nothing of it is left. */
  #newValue({ valueOffset, valueBytes }: TiffEntry, { part, coarsen }: Leaf): Uint8Array | null | undefined {
    const action = this.plan.actionOf(part);
    if (action.kind === 'coarsen') return coarsen?.coarsen(action.precision) ?? null;
    if (part.payload === undefined || !this.plan.touches(part)) return undefined;
    const bytes = part.payload.rewrite(this.plan);
    return bytes !== null && Buffer.from(this.source.read(valueOffset, valueBytes)).equals(bytes) ? undefined : bytes;
  }

  /** What an entry that stays needs is not overwritten, whatever else lies there. */
  #keep({ valueOffset, valueBytes }: TiffEntry): void {
    this.#kept.push({ byteOffset: valueOffset, byteLength: valueBytes });
  }

  #pointers(entry: TiffEntry, old: Buffer): Uint8Array | undefined {
    const { shape } = this.inspection.directories;
    const left = entry.directories.map((each) => this.#standing(each)).filter((each) => each !== undefined);
    if (!entry.inline && left.length < entry.count) this.#zeroed.push({ byteOffset: entry.valueOffset, byteLength: entry.valueBytes });
    if (left.length === 0) return undefined;
    if (left.length === integersOf(this.source, shape, entry).length && left.every((each, index) => each === entry.directories[index]))
      return old;
    const size = bytesOfType(entry.type) as number;
    const bytes = Buffer.alloc(size * left.length);
    for (const [index, { byteOffset }] of left.entries()) put(bytes, index * size, size, byteOffset, shape.littleEndian);
    return this.#withValue(entry, old, bytes);
  }

  #withValue(entry: TiffEntry, old: Buffer, value: Uint8Array): Uint8Array {
    const { wordBytes, littleEndian } = this.inspection.directories.shape;
    const size = bytesOfType(entry.type) ?? 1;
    const bytes = Buffer.alloc(Math.ceil(value.byteLength / size) * size);
    bytes.set(value);
    put(old, 4, wordBytes, bytes.byteLength / size, littleEndian);
    old.fill(0, 4 + wordBytes);
    const region = { byteOffset: entry.valueOffset, byteLength: entry.valueBytes };
    if (!entry.inline) this.#zeroed.push(region);
    if (bytes.byteLength <= wordBytes) old.set(bytes, 4 + wordBytes);
    else put(old, 4 + wordBytes, wordBytes, this.#place(entry, bytes), littleEndian);
    return old;
  }

  #place({ inline, valueOffset, valueBytes }: TiffEntry, bytes: Uint8Array): number {
    if (!inline && bytes.byteLength <= valueBytes) {
      // Directories may share a value, and come to the same one anew.
      if (!this.#placed.has(valueOffset)) {
        this.#placed.add(valueOffset);
        this.#written.push({ byteOffset: valueOffset, byteLength: bytes.byteLength, bytes });
      }
      return valueOffset;
    }
    const pad = this.#end % 2;
    const at = this.#end + pad;
    this.#appended.push(new Uint8Array(pad), bytes);
    this.#end = at + bytes.byteLength;
    return at;
  }
}

function put(into: Buffer, at: number, size: number, value: number, littleEndian: boolean): void {
  if (size === 8) {
    if (littleEndian) into.writeBigUInt64LE(BigInt(value), at);
    else into.writeBigUInt64BE(BigInt(value), at);
  } else if (littleEndian) into.writeUIntLE(value, at, size);
  else into.writeUIntBE(value, at, size);
}
