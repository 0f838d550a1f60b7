import { degreesOf } from './coarsen-exif.js';
import { TYPE } from './ifd.js';
import type { Entry } from './model.js';
import { TAG } from './tags.js';
import { commentOf, isWindowsText, longText, numbersOf, textOf, utf16Of } from './tiff-value.js';

/** Numbers of one value that are shown. */
const SHOWN_NUMBERS = 16;

/** GPSProcessingMethod and GPSAreaInformation carry a charset mark, as UserComment does. */
const isGpsComment = (entry: Entry): boolean => entry.kind === 'GPS' && (entry.raw.tag === 0x1b || entry.raw.tag === 0x1c);

/** The text that a value holds; `undefined` where it holds none. */
export function textIn(entry: Entry): string | undefined {
  const { type, bytes, littleEndian } = entry.value;
  if (entry.kind !== 'GPS' && isWindowsText(entry.raw.tag)) return utf16Of(bytes, true);
  if ((entry.kind !== 'GPS' && entry.raw.tag === TAG.userComment) || isGpsComment(entry)) return commentOf(bytes, littleEndian);
  return type === TYPE.ascii || type === TYPE.utf8 ? longText(bytes) : undefined;
}

/** The value as a person reads it; seal it before it leaves the reader. */
export function describeValue(entry: Entry): string {
  const text = textIn(entry);
  if (text !== undefined) return text;
  const { value } = entry;
  if (entry.kind === 'GPS') {
    const degrees = isCoordinate(entry.raw.tag) ? degreesOf(value) : undefined;
    if (degrees !== undefined) return `${degrees.toFixed(6)}°`;
    if (entry.raw.tag === TAG.gpsTimeStamp) return (numbersOf(value, 3) ?? []).map((part) => String(part).padStart(2, '0')).join(':');
  }
  if (value.type === TYPE.undefined) return describeBytes(value.bytes);
  const numbers = numbersOf(value, SHOWN_NUMBERS) ?? [];
  return `${numbers.map(showNumber).join(' ')}${value.count > SHOWN_NUMBERS ? ` … (${value.count} values)` : ''}`;
}

function isCoordinate(tag: number): boolean {
  return tag === TAG.gpsLatitude || tag === TAG.gpsLongitude || tag === TAG.gpsDestLatitude || tag === TAG.gpsDestLongitude;
}

function showNumber(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(8)));
}

/** Versions and the like are text in type UNDEFINED; everything else is told by its size. */
function describeBytes(bytes: Uint8Array): string {
  const text = textOf(bytes.subarray(0, 64));
  if (bytes.byteLength <= 64 && /^[\x20-\x7e]+$/.test(text)) return text;
  if (bytes.byteLength <= 8) return [...bytes].join(' ');
  return `${bytes.byteLength} bytes`;
}
