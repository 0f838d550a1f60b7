import type { Coarsenable } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { coarsenExifDateTime, coarsenIsoDate } from '../../metadata/coarsen.js';

/** The whole text is a date: W3C PNG 11.3.3.1 suggests RFC 1123 for Creation Time, most software writes one of these. */
const EXIF_DATE = /^\d{4}:\d{2}:\d{2} \d{2}:\d{2}:\d{2}$/;
const ISO_DATE = /^\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** No date is longer. */
const MAX_DATE_BYTES = 48;

/** A date as text made less precise; `undefined` where the text is none that can be read for sure. */
export function coarsenTimeText(text: Uint8Array, precision: Precision): string | undefined {
  if (precision.kind !== 'time' || text.byteLength > MAX_DATE_BYTES) return undefined;
  const date = Buffer.from(text).toString('latin1');
  if (EXIF_DATE.test(date)) return coarsenExifDateTime(date, precision.unit);
  return ISO_DATE.test(date) ? coarsenIsoDate(date, precision.unit) : undefined;
}

export function timeTextCoarsenable(text: Uint8Array): Coarsenable | undefined {
  if (coarsenTimeText(text, { kind: 'time', unit: 'day' }) === undefined) return undefined;
  const date = Buffer.from(text).toString('latin1');
  return { kind: 'time', isCoarse: (precision) => coarsenTimeText(text, precision) === date };
}
