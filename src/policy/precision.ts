import type { Precision } from '../core/precision.js';

export const TIME_UNITS = ['day', 'month', 'year'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** `0.1km` to `1000km` with one decimal, `0.001deg` to `10deg` with three. */
export const GRID_PATTERN = /^(?:(?:0\.[1-9]|[1-9]\d{0,2}(?:\.\d)?|1000)km|(?:0\.(?!0+deg)\d{1,3}|[1-9](?:\.\d{1,3})?|10)deg)$/;

/** What `location: coarsen` means without a precision. */
export const DEFAULT_GRID = '10km';
/** What `time: coarsen` means without a precision. */
export const DEFAULT_TIME_UNIT: TimeUnit = 'day';

/**
 * 1 km is 0.01 degree, which is 1.11 km from north to south: never finer than asked, and a grid of round numbers.
 * From east to west a cell narrows towards the poles, as degrees do.
 */
const DEGREES_PER_KM = 0.01;

/** `text` must match `GRID_PATTERN`. */
export function gridPrecision(text: string): Precision {
  const size = Number.parseFloat(text);
  return Object.freeze({ kind: 'location', gridDegrees: text.endsWith('km') ? Number((size * DEGREES_PER_KM).toFixed(3)) : size });
}

export function timePrecision(unit: TimeUnit): Precision {
  return Object.freeze({ kind: 'time', unit });
}

/** The precision in the words of a policy; reading it again gives the same. */
export function precisionText(precision: Precision): string {
  return precision.kind === 'time' ? precision.unit : `${precision.gridDegrees}deg`;
}
