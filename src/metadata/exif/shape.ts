import { TYPE } from './ifd.js';
import { type IfdKind, TAG } from './tags.js';
import { numbersOf, type TiffValue, textOf } from './tiff-value.js';

type Test = (value: TiffValue) => boolean;

const INTEGERS: readonly number[] = [TYPE.byte, TYPE.short, TYPE.long];
const NUMBERS: readonly number[] = [...INTEGERS, TYPE.rational, TYPE.srational, TYPE.slong, TYPE.sshort, TYPE.float, TYPE.double];

const integer =
  (allowed: (value: number) => boolean): Test =>
  (value) =>
    INTEGERS.includes(value.type) && value.count === 1 && allowed(numbersOf(value, 1)?.[0] ?? -1);

const among = (...values: readonly number[]): Test => integer((value) => values.includes(value));
const between = (low: number, high: number): Test => integer((value) => value >= low && value <= high);

const numeric =
  (low: number, high = low): Test =>
  (value) =>
    NUMBERS.includes(value.type) && value.count >= low && value.count <= high;

/** A version like `0232`: four digits, in whatever type. */
const version: Test = (value) => value.bytes.byteLength === 4 && /^[0-9]{4}$/.test(textOf(value.bytes));

/** Tables that a decoder may need: as many numbers as a picture of 16 bits can ask for. */
const table = numeric(1, 3 * 65_536);

/**
 * Exif 3.0 4.6.5, 4.6.6, TIFF 6.0: what a tag that the picture is shown by must look like. One that does not can be a
 * carrier of anything under a harmless name.
 */
const SHAPES: Readonly<Record<number, Test>> = {
  274: between(1, 8),
  259: between(1, 65_535),
  262: between(0, 65_535),
  531: among(1, 2),
  296: among(1, 2, 3),
  284: among(1, 2),
  266: among(1, 2),
  258: numeric(1, 8),
  277: between(1, 255),
  529: numeric(3),
  530: numeric(2),
  532: numeric(6),
  318: numeric(2),
  319: numeric(6),
  301: table,
  320: table,
  291: table,
  300: numeric(1),
  36864: version,
  40960: version,
  37121: (value) => value.type === TYPE.undefined && value.count === 4 && value.bytes.every((component) => component <= 6),
  37122: numeric(1),
  40961: among(1, 2, 0xfffd, 0xfffe, 0xffff),
  42240: numeric(1),
  [TAG.iccProfile]: () => true,
};

/** Every other tag of rendering: a few numbers. */
const FEW_NUMBERS = numeric(1, 8);

const INTEROP_SHAPES: Readonly<Record<number, Test>> = {
  1: (value) => value.type === TYPE.ascii && value.count <= 4 && /^(?:R98|R03|THM)$/.test(textOf(value.bytes)),
  2: version,
  4096: (value) =>
    value.type === TYPE.ascii && value.count <= 24 && /^(?:Exif )?(?:JPEG|TIFF)[ .0-9A-Za-z]{0,12}$/.test(textOf(value.bytes)),
};

/** True where a tag of category `rendering` has the shape that its standard gives it. */
export function hasStandardShape(kind: IfdKind, tag: number, value: TiffValue): boolean {
  const test = (kind === 'Interop' ? INTEROP_SHAPES[tag] : SHAPES[tag]) ?? FEW_NUMBERS;
  return test(value);
}

/** Tags that hold text although most of their category are numbers. */
const CAMERA_TEXT: ReadonlySet<number> = new Set([
  0x010f, 0x0110, 0x827d, 0x8824, 0x9a00, 0xa433, 0xa434, 0xa40e, 0xc615, 0xfdea, 0x5026, 0x5027, 0xafc1, 0xafc2, 0xafc3, 0xafc4, 0xafc5,
]);

/** True where text sits in a tag of exposure or lens data that has numbers by its standard. */
export function isTextInNumber(tag: number, value: TiffValue): boolean {
  return (value.type === TYPE.ascii || value.type === TYPE.utf8) && !CAMERA_TEXT.has(tag);
}

/** True where the text of a time tag holds nothing but a time. */
export function looksLikeTime(value: TiffValue): boolean {
  if (value.type !== TYPE.ascii && value.type !== TYPE.utf8) return true;
  return value.count <= 40 && /^[\d\s:.,/+\-TZ]*$/.test(textOf(value.bytes));
}

/** Epson's print image matching: `PrintIM\0`, a version, a count, and six bytes for each entry. */
export function isPrintIm(value: TiffValue): boolean {
  const { bytes } = value;
  if (bytes.byteLength < 16 || textOf(bytes.subarray(0, 8)) !== 'PrintIM' || !/^\d{4}/.test(textOf(bytes.subarray(8, 12)))) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint16(14, true), view.getUint16(14, false)].some((count) => count < 1000 && count * 6 + 16 <= bytes.byteLength);
}

/** Values that a reader assumes anyway: a block that holds nothing else is worth no carrier. */
const DEFAULTS: Readonly<Record<number, number>> = {
  [TAG.orientation]: 1,
  [TAG.yCbCrPositioning]: 1,
  [TAG.colorSpace]: 1,
  [TAG.xResolution]: 72,
  [TAG.yResolution]: 72,
};

/** Tags of category `rendering` that change how the picture is shown or printed unless they hold the default. */
const SHOWS: ReadonlySet<number> = new Set([
  TAG.orientation,
  TAG.yCbCrPositioning,
  TAG.colorSpace,
  TAG.xResolution,
  TAG.yResolution,
  TAG.gamma,
  TAG.iccProfile,
  0x012d,
  0x013e,
  0x013f,
  0x0211,
  0x0214,
]);

/** True where a `rendering` tag is a reason to keep the block. */
export function isShown(kind: IfdKind, tag: number, value: TiffValue): boolean {
  if (kind === 'Interop') return tag === TAG.interopIndex && textOf(value.bytes) !== 'R98';
  if ((kind !== 'IFD0' && kind !== 'ExifIFD') || !SHOWS.has(tag)) return false;
  return DEFAULTS[tag] === undefined || numbersOf(value, 1)?.[0] !== DEFAULTS[tag];
}
