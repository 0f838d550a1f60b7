import type { Coarsenable } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { coarsenDateText } from '../../metadata/coarsen.js';

/** No date is longer. */
const MAX_DATE_BYTES = 48;

/**
 * A date as text made less precise; `undefined` where the text is none that can be read for sure. W3C PNG 11.3.3.1 suggests
 * RFC 1123 for Creation Time; most software writes a date of Exif or ISO 8601.
 */
export function coarsenTimeText(text: Uint8Array, precision: Precision): string | undefined {
  if (precision.kind !== 'time' || text.byteLength > MAX_DATE_BYTES) return undefined;
  return coarsenDateText(Buffer.from(text).toString('latin1'), precision.unit);
}

export function timeTextCoarsenable(text: Uint8Array): Coarsenable | undefined {
  if (coarsenTimeText(text, { kind: 'time', unit: 'day' }) === undefined) return undefined;
  const date = Buffer.from(text).toString('latin1');
  return { kind: 'time', isCoarse: (precision) => coarsenTimeText(text, precision) === date };
}
