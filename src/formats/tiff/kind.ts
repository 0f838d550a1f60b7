import type { Source } from '../../core/source.js';
import { integersOf, type Shape, type TiffDirectory } from './directories.js';
import { developsDng } from './dng.js';

/** `raw`: what only its maker documents; it is read and never written. */
export type TiffKind = 'tiff' | 'dng' | 'raw';

const COMPRESSION = 0x0103;
const PHOTOMETRIC = 0x0106;
const DNG_VERSION = 0xc612;
const VERSION_BYTES = 4;

/** Compressions of cameras: Sony, Nikon, Pentax, Samsung, Kodak. */
const RAW_COMPRESSIONS: ReadonlySet<number> = new Set([32_767, 34_713, 65_535, 32_770, 65_000, 262]);
/** PhotometricInterpretation of DNG 1.7 and TIFF/EP: a mosaic of colours, or linear light. */
const CFA = 32_803;
const LINEAR_RAW = 34_892;

/** What a file built on TIFF is: its own first bytes tell it only for Canon's and Olympus's. */
export function kindOf(source: Source, shape: Shape, all: readonly TiffDirectory[]): TiffKind {
  const one = (directory: TiffDirectory, tag: number): number => integersOf(source, shape, directory.first.get(tag), 1)[0] ?? 0;
  const [first] = all;
  const version = first?.first.get(DNG_VERSION);
  if (version !== undefined && version.fault === undefined && version.valueBytes === VERSION_BYTES) {
    // Only what is kept for a version makes it one, or the file would be another kind after the edit.
    const digits = source.read(version.valueOffset, VERSION_BYTES);
    if (developsDng(version, digits) && digits[0] !== 0) return 'dng';
  }
  if (shape.isRaw) return 'raw';
  // Canon CR2: `CR`, then the version, behind the header.
  if (!shape.isBig && source.byteLength >= 10 && Buffer.from(source.read(8, 2)).toString('latin1') === 'CR') return 'raw';
  const isRaw = all.some((directory) => {
    const photometric = one(directory, PHOTOMETRIC);
    if (photometric === CFA || photometric === LINEAR_RAW) return true;
    return RAW_COMPRESSIONS.has(one(directory, COMPRESSION)) && directory.kind !== 'ExifIFD';
  });
  return isRaw ? 'raw' : 'tiff';
}
