import { latin1, shownText } from '../text.js';
import { TYPE, typeBytes } from './ifd.js';
import { TAG } from './tags.js';

/** Numbers of one value that are read at most, to show or to judge it. */
const MAX_NUMBERS = 256;

/** A value as it lies in the file. */
export interface TiffValue {
  readonly type: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
}

export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first `max` numbers; rationals as quotients (NaN for n/0). `undefined` for text types. */
export function numbersOf(value: TiffValue, max = MAX_NUMBERS): number[] | undefined {
  const { type, littleEndian, bytes } = value;
  const size = typeBytes(type);
  if (size === undefined || type === TYPE.ascii || type === TYPE.utf8) return undefined;
  const view = viewOf(bytes);
  const count = Math.min(value.count, max, Math.floor(bytes.byteLength / size));
  return Array.from({ length: count }, (_, index) => numberAt(view, type, index * size, littleEndian));
}

function numberAt(view: DataView, type: number, at: number, littleEndian: boolean): number {
  switch (type) {
    case TYPE.short:
      return view.getUint16(at, littleEndian);
    case TYPE.long:
    case TYPE.ifd:
      return view.getUint32(at, littleEndian);
    case TYPE.rational:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case TYPE.sbyte:
      return view.getInt8(at);
    case TYPE.sshort:
      return view.getInt16(at, littleEndian);
    case TYPE.slong:
      return view.getInt32(at, littleEndian);
    case TYPE.srational:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case TYPE.float:
      return view.getFloat32(at, littleEndian);
    case TYPE.double:
      return view.getFloat64(at, littleEndian);
    default:
      return view.getUint8(at);
  }
}

/** Unsigned rationals as they are; `undefined` for every other type. */
export function rationalsOf(value: TiffValue, max = MAX_NUMBERS): Rational[] | undefined {
  if (value.type !== TYPE.rational) return undefined;
  const view = viewOf(value.bytes);
  const count = Math.min(value.count, max, Math.floor(value.bytes.byteLength / 8));
  return Array.from({ length: count }, (_, index) => ({
    numerator: view.getUint32(index * 8, value.littleEndian),
    denominator: view.getUint32(index * 8 + 4, value.littleEndian),
  }));
}

/** Text up to the first NUL. Long text is cut: it is to be shown and judged, not copied. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return shownText(end < 0 ? bytes : bytes.subarray(0, end));
}

const EVEN = (length: number): number => length - (length % 2);

/** UTF-16 text up to the first NUL character. Windows writes XP tags little-endian whatever the block's order. */
export function utf16Of(bytes: Uint8Array, littleEndian: boolean, maxBytes = 8192): string {
  const cut = bytes.subarray(0, EVEN(Math.min(bytes.byteLength, maxBytes)));
  const text = new TextDecoder(littleEndian ? 'utf-16le' : 'utf-16be').decode(cut);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Exif 3.0 4.6.6.5.2: the first eight bytes of UserComment (and GPSProcessingMethod, GPSAreaInformation) name the charset. */
const CHARSETS = { ASCII: 'ASCII\0\0\0', JIS: 'JIS\0\0\0\0\0', Unicode: 'UNICODE\0', undefined: '\0\0\0\0\0\0\0\0' } as const;

const CHARSET_BYTES = 8;

/** Bytes of a comment that are decoded: enough to know a prompt or a workflow by. */
const COMMENT_BYTES = 16_384;

/** A comment with its charset mark; without one, the bytes as text. */
export function commentOf(bytes: Uint8Array, littleEndian: boolean): string {
  const mark = latin1(bytes.subarray(0, CHARSET_BYTES));
  const body = bytes.subarray(CHARSET_BYTES, CHARSET_BYTES + COMMENT_BYTES);
  if (mark === CHARSETS.Unicode) return unicodeComment(body, littleEndian);
  if (mark === CHARSETS.JIS) return decodeJis(body);
  if (mark === CHARSETS.ASCII || mark === CHARSETS.undefined) return longText(body);
  return longText(bytes.subarray(0, COMMENT_BYTES));
}

/** Writers disagree on the byte order of UNICODE comments: the one that puts more zeros into high bytes is taken. */
function unicodeComment(body: Uint8Array, littleEndian: boolean): string {
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index + 1 < body.length; index += 2) {
    if (body[index] === 0 && body[index + 1] !== 0) evenZeros++;
    if (body[index] !== 0 && body[index + 1] === 0) oddZeros++;
  }
  return utf16Of(body, evenZeros === oddZeros ? littleEndian : oddZeros > evenZeros, COMMENT_BYTES);
}

function decodeJis(body: Uint8Array): string {
  try {
    return new TextDecoder('iso-2022-jp').decode(body);
  } catch {
    // A runtime without the full set of encodings.
    return latin1(body);
  }
}

/** Like `textOf`, but for text that must be judged beyond its first kilobyte. */
export function longText(bytes: Uint8Array): string {
  const cut = bytes.subarray(0, COMMENT_BYTES);
  const end = cut.indexOf(0);
  return new TextDecoder('utf-8').decode(end < 0 ? cut : cut.subarray(0, end));
}

/** XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: UTF-16 in bytes. */
export function isWindowsText(tag: number): boolean {
  return tag >= 0x9c9b && tag <= 0x9c9f;
}

/**
 * Bytes of a text up to and with its NUL, where the value is a text; else all of it. `isMain`: the tag is none of GPS or
 * Interoperability, where the numbers mean something else.
 */
export function textEnd(tag: number, value: TiffValue, isMain: boolean): number {
  const size = typeBytes(value.type) ?? 1;
  // An entry counts whole numbers: a text written as numbers of more than a byte can only end with one of them.
  return Math.min(value.bytes.byteLength, Math.ceil(endOfText(tag, value, isMain) / size) * size);
}

function endOfText(tag: number, value: TiffValue, isMain: boolean): number {
  const { type, bytes } = value;
  if (isMain && isWindowsText(tag)) return utf16End(bytes, 0);
  if (isMain && tag === TAG.userComment) {
    const mark = latin1(bytes.subarray(0, CHARSET_BYTES));
    if (mark === CHARSETS.Unicode) return utf16End(bytes, CHARSET_BYTES);
    return mark === CHARSETS.ASCII || mark === CHARSETS.undefined ? nulEnd(bytes, CHARSET_BYTES) : bytes.byteLength;
  }
  if (type !== TYPE.ascii && type !== TYPE.utf8) return bytes.byteLength;
  const end = nulEnd(bytes, 0);
  // Exif 3.0 4.6.5.4.7: Copyright holds two texts, the photographer's and the editor's.
  return isMain && tag === TAG.copyright ? nulEnd(bytes, end) : end;
}

function nulEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0, from);
  return end < 0 ? bytes.byteLength : end + 1;
}

function utf16End(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.byteLength; at += 2) if (bytes[at] === 0 && bytes[at + 1] === 0) return at + 2;
  return bytes.byteLength;
}
