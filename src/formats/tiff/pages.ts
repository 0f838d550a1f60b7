import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { TAG } from '../../metadata/exif/tags.js';
import { integersOf, type Shape, type TiffDirectory } from './directories.js';

/** TIFF 6.0 section 8 and Adobe's additions: what of a directory is a picture. */
const NEW_SUBFILE_TYPE = 0x00fe;
const WIDTH = 0x0100;
const HEIGHT = 0x0101;
const COMPRESSION = 0x0103;
const PHOTOMETRIC = 0x0106;
const SAMPLES = 0x0115;
const ROWS_PER_STRIP = 0x0116;
const PLANAR = 0x011c;
const DNG_VERSION = 0xc612;

/** Tags without which the pixels cannot be decoded or do not look the same. */
export const NEEDED: ReadonlySet<number> = new Set([
  ...[0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x010a, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119],
  ...[0x011c, 0x0122, 0x0123, 0x0124, 0x0125, 0x012d, 0x013d, 0x013e, 0x013f, 0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x014c],
  ...[0x014e, 0x0150, 0x0152, 0x0153, 0x0154, 0x0155, 0x015b, 0x0200, 0x0201, 0x0202, 0x0203, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209],
  ...[0x0211, 0x0212, 0x0213, 0x0214, 0x80e3, 0x80e4, 0x80e5, 0x80e6],
]);

/** Compressions of cameras: Sony, Nikon, Pentax, Samsung, Kodak. */
const RAW_COMPRESSIONS: ReadonlySet<number> = new Set([32_767, 34_713, 65_535, 32_770, 65_000, 262]);
const CFA = 32_803;
const LINEAR_RAW = 34_892;

export interface Page {
  readonly directory: TiffDirectory;
  readonly isPreview: boolean;
  readonly width: number;
  readonly height: number;
  /** JPEG streams may lie in the data. */
  readonly isJpeg: boolean;
  readonly data: readonly Region[];
  /** Strips or tiles past the last row: no viewer shows them. */
  readonly surplus: readonly Region[];
}

/** `undefined` for a directory without pixel data. */
export function pageOf(source: Source, shape: Shape, directory: TiffDirectory, isFirst: boolean): Page | undefined {
  if (directory.kind === 'ExifIFD' || directory.kind === 'GPS' || directory.kind === 'Interop') return undefined;
  const one = (tag: number): number => integersOf(source, shape, directory.first.get(tag), 1)[0] ?? 0;
  const pair = (offsets: number, lengths: number): Region[] => regions(source, shape, directory, offsets, lengths);
  const strips = pair(TAG.stripOffsets, TAG.stripByteCounts);
  const tiles = pair(TAG.tileOffsets, TAG.tileByteCounts);
  const jpeg = pair(TAG.jpegOffset, TAG.jpegLength);
  const height = one(HEIGHT);
  const needed =
    strips.length > 0 ? Math.ceil(height / (one(ROWS_PER_STRIP) || height || 1)) * (one(PLANAR) === 2 ? one(SAMPLES) || 1 : 1) : 0;
  const shown = needed > 0 ? strips.slice(0, needed) : strips;
  const data = [...shown, ...tiles, ...jpeg].filter(({ byteLength }) => byteLength > 0);
  if (data.length === 0) return undefined;
  const surplus = strips.slice(shown.length).filter(({ byteLength }) => byteLength > 0);
  const isPreview = !isFirst && ((one(NEW_SUBFILE_TYPE) & 1) === 1 || (strips.length + tiles.length === 0 && jpeg.length > 0));
  const isJpeg = jpeg.length > 0 || one(COMPRESSION) === 7 || one(COMPRESSION) === 6;
  return { directory, isPreview, width: one(WIDTH), height, isJpeg, data, surplus };
}

/** In the order of the offsets; one that lies past the end of the file is empty. */
function regions(source: Source, shape: Shape, { first }: TiffDirectory, offsets: number, lengths: number): Region[] {
  const sizes = integersOf(source, shape, first.get(lengths), 2 ** 20);
  return integersOf(source, shape, first.get(offsets), 2 ** 20).map((byteOffset, index) => ({
    byteOffset,
    byteLength: Math.max(0, Math.min(sizes[index] ?? 0, source.byteLength - byteOffset)),
  }));
}

/** What a camera wrote: its directories are known in part only, and what develops the picture lies among them. */
export function isRaw(source: Source, shape: Shape, directories: readonly TiffDirectory[]): boolean {
  if (!shape.isBig && source.byteLength >= 10 && Buffer.from(source.read(8, 2)).toString('latin1') === 'CR') return true;
  return directories.some((directory) => {
    const one = (tag: number): number => integersOf(source, shape, directory.first.get(tag), 1)[0] ?? 0;
    const photometric = one(PHOTOMETRIC);
    if (directory.first.has(DNG_VERSION) || photometric === CFA || photometric === LINEAR_RAW) return true;
    return RAW_COMPRESSIONS.has(one(COMPRESSION)) && directory.kind !== 'ExifIFD';
  });
}
