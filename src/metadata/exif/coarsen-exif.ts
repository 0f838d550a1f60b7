import type { Coarsenable } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { coarsenDegrees, coarsenExifDateTime, isOnGrid } from '../coarsen.js';
import { TYPE } from './ifd.js';
import { type IfdKind, TAG } from './tags.js';
import { rationalsOf, type TiffValue, textOf } from './tiff-value.js';

/** A value that can be made less precise: the test for the policy, and the new bytes for the writer. */
export interface CoarsenableValue {
  readonly coarsenable: Coarsenable;
  /** New bytes of the same type and count. */
  coarsen(precision: Precision): Uint8Array;
}

const COORDINATES: ReadonlyMap<number, number> = new Map([
  [TAG.gpsLatitude, 90],
  [TAG.gpsLongitude, 180],
  [TAG.gpsDestLatitude, 90],
  [TAG.gpsDestLongitude, 180],
]);

/** The hemisphere, and the coordinate it belongs to: useless without it, harmless with a coarse one. */
export const COORDINATE_OF_REF: ReadonlyMap<number, number> = new Map([
  [TAG.gpsLatitudeRef, TAG.gpsLatitude],
  [TAG.gpsLongitudeRef, TAG.gpsLongitude],
  [TAG.gpsDestLatitudeRef, TAG.gpsDestLatitude],
  [TAG.gpsDestLongitudeRef, TAG.gpsDestLongitude],
]);

const DATE_TIMES: ReadonlySet<number> = new Set([0x0132, 0x9003, 0x9004]);

const FITS_ALREADY = (kind: Precision['kind']): Coarsenable => ({ kind, isCoarse: () => true });

/**
 * How a value can be coarsened; `undefined` where it can only be kept or removed. `hasCoordinate` tells whether the
 * coordinate that a hemisphere belongs to is there and can be coarsened.
 */
export function coarsenableOf(kind: IfdKind, tag: number, value: TiffValue, hasCoordinate: boolean): CoarsenableValue | undefined {
  if (kind === 'GPS') return gpsCoarsenable(tag, value, hasCoordinate);
  return DATE_TIMES.has(tag) ? dateTime(value) : undefined;
}

function gpsCoarsenable(tag: number, value: TiffValue, hasCoordinate: boolean): CoarsenableValue | undefined {
  const limit = COORDINATES.get(tag);
  if (limit !== undefined) return coordinate(value, limit);
  const unchanged = () => value.bytes;
  if (COORDINATE_OF_REF.has(tag)) {
    const valid = hasCoordinate && value.type === TYPE.ascii && value.count <= 2 && /^[NSEW]$/.test(textOf(value.bytes));
    return valid ? { coarsenable: FITS_ALREADY('location'), coarsen: unchanged } : undefined;
  }
  if (tag === TAG.gpsVersionId) {
    const valid = value.type === TYPE.byte && value.count === 4 && value.bytes.every((digit) => digit < 10);
    return valid ? { coarsenable: FITS_ALREADY('location'), coarsen: unchanged } : undefined;
  }
  return tag === TAG.gpsDateStamp ? dateStamp(value) : undefined;
}

/** Degrees without their sign; `undefined` where the rationals give none. A zero over zero counts as not given. */
export function degreesOf(value: TiffValue): number | undefined {
  const rationals = rationalsOf(value, 3);
  if (rationals === undefined || value.count < 1 || value.count > 3) return undefined;
  let degrees = 0;
  for (const [index, { numerator, denominator }] of rationals.entries()) {
    if (denominator === 0 && (numerator !== 0 || index === 0)) return undefined;
    if (denominator !== 0) degrees += numerator / denominator / 60 ** index;
  }
  return degrees;
}

function coordinate(value: TiffValue, limit: number): CoarsenableValue | undefined {
  const degrees = degreesOf(value);
  if (degrees === undefined || degrees > limit) return undefined;
  const isCoarse = (precision: Precision) => precision.kind === 'location' && isOnGrid(degrees, precision.gridDegrees);
  const coarsen = (precision: Precision) => {
    if (precision.kind !== 'location') return value.bytes;
    const { gridDegrees } = precision;
    return rationalBytes(coarsenDegrees(degrees, gridDegrees, limit), value.count, gridDegrees, value.littleEndian);
  };
  return { coarsenable: { kind: 'location', isCoarse }, coarsen };
}

/** Denominators of the last rational, coarsest first: ticks of 10^-7 of a second are a hundredth of a micrometre. */
const DENOMINATORS = [1, 100, 10_000, 1_000_000, 10_000_000] as const;

/** Degrees as `count` rationals (degrees, minutes, seconds), the last with the smallest denominator that hits the grid line. */
function rationalBytes(degrees: number, count: number, gridDegrees: number, littleEndian: boolean): Uint8Array {
  const unit = 60 ** (count - 1);
  const error = (denominator: number) => Math.abs(Math.round(degrees * unit * denominator) / denominator / unit - degrees);
  const denominator = DENOMINATORS.find((candidate) => error(candidate) < gridDegrees * 1e-6) ?? DENOMINATORS[4];
  let ticks = Math.round(degrees * unit * denominator);
  const bytes = new Uint8Array(count * 8);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) {
    const last = index === count - 1;
    const ticksPerUnit = last ? 1 : 60 ** (count - 1 - index) * denominator;
    view.setUint32(index * 8, Math.floor(ticks / ticksPerUnit), littleEndian);
    view.setUint32(index * 8 + 4, last ? denominator : 1, littleEndian);
    ticks %= ticksPerUnit;
  }
  return bytes;
}

/** Exif 3.0 4.6.5.4.1: `YYYY:MM:DD HH:MM:SS`, and blanks for what is unknown. */
function dateTime(value: TiffValue): CoarsenableValue | undefined {
  return dateText(value, (text, unit) => coarsenExifDateTime(text, unit));
}

/** Exif 3.0 4.6.7.1.30: `YYYY:MM:DD`. */
function dateStamp(value: TiffValue): CoarsenableValue | undefined {
  return dateText(value, (text, unit) => coarsenExifDateTime(text, unit)?.slice(0, 10));
}

type Unit = Extract<Precision, { kind: 'time' }>['unit'];

function dateText(value: TiffValue, coarser: (text: string, unit: Unit) => string | undefined): CoarsenableValue | undefined {
  if (value.type !== TYPE.ascii || value.count > 32) return undefined;
  const text = textOf(value.bytes);
  const isBlank = /^[ :0]*$/.test(text);
  if (!isBlank && coarser(text, 'day') === undefined) return undefined;
  return {
    coarsenable: {
      kind: 'time',
      isCoarse: (precision) => precision.kind === 'time' && (isBlank || coarser(text, precision.unit) === text),
    },
    coarsen: (precision) => {
      const coarse = precision.kind === 'time' && !isBlank ? coarser(text, precision.unit) : undefined;
      return coarse === undefined ? value.bytes : new TextEncoder().encode(`${coarse}\0`);
    },
  };
}
