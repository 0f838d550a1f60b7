import type { Coarsenable } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { coarsenDateText, coarsenDegrees, isOnGrid } from '../coarsen.js';
import type { Classified } from './classify.js';

/** `undefined` where the value cannot be made less precise: it has to go instead. */
export function coarsenableOf({ category, alsoReveals, info, isSimple, leaves }: Classified): Coarsenable | undefined {
  const kind = info?.isCoordinate === true ? 'location' : category === 'time' || alsoReveals.includes('time') ? 'time' : undefined;
  // A fraction of a second or an offset is no date, although four digits of it look like a year.
  if (leaves.some(({ owner }) => /^(?:SubSec|Offset)/i.test(owner.local))) return undefined;
  const values = leaves.map(({ value }) => value);
  if (kind === undefined || !isSimple || values.length === 0) return undefined;
  const trial: Precision = kind === 'time' ? { kind, unit: 'day' } : { kind, gridDegrees: 1 };
  if (values.some((value) => coarsen(value, trial) === undefined)) return undefined;
  return { kind, isCoarse: (precision) => precision.kind === kind && values.every((value) => isCoarse(value, precision)) };
}

/** The value, no more exact than asked for; `undefined` where it is no date or coordinate. */
export function coarsen(value: string, precision: Precision): string | undefined {
  if (precision.kind === 'time') return coarsenDateText(value.trim(), precision.unit);
  const coordinate = parseCoordinate(value);
  return coordinate === undefined
    ? undefined
    : formatCoordinate({ ...coordinate, degrees: coarsenDegrees(coordinate.degrees, precision.gridDegrees, limitOf(coordinate)) });
}

/** Decimal degrees do not say which of the two they are: what could be a latitude stays one. */
function limitOf({ degrees, direction }: Coordinate): number {
  if (direction === undefined) return Math.abs(degrees) <= 90 ? 90 : 180;
  return direction === 'N' || direction === 'S' ? 90 : 180;
}

function isCoarse(value: string, precision: Precision): boolean {
  if (precision.kind === 'time') return coarsen(value, precision) === value;
  const coordinate = parseCoordinate(value);
  return coordinate !== undefined && isOnGrid(coordinate.degrees, precision.gridDegrees);
}

interface Coordinate {
  /** Unsigned where a direction follows. */
  readonly degrees: number;
  readonly direction?: string;
}

/** XMP part 2, 1.2.7.4: `DDD,MM,SSk` or `DDD,MM.mmk`. */
const GPS_COORDINATE = /^(\d{1,3}),(\d{1,2})(?:,(\d{1,2}(?:\.\d{1,9})?)|(\.\d{1,12}))?([NSEW])$/;

/** What drones and others write instead: decimal degrees. */
const DECIMAL = /^([-+]?\d{1,3}(?:\.\d{1,15})?)([NSEW]?)$/;

function parseCoordinate(value: string): Coordinate | undefined {
  const text = value.trim();
  const parts = GPS_COORDINATE.exec(text);
  if (parts !== null) {
    const [, degrees, minutes, seconds, fraction, direction] = parts;
    const exact = Number(degrees) + (Number(minutes) + Number(fraction ?? 0)) / 60 + Number(seconds ?? 0) / 3600;
    return { degrees: exact, direction: direction as string };
  }
  const decimal = DECIMAL.exec(text);
  if (decimal === null) return undefined;
  return { degrees: Number(decimal[1]), ...(decimal[2] === '' ? {} : { direction: decimal[2] as string }) };
}

/** Six decimals of a minute are 2 mm. */
const MINUTE_DECIMALS = 6;

function formatCoordinate({ degrees, direction }: Coordinate): string {
  if (direction === undefined) return String(Number(degrees.toFixed(9)));
  const scale = 10 ** MINUTE_DECIMALS;
  const minutes = Math.round(Math.abs(degrees) * 60 * scale);
  return `${Math.floor(minutes / (60 * scale))},${((minutes % (60 * scale)) / scale).toFixed(MINUTE_DECIMALS)}${direction}`;
}
