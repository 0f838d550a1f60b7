import { FormatError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { trailerPart } from '../trailer.js';
import { type Directories, integersOf, readDirectories, type TiffDirectory, type TiffEntry } from './directories.js';
import { metadataIn } from './jpeg-strip.js';
import { type Leaf, LeafReader } from './leaf.js';
import { isRaw, type Page, pageOf } from './pages.js';
import { endOf, isAllZero, structure, union, without } from './tiling.js';

export interface TiffInspection extends Inspection {
  readonly directories: Directories;
  readonly leaves: ReadonlyMap<TiffEntry, Leaf>;
  readonly previews: ReadonlyMap<TiffDirectory, readonly Part[]>;
  readonly isRaw: boolean;
}

const ORIENTATION = 0x0112;

export function readTiff(source: Source, context: ReadContext): TiffInspection {
  return new TiffReader(source, context).read();
}

class TiffReader {
  readonly #directories: Directories;
  readonly #parts: Part[] = [];
  readonly #leaves = new Map<TiffEntry, Leaf>();
  readonly #previews = new Map<TiffDirectory, Part[]>();
  #taken: Region[] = [];
  #iccProfile: Uint8Array | undefined;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
  ) {
    this.#directories = readDirectories(source, context.limits);
  }

  read(): TiffInspection {
    const { source } = this;
    const { shape, chain, all } = this.#directories;
    const first = chain[0] as TiffDirectory;
    const pages = all.map((each) => pageOf(source, shape, each, each === first)).filter((page) => page !== undefined);
    const shown = pages.filter(({ isPreview }) => !isPreview);
    const main = shown[0];
    if (main === undefined || main.width === 0) throw new FormatError('tiff-no-picture', first.byteOffset, 'no directory holds a picture');
    this.#claim([{ byteOffset: 0, byteLength: shape.headerBytes }], (region) => structure('header', region));
    const orientation = integersOf(source, shape, first.first.get(ORIENTATION), 1)[0] ?? 1;
    const pixels = this.#pixels(shown);
    this.#tablesAndValues(all, pages);
    this.#previewData(pages);
    const trailerAt = this.#gaps();
    const rest = { byteOffset: trailerAt, byteLength: source.byteLength - trailerAt };
    // Zeros are what a value at the end leaves behind when it goes: every offset stays true.
    const isPadding = rest.byteLength > 0 && isAllZero(source, rest);
    const trailer = isPadding ? structure('padding', rest) : trailerPart(source, trailerAt, this.context);
    if (trailer !== undefined) this.#parts.push(trailer);
    return {
      format: 'tiff',
      mediaType: 'image/tiff',
      parts: this.#parts.sort((a, b) => a.region.byteOffset - b.region.byteOffset),
      picture: {
        ...{ width: main.width, height: main.height, frameCount: shown.length, pixels },
        orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
        ...(this.#iccProfile === undefined ? {} : { iccProfile: this.#iccProfile }),
      },
      directories: this.#directories,
      leaves: this.#leaves,
      previews: this.#previews,
      isRaw: isRaw(source, shape, all),
    };
  }

  /** Makes parts of what of the regions is still free; the rest belongs to what was there before. */
  #claim(regions: readonly Region[], partOf: (region: Region) => Part): Part[] {
    const parts = without(union(regions), this.#taken).map(partOf);
    this.#parts.push(...parts);
    this.#taken = union([...this.#taken, ...regions]);
    return parts;
  }

  /** The pixel data of pages that are shown, without what lies in its JPEG streams besides. */
  #pixels(shown: readonly Page[]): Region[] {
    const metadata = union(
      shown.filter(({ isJpeg }) => isJpeg).flatMap(({ data }) => data.flatMap((region) => metadataIn(this.source, region))),
    );
    this.#claim(metadata, (region) => opaquePart(`pixels/segment@${region.byteOffset}`, 'unknown', region, 'a segment of a JPEG stream'));
    const pixels = without(union(shown.flatMap(({ data }) => data)), this.#taken);
    this.#claim(pixels, (region) => ({
      ...{ path: `pixels@${region.byteOffset}`, carrier: 'pixels', category: 'rendering', region, required: true },
    }));
    return pixels;
  }

  #tablesAndValues(all: readonly TiffDirectory[], pages: readonly Page[]): void {
    const { shape } = this.#directories;
    const isPage = new Set(pages.map(({ directory }) => directory));
    const reader = new LeafReader(this.source, shape, this.context);
    const inTables: Region[] = [];
    const outside: { directory: TiffDirectory; entry: TiffEntry }[] = [];
    const add = (directory: TiffDirectory, entry: TiffEntry, region: Region, shared: boolean): void => {
      const leaf = reader.read(directory, entry, region, isPage.has(directory));
      // Bytes that lie in something else too may be anything of it.
      const part =
        shared && !leaf.part.required
          ? { ...leaf.part, region, alsoReveals: REVEALS_ANYTHING.filter((category) => category !== leaf.part.category) }
          : leaf.part;
      this.#leaves.set(entry, { ...leaf, part });
      this.#parts.push(part);
      if (directory === all[0]) this.#iccProfile ??= leaf.iccProfile;
    };
    const row = ({ byteOffset }: TiffEntry): Region => ({ byteOffset, byteLength: shape.entryBytes });
    const tables = union(all.map(({ byteOffset, tableBytes }) => ({ byteOffset, byteLength: tableBytes })));
    const overlapping = tables.length < all.length || without(tables, this.#taken).length !== tables.length;
    if (overlapping && this.#hasOverlap(all))
      throw new FormatError('tiff-overlap', 0, 'directories overlap with each other or with pixels');
    for (const directory of all) {
      for (const entry of directory.entries) {
        if (entry.directories.length > 0) continue;
        if (!entry.inline) outside.push({ directory, entry });
        else {
          inTables.push(row(entry));
          add(directory, entry, row(entry), false);
        }
      }
    }
    outside.sort((a, b) => a.entry.valueOffset - b.entry.valueOffset);
    const taken = union([...this.#taken, ...tables]);
    const values: Region[] = [];
    const needed: Region[] = [];
    let end = 0;
    for (const { directory, entry } of outside) {
      const region = { byteOffset: entry.valueOffset, byteLength: entry.valueBytes };
      const free = entry.valueOffset >= end && isFree(region, taken);
      if (free) values.push(region);
      else inTables.push(row(entry));
      end = Math.max(end, free ? endOf(region) : end);
      add(directory, entry, free ? region : row(entry), !free);
      // What decoding needs stays, where it lies in something else too: no gap.
      if (!free && this.#leaves.get(entry)?.part.required === true) needed.push(region);
    }
    this.#taken = union([...this.#taken, ...inTables, ...values]);
    const pointed = all.flatMap(({ entries }) => entries).filter(({ directories, inline }) => directories.length > 0 && !inline);
    const arrays = pointed.map(({ valueOffset, valueBytes }) => ({ byteOffset: valueOffset, byteLength: valueBytes }));
    this.#claim([...tables, ...arrays, ...needed], (region) => structure(`directory@${region.byteOffset}`, region));
  }

  #hasOverlap(all: readonly TiffDirectory[]): boolean {
    let end = 0;
    for (const { byteOffset, tableBytes } of [...all].sort((a, b) => a.byteOffset - b.byteOffset)) {
      if (byteOffset < end || !isFree({ byteOffset, byteLength: tableBytes }, this.#taken)) return true;
      end = byteOffset + tableBytes;
    }
    return false;
  }

  #previewData(pages: readonly Page[]): void {
    for (const { directory, isPreview, data, surplus } of pages) {
      const hidden = surplus.filter((region) => !isAllZero(this.source, region));
      this.#claim(hidden, (region) =>
        opaquePart(`${directory.path}/surplus@${region.byteOffset}`, 'unknown', region, 'strips past the last row'),
      );
      if (!isPreview) continue;
      const note = 'a reduced picture';
      const parts = this.#claim(data, (region) => ({
        ...{
          path: `${directory.path}/preview@${region.byteOffset}`,
          carrier: 'thumbnail',
          category: 'preview',
          region,
          required: false,
          note,
        },
        alsoReveals: REVEALS_ANYTHING.filter((category) => category !== 'preview'),
      }));
      this.#previews.set(directory, parts);
    }
  }

  /** Gives where the last byte that something refers to ends. */
  #gaps(): number {
    const end = this.#taken.reduce((last, region) => Math.max(last, endOf(region)), 0);
    for (const region of without([{ byteOffset: 0, byteLength: end }], this.#taken)) {
      const path = `gap@${region.byteOffset}`;
      const isEmpty = isAllZero(this.source, region);
      this.#parts.push(isEmpty ? structure(path, region) : opaquePart(path, 'unknown', region, 'bytes that nothing refers to'));
    }
    return end;
  }
}

/** `taken` as `union` gives it. */
function isFree(region: Region, taken: readonly Region[]): boolean {
  let [low, high] = [0, taken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(taken[middle] as Region) <= region.byteOffset) low = middle + 1;
    else high = middle;
  }
  const next = taken[low];
  return next === undefined || next.byteOffset >= endOf(region);
}
