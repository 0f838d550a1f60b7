import { FormatError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { trailerPart } from '../trailer.js';
import { type Directories, integersOf, readDirectories, type TiffDirectory, type TiffEntry } from './directories.js';
import { hiddenIn } from './jpeg-strip.js';
import { kindOf, type TiffKind } from './kind.js';
import { type Leaf, LeafReader } from './leaf.js';
import { type Page, pagesOf } from './pages.js';
import { previewPart, readStream } from './previews.js';
import { endOf, isAllZero, isFree, structure, union, without } from './tiling.js';

export interface TiffInspection extends Inspection {
  readonly directories: Directories;
  readonly leaves: ReadonlyMap<TiffEntry, Leaf>;
  /** Data of directories that hold a second picture and nothing else. */
  readonly previews: ReadonlyMap<TiffDirectory, readonly Part[]>;
  /** JPEG thumbnails of directories that hold a picture besides. */
  readonly thumbnails: ReadonlyMap<TiffDirectory, readonly Part[]>;
  readonly kind: TiffKind;
}

const ORIENTATION = 0x0112;
const JPEG_TABLES = 0x015b;

const MEDIA_TYPES: Readonly<Record<TiffKind, string>> = { tiff: 'image/tiff', dng: 'image/x-adobe-dng', raw: 'image/x-raw' };

/** Reads TIFF, BigTIFF, DNG, and camera raw files built on TIFF. Throws `FormatError` where no directory holds a picture. */
export function readTiff(source: Source, context: ReadContext): TiffInspection {
  return new TiffReader(source, context).read();
}

class TiffReader {
  readonly #directories: Directories;
  readonly #kind: TiffKind;
  readonly #parts: Part[] = [];
  readonly #leaves = new Map<TiffEntry, Leaf>();
  readonly #previews = new Map<TiffDirectory, Part[]>();
  readonly #thumbnails = new Map<TiffDirectory, Part[]>();
  #taken: Region[] = [];
  #iccProfile: Uint8Array | undefined;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
  ) {
    this.#directories = readDirectories(source, context.limits);
    this.#kind = kindOf(source, this.#directories.shape, this.#directories.all);
  }

  read(): TiffInspection {
    const { source } = this;
    const { shape, chain, all } = this.#directories;
    const kind = this.#kind;
    const first = chain[0] as TiffDirectory;
    const pages = pagesOf(source, this.#directories, kind, this.context.limits);
    this.#claim([{ byteOffset: 0, byteLength: shape.headerBytes }], (region) => structure('header', region));
    const orientation = integersOf(source, shape, first.first.get(ORIENTATION), 1)[0] ?? 1;
    const streams = kind === 'dng' ? this.#streams(pages) : new Set<Page>();
    const shown = pages.filter((page) => page.role === 'shown' && !this.#previews.has(page.directory));
    const main = shown.find(({ isReduced }) => !isReduced) ?? shown[0];
    if (kind !== 'raw' && (main === undefined || main.width === 0)) {
      throw new FormatError('tiff-no-picture', first.byteOffset, 'no directory holds a picture');
    }
    const pixels = this.#pixels(shown.filter((page) => !streams.has(page)));
    for (const page of streams) pixels.push(...page.data);
    this.#tablesAndValues(all, pages);
    this.#besides(pages);
    const trailerAt = this.#gaps();
    const rest = { byteOffset: trailerAt, byteLength: source.byteLength - trailerAt };
    // Zeros are what a value at the end leaves behind when it goes: every offset stays true.
    const isPadding = rest.byteLength > 0 && isAllZero(source, rest);
    const trailer = isPadding ? structure('padding', rest) : trailerPart(source, trailerAt, this.context);
    if (trailer !== undefined) this.#parts.push(trailer);
    return {
      format: kind === 'raw' ? 'raw' : 'tiff',
      mediaType: MEDIA_TYPES[kind],
      parts: this.#parts.sort((a, b) => a.region.byteOffset - b.region.byteOffset),
      picture: {
        ...{ width: main?.width ?? 0, height: main?.height ?? 0, frameCount: Math.max(1, shown.length), pixels: union(pixels) },
        orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
        ...(this.#iccProfile === undefined ? {} : { iccProfile: this.#iccProfile }),
      },
      directories: this.#directories,
      leaves: this.#leaves,
      previews: this.#previews,
      thumbnails: this.#thumbnails,
      kind,
    };
  }

  /** Makes parts of what of the regions is still free; the rest belongs to what was there before. */
  #claim(regions: readonly Region[], partOf: (region: Region) => Part): Part[] {
    if (regions.length === 0) return [];
    const parts = without(union(regions), this.#taken).map(partOf);
    this.#parts.push(...parts);
    this.#taken = union([...this.#taken, ...regions]);
    return parts;
  }

  /**
   * The reduced JPEGs of a DNG, which most viewers show in place of the raw data: they are read as pictures of their own. What
   * cannot be read nobody sees: that goes as a preview.
   */
  #streams(pages: readonly Page[]): Set<Page> {
    const found = new Set<Page>();
    for (const page of pages) {
      const [region, second] = page.data;
      if (page.role !== 'shown' || !page.isReduced || !page.isJpeg || region === undefined || second !== undefined) continue;
      const path = `${page.directory.path}/picture`;
      const children = isFree(region, this.#taken) ? readStream(this.source, region, path, this.context) : undefined;
      if (children !== undefined) {
        found.add(page);
        const note = 'a reduced JPEG of the raw picture';
        this.#claim([region], () => ({ path, carrier: 'image', category: 'rendering', region, required: false, note, children }));
      } else if (page.directory !== this.#directories.chain[0]) this.#previews.set(page.directory, []);
    }
    return found;
  }

  /** The pixel data of pages that are shown, without what lies in its JPEG streams besides. */
  #pixels(shown: readonly Page[]): Region[] {
    const { shape } = this.#directories;
    const tables = this.#directories.all.flatMap(({ first }) => {
      const entry = first.get(JPEG_TABLES);
      return entry === undefined || entry.inline ? [] : [{ byteOffset: entry.valueOffset, byteLength: entry.valueBytes }];
    });
    const streams = this.#kind === 'raw' ? [] : [...tables, ...shown.filter(({ isJpeg }) => isJpeg).flatMap(({ data }) => data)];
    const hidden = union(streams.flatMap((region) => (region.byteOffset < shape.headerBytes ? [] : hiddenIn(this.source, region))));
    this.#claim(hidden, (region) => {
      const path = `pixels/segment@${region.byteOffset}`;
      const note = 'bytes in a JPEG stream that no decoder needs';
      return isAllZero(this.source, region) ? structure(path, region) : opaquePart(path, 'unknown', region, note);
    });
    const pixels = without(union(shown.flatMap(({ data }) => data)), this.#taken);
    this.#claim(pixels, (region) => ({
      ...{ path: `pixels@${region.byteOffset}`, carrier: 'pixels', category: 'rendering', region, required: true },
    }));
    return pixels;
  }

  #tablesAndValues(all: readonly TiffDirectory[], pages: readonly Page[]): void {
    const { shape } = this.#directories;
    const pageOf = new Map(pages.map((page) => [page.directory, page] as const));
    const reader = new LeafReader(this.source, shape, this.context, this.#kind);
    const inTables: Region[] = [];
    const owners = new Map<number, Part>();
    const outside: { directory: TiffDirectory; entry: TiffEntry }[] = [];
    const add = (directory: TiffDirectory, entry: TiffEntry, region: Region, shared: boolean): void => {
      const leaf = reader.read(directory, entry, region, pageOf.get(directory));
      // Bytes that lie in something else too may be anything of it.
      const isOpen = shared && !leaf.part.required && !isSame(leaf.part, owners.get(entry.valueOffset), entry.valueBytes);
      const part = isOpen
        ? { ...leaf.part, region, alsoReveals: REVEALS_ANYTHING.filter((category) => category !== leaf.part.category) }
        : leaf.part;
      if (!shared && !entry.inline) owners.set(entry.valueOffset, part);
      this.#leaves.set(entry, { ...leaf, part });
      this.#parts.push(part);
      if (directory === all[0]) this.#iccProfile ??= leaf.iccProfile;
    };
    const row = ({ byteOffset }: TiffEntry): Region => ({ byteOffset, byteLength: shape.entryBytes });
    const tables = union(all.map(({ byteOffset, tableBytes }) => ({ byteOffset, byteLength: tableBytes })));
    if (this.#hasOverlap(all)) throw new FormatError('tiff-overlap', 0, 'directories overlap with each other or with pixels');
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
    const optional: Region[] = [];
    let end = 0;
    for (const { directory, entry } of outside) {
      const region = { byteOffset: entry.valueOffset, byteLength: entry.valueBytes };
      const free = entry.valueOffset >= end && isFree(region, taken);
      if (free) values.push(region);
      else inTables.push(row(entry));
      end = Math.max(end, free ? endOf(region) : end);
      add(directory, entry, free ? region : row(entry), !free);
      // What decoding needs stays, where it lies in something else too: no gap.
      const isRequired = this.#leaves.get(entry)?.part.required === true;
      if (free && !isRequired) optional.push(region);
      if (free || !isRequired) continue;
      if (!isFree(region, tables)) throw new FormatError('tiff-overlap', region.byteOffset, 'a value overlaps with a directory');
      needed.push(region);
    }
    // What the picture needs and what may have to go cannot be told apart where they are the same bytes.
    const torn = needed.find((region) => !isFree(region, optional));
    if (torn !== undefined) throw new FormatError('tiff-overlap', torn.byteOffset, 'a value that the picture needs overlaps with another');
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

  /** Second pictures, and strips that no row needs. */
  #besides(pages: readonly Page[]): void {
    for (const page of pages) {
      const { directory, role, data, surplus, thumbnail } = page;
      const { path } = directory;
      this.#claim(surplus, (region) => {
        const name = `${path}/surplus@${region.byteOffset}`;
        return isAllZero(this.source, region) ? structure(name, region) : opaquePart(name, 'unknown', region, 'strips past the last row');
      });
      this.#thumbnails.set(directory, this.#second(page, thumbnail, `${path}/thumbnail`));
      if (role === 'preview' || this.#previews.has(directory)) this.#previews.set(directory, this.#second(page, data, `${path}/preview`));
    }
  }

  #second(page: Page, data: readonly Region[], path: string): Part[] {
    return this.#claim(data, (region) => {
      const name = `${path}@${region.byteOffset}`;
      return previewPart(
        name,
        region,
        page.isPlain,
        data.length === 1 && page.isJpeg ? readStream(this.source, region, name, this.context) : undefined,
      );
    });
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

/** Writers let directories share a value that is the same in each: it stays in all of them, or goes from all. */
function isSame(part: Part, owner: Part | undefined, byteLength: number): boolean {
  if (owner === undefined || owner.region.byteLength !== byteLength || part.payload !== undefined || part.coarsenable !== undefined)
    return false;
  return owner.category === part.category && String(owner.alsoReveals ?? []) === String(part.alsoReveals ?? []);
}
