import type { Category } from '../../core/category.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { bytesOfType, type TiffEntry } from './directories.js';

/**
 * Adobe DNG 1.7.1: what a converter develops the picture with. Without them the same raw data look different, so that they stay
 * whatever the policy says. Everything else of a DNG (maker notes, private data, the name of the first file) no converter needs.
 */

const COLOUR = [
  ...[0xc618, 0xc619, 0xc61a, 0xc61b, 0xc61c, 0xc61d, 0xc61e, 0xc61f, 0xc620, 0xc621, 0xc622, 0xc623, 0xc624, 0xc625, 0xc626, 0xc627],
  ...[0xc628, 0xc629, 0xc62a, 0xc62b, 0xc62c, 0xc62d, 0xc62e, 0xc631, 0xc632, 0xc633, 0xc65a, 0xc65b, 0xc65c, 0xc68d, 0xc68e, 0xc690],
  ...[0xc692, 0xc6bf, 0xc6f7, 0xc6f9, 0xc6fa, 0xc6fb, 0xc6fc, 0xc6fd, 0xc714, 0xc715, 0xc71a, 0xc71e, 0xc71f, 0xc725, 0xc726, 0xc761],
  ...[0xc791, 0xc792, 0xc793, 0xc7a3, 0xc7a4, 0xc7a5, 0xc7a6, 0xc7a8, 0xc7b5, 0xcd31, 0xcd32, 0xcd33, 0xcd34, 0xcd38, 0xcd39, 0xcd3a],
  ...[0xcd43, 0xcd47, 0xcd49, 0xcd4a, 0xcd4b, 0xc7e9, 0xc7ea, 0xc7eb, 0xc7ec, 0xc7ed],
] as const;

/** Numbers of more than a byte: settings and curves. */
const NUMBERS: ReadonlySet<number> = new Set(COLOUR);
const NUMBER_TYPES: ReadonlySet<number> = new Set([1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 16, 17]);
/** Of one byte each: a curve is not written so. */
const BYTE_TYPES: ReadonlySet<number> = new Set([1, 6]);
const MAX_BYTES = 16;

const VERSIONS: ReadonlySet<number> = new Set([0xc612, 0xc613]);
/** CFARepeatPatternDim, CFAPattern, CFAPlaneColor, CFALayout: colours are counted from 0 to 6. */
const MOSAIC: ReadonlySet<number> = new Set([0x828d, 0x828e, 0xc616, 0xc617]);
const OPCODES: ReadonlySet<number> = new Set([0xc740, 0xc741, 0xc74e]);
const GAIN_MAPS: ReadonlySet<number> = new Set([0xcd2d, 0xcd40]);
/** IlluminantData1 to 3, RGBTables: numbers in a layout of their own. */
const TABLES: ReadonlySet<number> = new Set([0xcd35, 0xcd36, 0xcd37, 0xcd3f]);
/** By these names a converter finds the profile that it applies. */
const NAMES: ReadonlySet<number> = new Set([0xc614, 0xc6f3, 0xc6f4, 0xc6f6, 0xc6f8]);
const LONGEST_NAME = 80;

export const AS_SHOT_PROFILE = 0xc68f;
export const CURRENT_PROFILE = 0xc691;
export const EXTRA_PROFILES = 0xc6f5;

/** True where the entry develops the picture and has the form that it needs for that. */
export function developsDng(entry: TiffEntry, bytes: Uint8Array): boolean {
  const { tag, type, repeated, fault, valueBytes } = entry;
  if (repeated || fault !== undefined || bytesOfType(type) === undefined) return false;
  if (VERSIONS.has(tag)) return valueBytes === 4 && bytes.every((digit) => digit < 16);
  if (MOSAIC.has(tag)) return valueBytes <= 256 && bytes.every((colour) => colour <= 9);
  if (OPCODES.has(tag)) return areOpcodes(bytes);
  if (GAIN_MAPS.has(tag)) return isGainMap(bytes, tag === 0xcd2d ? 64 : 80);
  if (TABLES.has(tag)) return !/[\x20-\x7e]{8}/.test(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
  if (NAMES.has(tag)) return isName(bytes);
  return NUMBERS.has(tag) && NUMBER_TYPES.has(type) && (!BYTE_TYPES.has(type) || valueBytes <= MAX_BYTES);
}

function isName(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('utf8').replace(/\0$/, '');
  return bytes.byteLength <= LONGEST_NAME && /^[^\p{C}]*$/u.test(text) && [...toldInText(text, 'camera' satisfies Category)].length === 0;
}

/** DNG 1.7.1 chapter 7: always big-endian; a count, then for each an id, a version, flags and the length of its parameters. */
function areOpcodes(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 4) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4;
  for (let left = view.getUint32(0); left > 0; left--) {
    if (at + 16 > bytes.byteLength || view.getUint32(at) > 0xff) return false;
    at += 16 + view.getUint32(at + 12);
  }
  return at === bytes.byteLength;
}

/** ProfileGainTableMap: points down, points across, eight numbers of place, points deep; then a number for each. */
function isGainMap(bytes: Uint8Array, headBytes: number): boolean {
  if (bytes.byteLength < headBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [true, false].some((littleEndian) => {
    const [down, across, deep] = [0, 4, 40].map((at) => view.getUint32(at, littleEndian)) as [number, number, number];
    const points = down * across * deep;
    return points > 0 && points * 4 + headBytes >= bytes.byteLength && points + headBytes <= bytes.byteLength;
  });
}
