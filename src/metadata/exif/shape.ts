import { latin1 } from '../text.js';
import { TYPE } from './ifd.js';
import { exifTag, type IfdKind, TAG } from './tags.js';
import { numbersOf, type TiffValue, textOf } from './tiff-value.js';

type Test = (value: TiffValue) => boolean;

const INTEGERS: readonly number[] = [TYPE.byte, TYPE.short, TYPE.long];
const SIGNED: readonly number[] = [TYPE.sshort, TYPE.slong];
const RATIONALS: readonly number[] = [TYPE.rational, TYPE.srational];

/** No number of a picture is as large as four characters of text, in either byte order. */
const LARGEST = 0x10000000;

const integer =
  (allowed: (value: number) => boolean): Test =>
  (value) =>
    INTEGERS.includes(value.type) && value.count === 1 && allowed(numbersOf(value, 1)?.[0] ?? -1);

const among = (...values: readonly number[]): Test => integer((value) => values.includes(value));
const between = (low: number, high: number): Test => integer((value) => value >= low && value <= high);

/** Numbers, as many as the standard says, and none so large that text may hide in it. */
const numeric =
  (low: number, high = low): Test =>
  (value) => {
    if (value.count < low || value.count > high) return false;
    const { type, bytes } = value;
    if (RATIONALS.includes(type)) return areModestFractions(numbersOf({ ...value, type: TYPE.long, count: value.count * 2 }) ?? []);
    return (INTEGERS.includes(type) || SIGNED.includes(type)) && bytes.byteLength > 0 && (numbersOf(value) ?? []).every(isModest);
  };

/** Small and negative numbers of a signed type included. */
const isModest = (number: number): boolean => Math.abs(number) < LARGEST || number > 2 ** 32 - LARGEST;

/** Numerators and denominators in turn. Some writers scale both up as far as they fit: 200 as 3355443200/16777216. */
function areModestFractions(terms: readonly number[]): boolean {
  for (let index = 0; index + 1 < terms.length; index += 2) {
    const [numerator, denominator] = [terms[index] as number, terms[index + 1] as number];
    const scale = Math.max(1, commonDivisor(numerator, denominator));
    if (!isModest(numerator / scale) || !isModest(denominator / scale)) return false;
  }
  return true;
}

function commonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}

/** A version like `0232`: four digits, in whatever type. */
const version: Test = (value) => value.bytes.byteLength === 4 && /^[0-9]{4}$/.test(textOf(value.bytes));

const CURVE_POINTS = 256;

/** Exif 3.0 4.6.5.3.1: 256 points for each of three colours (or one grey), and a curve never turns back. */
const transferCurves: Test = (value) => {
  if (value.type !== TYPE.short || (value.count !== CURVE_POINTS && value.count !== 3 * CURVE_POINTS)) return false;
  const points = numbersOf(value, 3 * CURVE_POINTS) ?? [];
  return points.every((point, index) => index % CURVE_POINTS === 0 || point >= (points[index - 1] as number));
};

/**
 * Exif 3.0 4.6.5, 4.6.6, TIFF 6.0: what a tag that the picture is shown by must look like. One that does not can be a
 * carrier of anything under a harmless name.
 */
const SHAPES: Readonly<Record<string, Test>> = {
  Orientation: between(1, 8),
  Compression: between(1, 65_535),
  PhotometricInterpretation: between(0, 65_535),
  YCbCrPositioning: among(1, 2),
  ResolutionUnit: among(1, 2, 3),
  PlanarConfiguration: among(1, 2),
  FillOrder: among(1, 2),
  BitsPerSample: numeric(1, 4),
  SamplesPerPixel: between(1, 255),
  YCbCrCoefficients: numeric(3),
  YCbCrSubSampling: numeric(2),
  ReferenceBlackWhite: numeric(6),
  WhitePoint: numeric(2),
  PrimaryChromaticities: numeric(6),
  TransferFunction: transferCurves,
  ColorResponseUnit: numeric(1),
  ExifVersion: version,
  FlashpixVersion: version,
  ComponentsConfiguration: (value) =>
    value.type === TYPE.undefined && value.count === 4 && value.bytes.every((component) => component <= 6),
  // 2 is Adobe RGB by custom; 0 is what some cameras write for no answer.
  ColorSpace: among(0, 1, 2, 0xfffd, 0xfffe, 0xffff),
  Gamma: numeric(1),
  ICCProfile: () => true,
  InteroperabilityIndex: (value) => value.type === TYPE.ascii && value.count <= 4 && /^(?:R98|R03|THM)$/.test(textOf(value.bytes)),
  InteroperabilityVersion: version,
  // GDAL: the number that stands for no pixel, as text.
  GDALNoData: (value) =>
    value.type === TYPE.ascii &&
    value.count <= 32 &&
    /^(?:[-+]?(?:[0-9.]{1,24}(?:e[-+]?[0-9]{1,3})?|inf|nan)) ?$/i.test(textOf(value.bytes)),
  // DCF 2.0: `JPEG`, `TIFF`; cameras write `Exif JPEG Ver. 2.2` and the same words in other orders.
  RelatedImageFileFormat: (value) =>
    value.type === TYPE.ascii &&
    value.count <= 24 &&
    /^(?:(?:Exif|JPEG|TIFF|DCF|Ver|[0-9.]{1,4})[ .]{0,2}){1,6}$/.test(textOf(value.bytes)),
};

/** Every other tag of rendering: a few numbers. */
const FEW_NUMBERS = numeric(1, 4);

/** True where a tag of category `rendering` has the shape that its standard gives it. */
export function hasStandardShape(kind: IfdKind, tag: number, value: TiffValue): boolean {
  return (SHAPES[exifTag(kind, tag).name] ?? FEW_NUMBERS)(value);
}

/** Tags that hold text although most of their category are numbers. */
const CAMERA_TEXT: ReadonlySet<number> = new Set([
  0x010f, 0x0110, 0x827d, 0x8824, 0x9a00, 0xa433, 0xa434, 0xa40e, 0xc615, 0xfdea, 0x5026, 0x5027, 0xafc1, 0xafc2, 0xafc3, 0xafc4, 0xafc5,
]);

/** True where text sits in a tag of exposure or lens data that has numbers by its standard. */
export function isTextInNumber(tag: number, value: TiffValue): boolean {
  if (CAMERA_TEXT.has(tag)) return false;
  if (value.type === TYPE.ascii || value.type === TYPE.utf8) return true;
  return BYTES.includes(value.type) && READABLE.test(latin1(value.bytes.subarray(0, SEARCHED_BYTES)));
}

const BYTES: readonly number[] = [TYPE.byte, TYPE.sbyte, TYPE.undefined];
/** Settings of a camera are not readable by chance; in UTF-16 every second byte of theirs is zero. */
const READABLE = /[\x20-\x7e]{8}|(?:[\x20-\x7e]\0){8}/;
const SEARCHED_BYTES = 4096;

/** True where the text of a time tag holds nothing but a time. */
export function looksLikeTime(value: TiffValue): boolean {
  if (value.type !== TYPE.ascii && value.type !== TYPE.utf8) return true;
  return value.count <= 40 && /^[\d\s:.,/+\-TZ]*$/.test(textOf(value.bytes));
}

/** Epson's print image matching: `PrintIM\0`, a version, a count, and six bytes for each entry. */
export function isPrintIm(value: TiffValue): boolean {
  const { bytes, type } = value;
  // As text it would end with its first NUL.
  if (
    type === TYPE.ascii ||
    type === TYPE.utf8 ||
    bytes.byteLength < 16 ||
    textOf(bytes.subarray(0, 8)) !== 'PrintIM' ||
    !/^\d{4}/.test(textOf(bytes.subarray(8, 12)))
  )
    return false;
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
