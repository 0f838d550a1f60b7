import { LimitError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { TAG } from '../../metadata/exif/tags.js';
import { type Directories, integersOf, type Shape, type TiffDirectory } from './directories.js';
import { jpegEnd } from './jpeg-strip.js';
import { jpegTables } from './jpeg-tables.js';
import type { TiffKind } from './kind.js';
import { StripEnds } from './strip-end.js';

/** TIFF 6.0 section 8: what of a directory is a picture. */
const NEW_SUBFILE_TYPE = 0x00fe;
const WIDTH = 0x0100;
const HEIGHT = 0x0101;
const BITS_PER_SAMPLE = 0x0102;
const COMPRESSION = 0x0103;
const PHOTOMETRIC = 0x0106;
const FILL_ORDER = 0x010a;
const SAMPLES = 0x0115;
const ROWS_PER_STRIP = 0x0116;
const PLANAR = 0x011c;
const T6_OPTIONS = 0x0125;
const TILE_WIDTH = 0x0142;
const TILE_HEIGHT = 0x0143;
const IMAGE_DEPTH = 0x80e5;

/** Strips or tiles of one picture. */
const MAX_PIECES = 2 ** 20;

const UNCOMPRESSED = 1;
const OLD_JPEG = 6;
const JPEG = 7;
const YCBCR = 6;

/** NewSubfileType: a picture of fewer pixels, a mask, and the depth map of DNG 1.5. */
const REDUCED = 1;
const MASK = 4;
const DEPTH = 8;

/** Tags without which the pixels cannot be decoded or do not look the same. */
export const NEEDED: ReadonlySet<number> = new Set([
  ...[0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x010a, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119],
  ...[0x011c, 0x0122, 0x0123, 0x0124, 0x0125, 0x012d, 0x013d, 0x013e, 0x013f, 0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x014c],
  ...[0x014e, 0x0150, 0x0152, 0x0153, 0x0154, 0x0155, 0x015b, 0x0200, 0x0201, 0x0202, 0x0203, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209],
  ...[0x0211, 0x0212, 0x0213, 0x0214, 0x80e3, 0x80e4, 0x80e5, 0x80e6],
]);

export interface Page {
  readonly directory: TiffDirectory;
  /** `shown`: a viewer may show it, or shows another with it. `preview`: a smaller or second picture, that goes by policy. */
  readonly role: 'shown' | 'preview';
  /** A smaller picture of one that is there in full. */
  readonly isReduced: boolean;
  readonly width: number;
  readonly height: number;
  /** JPEG streams may lie in the data. */
  readonly isJpeg: boolean;
  /** Uncompressed, and as long as its lines: nothing else can lie in it. */
  readonly isPlain: boolean;
  readonly data: readonly Region[];
  /** Strips or tiles past the last row, and bytes of strips past their last line: no viewer shows them. */
  readonly surplus: readonly Region[];
  /** A JPEG beside the pixels that decode to the picture. */
  readonly thumbnail: readonly Region[];
}

/** The directories that have pixel data, in order. */
export function pagesOf(source: Source, { shape, all }: Directories, kind: TiffKind, limits: Limits): Page[] {
  const reader = new PageReader(source, shape, kind === 'tiff' ? new StripEnds(source, limits) : undefined);
  const pages: Page[] = [];
  for (const [index, directory] of all.entries()) {
    const page = reader.read(directory);
    if (page === undefined) continue;
    const { isLone, ...rest } = page;
    pages.push({ ...rest, role: roleOf(reader, page, isLone, index === 0, kind, pages) });
  }
  return pages;
}

type Facts = Omit<Page, 'role'> & { readonly isLone: boolean };

function roleOf(reader: PageReader, page: Facts, isLone: boolean, isFirst: boolean, kind: TiffKind, before: readonly Page[]): Page['role'] {
  const type = reader.one(page.directory, NEW_SUBFILE_TYPE);
  if (isFirst && kind !== 'raw') return 'shown';
  if (isLone || (kind !== 'tiff' && (type & DEPTH) !== 0)) return 'preview';
  if (!page.isReduced || (type & MASK) !== 0) return 'shown';
  // DNG 1.7 "Preview and thumbnail": what viewers show of a raw file is its reduced pictures.
  if (kind === 'dng') return 'shown';
  return kind === 'tiff' && isLevel(reader, page, before) ? 'shown' : 'preview';
}

/** True for a level of a pyramid: half as wide and high as the one before it, of the same kind of pixels. */
function isLevel(reader: PageReader, page: Facts, before: readonly Page[]): boolean {
  const sameKind = (other: Page): boolean =>
    [SAMPLES, BITS_PER_SAMPLE].every((tag) => reader.one(page.directory, tag) === reader.one(other.directory, tag));
  const isHalf = (whole: number, half: number): boolean => Math.abs(whole / 2 - half) < 1;
  return before.some(
    (other) => other.role === 'shown' && isHalf(other.width, page.width) && isHalf(other.height, page.height) && sameKind(other),
  );
}

class PageReader {
  constructor(
    readonly source: Source,
    readonly shape: Shape,
    /** Not for raw files: how a camera packs its pixels is not always what it says. */
    readonly ends: StripEnds | undefined,
  ) {}

  one(directory: TiffDirectory, tag: number): number {
    return this.#all(directory, tag, 1)[0] ?? 0;
  }

  /** `undefined` for a directory without pixel data. */
  read(directory: TiffDirectory): Facts | undefined {
    if (directory.kind === 'ExifIFD' || directory.kind === 'GPS' || directory.kind === 'Interop') return undefined;
    const one = (tag: number): number => this.one(directory, tag);
    const stream = this.#jpegStream(directory);
    const compression = one(COMPRESSION);
    const height = one(HEIGHT);
    const planes = one(PLANAR) === 2 ? one(SAMPLES) || 1 : 1;
    const rows = one(ROWS_PER_STRIP) || height || 1;
    const perPlane = Math.max(1, Math.ceil(height / rows));
    const line = this.#lineBytes(directory, one(WIDTH), planes);
    const stripBytes = (index: number): number => line * Math.min(rows, height - (index % perPlane) * rows);
    const tileBytes = this.#lineBytes(directory, one(TILE_WIDTH), planes) * one(TILE_HEIGHT);
    const stripCount = height > 0 ? perPlane * planes : Number.POSITIVE_INFINITY;
    const tileCount = this.#tileCount(directory, planes);
    const strips = this.#regions(directory, TAG.stripOffsets, TAG.stripByteCounts, stripCount, stripBytes);
    const tiles = this.#regions(directory, TAG.tileOffsets, TAG.tileByteCounts, tileCount, () => tileBytes);
    const isLone = strips.length + tiles.length === 0 && stream.length > 0;
    // TIFF 6.0 section 22: the tables, and often the stream itself, lie where these tags point to.
    const isOldJpeg = compression === OLD_JPEG || isLone;
    const pieces = [
      ...strips.slice(0, stripCount).map((region, index) => this.#piece(directory, region, stripBytes(index))),
      ...tiles.slice(0, tileCount).map((region) => this.#piece(directory, region, tileBytes)),
    ];
    const data = [...pieces.map(({ used }) => used), ...(isOldJpeg ? [...stream, ...this.#tables(directory)] : [])];
    const lengthy = data.filter(({ byteLength }) => byteLength > 0);
    if (lengthy.length === 0) return undefined;
    const surplus = [...strips.slice(stripCount), ...tiles.slice(tileCount), ...pieces.map(({ rest }) => rest)];
    return {
      ...{ directory, isLone, width: one(WIDTH), height, data: lengthy, surplus: surplus.filter(({ byteLength }) => byteLength > 0) },
      isReduced: (one(NEW_SUBFILE_TYPE) & REDUCED) !== 0,
      isJpeg: isOldJpeg || compression === JPEG,
      isPlain: pieces.length > 0 && pieces.every(({ isWhole }) => isWhole),
      thumbnail: isOldJpeg ? [] : stream,
    };
  }

  #all(directory: TiffDirectory, tag: number, max = MAX_PIECES): number[] {
    return integersOf(this.source, this.shape, directory.first.get(tag), max);
  }

  /**
   * In the order of the offsets; one that lies past the end of the file is empty. `shown`: how many the
   * picture needs; `decodedBytes`: of a strip or tile, 0 where that
   * is not known. Throws where nothing says how long one is that a decoder shows all the same.
   */
  #regions(directory: TiffDirectory, offsets: number, lengths: number, shown: number, decodedBytes: (index: number) => number): Region[] {
    const entry = directory.first.get(offsets);
    if (entry !== undefined && entry.count > MAX_PIECES)
      throw new LimitError('partCount', entry.byteOffset, `more than ${MAX_PIECES} strips`);
    const starts = this.#all(directory, offsets);
    const sizes = this.#all(directory, lengths);
    const isPlain = this.one(directory, COMPRESSION) === UNCOMPRESSED;
    return starts.map((byteOffset, index) => {
      const left = Math.max(0, this.source.byteLength - byteOffset);
      const declared = sizes[index] ?? 0;
      const needed = isPlain ? decodedBytes(index) : 0;
      // Decoders work out what is left out, and what is too short for a picture in one piece.
      const isGuessed = sizes[index] === undefined || (index === 0 && (declared === 0 || (starts.length === 1 && declared < needed)));
      if (!isGuessed || byteOffset === 0 || left === 0 || index >= shown) return { byteOffset, byteLength: Math.min(declared, left) };
      if (needed === 0 && this.ends !== undefined)
        throw new UnsupportedError('tiff-no-length', directory.byteOffset, 'a strip of compressed pixels has no length');
      return { byteOffset, byteLength: Math.min(needed, left) };
    });
  }

  /** Tiles that the picture has; without end where they have a depth, or no size. */
  #tileCount(directory: TiffDirectory, planes: number): number {
    const [width, height] = [this.one(directory, TILE_WIDTH), this.one(directory, TILE_HEIGHT)];
    if (width === 0 || height === 0 || this.ends === undefined || directory.first.has(IMAGE_DEPTH)) return Number.POSITIVE_INFINITY;
    return Math.ceil(this.one(directory, WIDTH) / width) * Math.ceil(this.one(directory, HEIGHT) / height) * planes;
  }

  /** JPEGInterchangeFormat. Writers may leave its length out. */
  #jpegStream(directory: TiffDirectory): Region[] {
    const [byteOffset] = this.#all(directory, TAG.jpegOffset, 1);
    if (byteOffset === undefined || byteOffset === 0 || byteOffset >= this.source.byteLength) return [];
    const declared = this.one(directory, TAG.jpegLength);
    const end = declared > 0 ? byteOffset + declared : jpegEnd(this.source, byteOffset);
    return [{ byteOffset, byteLength: Math.min(end, this.source.byteLength) - byteOffset }];
  }

  #tables(directory: TiffDirectory): Region[] {
    return jpegTables(this.source, (tag) => this.#all(directory, tag, 256));
  }

  /** A strip or tile up to the end of its last line, and what follows that. */
  #piece(directory: TiffDirectory, region: Region, decodedBytes: number): Piece {
    const { byteOffset, byteLength } = region;
    // Bits the other way round are not followed, nor are lines that T.6 leaves uncompressed.
    const isPlainFax = this.one(directory, FILL_ORDER) !== 2 && this.one(directory, T6_OPTIONS) === 0;
    const compression = isPlainFax ? this.one(directory, COMPRESSION) : 0;
    const usedBytes = decodedBytes > 0 ? (this.ends?.usedBytes(region, compression, decodedBytes) ?? byteLength) : byteLength;
    return {
      used: { byteOffset, byteLength: usedBytes },
      rest: { byteOffset: byteOffset + usedBytes, byteLength: byteLength - usedBytes },
      isWhole: compression === UNCOMPRESSED && usedBytes === decodedBytes,
    };
  }

  /** Bytes of one line of decoded pixels; 0 where that is not simple. */
  #lineBytes(directory: TiffDirectory, width: number, planes: number): number {
    const bits = this.#all(directory, BITS_PER_SAMPLE, 64);
    const samples = this.one(directory, SAMPLES) || 1;
    const [first] = bits;
    if (first === undefined || this.one(directory, PHOTOMETRIC) === YCBCR || bits.some((each) => each !== first)) return 0;
    return Math.ceil((width * first * (planes === 1 ? samples : 1)) / 8);
  }
}

interface Piece {
  readonly used: Region;
  readonly rest: Region;
  readonly isWhole: boolean;
}
