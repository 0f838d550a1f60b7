import type { Precision } from '../core/precision.js';

type TimeUnit = Extract<Precision, { kind: 'time' }>['unit'];

/** Tolerance in cells: rationals of seconds and decimal minutes round a grid line by a little. */
const ON_GRID = 1e-4;

/**
 * The nearest grid line that is no further out than `limitDegrees` (90 of latitude, 180 of longitude). From halfway it is the
 * outer one, whatever the sign and however the value was rounded: one file says the same place signed, unsigned, in seconds
 * and in decimals, and all have to come out the same.
 */
export function coarsenDegrees(degrees: number, gridDegrees: number, limitDegrees: number): number {
  const furthest = Math.floor(limitDegrees / gridDegrees + ON_GRID);
  const line = Math.min(furthest, Math.floor(Math.abs(degrees) / gridDegrees + 0.5 + ON_GRID));
  return degrees < 0 && line > 0 ? -Number((line * gridDegrees).toFixed(9)) : Number((line * gridDegrees).toFixed(9));
}

/** True within a ten-thousandth of a cell of a grid line. */
export function isOnGrid(degrees: number, gridDegrees: number): boolean {
  const cells = degrees / gridDegrees;
  return Math.abs(cells - Math.round(cells)) < ON_GRID;
}

/** Exif 3.0 4.6.5: `YYYY:MM:DD HH:MM:SS`. `undefined` where the text is no such date. */
export function coarsenExifDateTime(text: string, unit: TimeUnit): string | undefined {
  const match = /^(\d{4}):(\d{2}):(\d{2})/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match;
  return `${year}:${unit === 'year' ? '01' : month}:${unit === 'day' ? day : '01'} 00:00:00`;
}

const CLOCK = '[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?';
const EXIF_DATE = new RegExp(`^\\d{4}:\\d{2}:\\d{2}(?:${CLOCK})?$`);
/** A number alone is a year only where it can be one: it may be a fraction of a second, or seconds since 1970. */
const ISO_DATE = new RegExp(`^(?:(?:1[89]|2[01])\\d{2}|\\d{4}-\\d{2}(?:-\\d{2}(?:${CLOCK})?)?)$`);

/** A text that is a date and no more, in the form of Exif or of ISO 8601, in the same form; `undefined` for any other text. */
export function coarsenDateText(text: string, unit: TimeUnit): string | undefined {
  if (EXIF_DATE.test(text)) return coarsenExifDateTime(text, unit);
  return ISO_DATE.test(text) ? coarsenIsoDate(text, unit) : undefined;
}

/** ISO 8601 as XMP part 1, 8.2.1.1 allows it, cut short: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
function coarsenIsoDate(text: string, unit: TimeUnit): string | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match;
  if (unit === 'year' || month === undefined) return year;
  return unit === 'month' || day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
}

/** IPTC IIM 2:55 and others: `CCYYMMDD`, where `00` stands for an unknown month or day. */
export function coarsenIptcDate(text: string, unit: TimeUnit): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match;
  return `${year}${unit === 'year' ? '00' : month}${unit === 'day' ? day : '00'}`;
}
