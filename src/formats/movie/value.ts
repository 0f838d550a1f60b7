import { isUtf8 } from 'node:buffer';
import type { Category } from '../../core/category.js';
import type { Coarsenable } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { looksLikeAiPrompt } from '../../metadata/ai-prompt.js';
import { coarsenDegrees } from '../../metadata/coarsen.js';
import { asBuffer, latin1 } from '../../metadata/text.js';
import { toldInText } from '../../metadata/told-in-text.js';

/** How much of a value is looked at as text. */
const TEXT_BYTES = 64 * 1024;

/** The words in a value: what is no character becomes a space. */
export function wordsIn(bytes: Uint8Array): string {
  const looked = asBuffer(bytes).subarray(0, TEXT_BYTES);
  const mark = looked.length >= 2 ? looked.readUInt16BE(0) : 0;
  const even = looked.subarray(2, looked.length - (looked.length & 1));
  const text =
    mark === 0xfeff
      ? Buffer.from(even).swap16().toString('utf16le')
      : mark === 0xfffe
        ? even.toString('utf16le')
        : isUtf8(looked)
          ? looked.toString('utf8')
          : looked.toString('latin1');
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+/g, ' ').trim();
}

/** What a text in a field of `category` reveals besides. */
export function alsoTold(text: string, category: Category): Category[] {
  const told = toldInText(text, category);
  if (category === 'text' && looksLikeAiPrompt(text)) told.push('ai-prompt');
  return told;
}

/** A date or a place within a value that can be written less precise in as many bytes. */
export interface CoarseText extends Coarsenable {
  /** The value anew; `undefined` where it cannot be made as coarse as that. */
  coarsen(precision: Precision): Buffer | undefined;
}

/** The bytes before the text stay as they are. `undefined` where the rest is neither a date nor ISO 6709. */
export function coarseTextOf(value: Uint8Array, textOffset: number): CoarseText | undefined {
  const text = latin1(value.subarray(textOffset));
  const kind = DATE.test(text) ? 'time' : ISO_6709.test(text) ? 'location' : undefined;
  if (kind === undefined) return undefined;
  const anew = (precision: Precision): string | undefined => {
    if (precision.kind !== kind) return undefined;
    return precision.kind === 'time' ? coarsenDate(text, precision.unit) : coarsenPlace(text, precision.gridDegrees);
  };
  return {
    kind,
    isCoarse: (precision) => anew(precision) === text,
    coarsen: (precision) => {
      const coarse = anew(precision);
      // What has too few digits for the grid moves again when it is read again.
      if (coarse === undefined || coarseTextOf(Buffer.from(coarse, 'latin1'), 0)?.isCoarse(precision) !== true) return undefined;
      return Buffer.concat([value.subarray(0, textOffset), Buffer.from(coarse, 'latin1')]);
    },
  };
}

const DATE = /^(\d{4})([-:/]?)(\d{2})(\2)(\d{2})((?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\0?)$/;

/** The same form, with no more than the unit in it: no time of day, no time zone. */
function coarsenDate(text: string, unit: 'day' | 'month' | 'year'): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, dash, month, , day, clock = ''] = match;
  const noTime = clock.replace(/\d/g, '0').replace(/-/g, '+');
  return `${year}${dash}${unit === 'year' ? '01' : month}${dash}${unit === 'day' ? day : '01'}${noTime}`;
}

/** ISO 6709 Annex H in degrees with decimals: latitude, longitude, perhaps altitude and reference system. */
const ISO_6709 = /^([-+]\d{2}\.\d{1,12})([-+]\d{3}\.\d{1,12})([-+]\d{1,6}(?:\.\d{1,12})?)?(?:(CRS[A-Za-z0-9_]{1,16}))?(\/?\0?)$/;

function coarsenPlace(text: string, gridDegrees: number): string | undefined {
  const match = ISO_6709.exec(text);
  if (match === null) return undefined;
  const [, latitude = '', longitude = '', altitude = '', system = '', end = ''] = match;
  const place =
    sameForm(latitude, coarsenDegrees(Number(latitude), gridDegrees, 90)) +
    sameForm(longitude, coarsenDegrees(Number(longitude), gridDegrees, 180));
  return `${place}${altitude.replace(/\d/g, '0').replace('-', '+')}${system}${end}`;
}

/** As many digits before and after the point as there were. */
function sameForm(old: string, degrees: number): string {
  const [whole = '', decimals = ''] = old.slice(1).split('.');
  const text = Math.abs(degrees)
    .toFixed(decimals.length)
    .padStart(whole.length + 1 + decimals.length, '0');
  return `${degrees < 0 ? '-' : '+'}${text}`;
}
