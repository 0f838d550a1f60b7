import type { Judgement } from '../../core/judgement.js';
import type { Part } from '../../core/part.js';

/** Degrees, north and east positive (WGS 84). */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** When a picture was taken, as far as it tells. */
export interface Taken {
  /** Since 1970, where the picture tells its offset from UTC or the time of the satellites. */
  readonly utcMs?: number;
  /** What the camera's clock said, counted as if it were UTC. */
  readonly localMs?: number;
}

/** Where and when a picture was taken. Private: it must not leave the state folder but for `--reveal`. */
export interface Spot {
  readonly place?: Place;
  readonly taken?: Taken;
}

/** No honest picture has more parts that matter here. */
const MAX_PARTS = 20_000;

/** Mean radius (IUGG). */
const EARTH_M = 6_371_008.8;

/** A clock without a zone can be this far from UTC. */
const ZONES_MS = 14 * 3_600_000;

/**
 * Where and when a judged picture was taken, by what its reader found already: nothing is parsed again. The parts nearest to
 * the top of the file win: those of an embedded preview tell of the preview.
 */
export function spotOf({ inspection }: Judgement): Spot {
  if (inspection === undefined) return {};
  const groups = groupsOf(inspection.parts);
  const place = firstOf(groups, placeIn);
  const taken = takenIn(groups);
  return { ...(place === undefined ? {} : { place }), ...(taken === undefined ? {} : { taken }) };
}

/** Metres on the sphere. */
export function distanceM(a: Place, b: Place): number {
  const rad = Math.PI / 180;
  const latitudes = Math.sin(((b.latitude - a.latitude) * rad) / 2) ** 2;
  const longitudes = Math.sin(((b.longitude - a.longitude) * rad) / 2) ** 2;
  const haversine = latitudes + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * longitudes;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/** True where the first was certainly taken after the second: a clock without a zone is not held against one with. */
export function isNewer(a: Taken, b: Taken): boolean {
  if (a.utcMs !== undefined && b.utcMs !== undefined) return a.utcMs > b.utcMs;
  if (a.localMs !== undefined && b.localMs !== undefined) return a.localMs > b.localMs;
  return anyMs(a) - ZONES_MS > anyMs(b);
}

/** True where the time lies further ahead than zones explain: a wrong clock would make its picture the newest for ever. */
export function isAhead(taken: Taken, wallMs: number): boolean {
  return anyMs(taken) > wallMs + ZONES_MS;
}

function anyMs({ utcMs, localMs }: Taken): number {
  return utcMs ?? localMs ?? Number.NEGATIVE_INFINITY;
}

/** Values of one directory or packet, by their names. */
type Group = ReadonlyMap<string, string>;

/** Values by the folder of their paths, outermost first. */
function groupsOf(parts: readonly Part[]): Map<string, Group> {
  const groups = new Map<string, Map<string, string>>();
  let level = parts;
  for (let seen = 0; level.length > 0 && seen < MAX_PARTS; ) {
    for (const { path, value } of level) {
      if (++seen > MAX_PARTS) break;
      if (value === undefined) continue;
      const slash = path.lastIndexOf('/');
      const group = path.slice(0, Math.max(slash, 0));
      const values = groups.get(group) ?? new Map<string, string>();
      groups.set(group, values);
      const name = path.slice(slash + 1).replace(/#\d+$/, '');
      if (!values.has(name)) values.set(name, value.reveal());
    }
    level = level.flatMap(({ children }) => children ?? []);
  }
  return groups;
}

function firstOf<T>(groups: ReadonlyMap<string, Group>, find: (group: Group, name: string) => T | undefined): T | undefined {
  for (const [name, group] of groups) {
    const found = find(group, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeIn(group: Group, name: string): Place | undefined {
  if (/(?:^|\/)GPS$/.test(name)) {
    // Exif 3.0 4.6.7.1.10: V, the measurement was interrupted.
    if (group.get('GPSStatus')?.trim().toUpperCase() === 'V') return undefined;
    return checked(
      signed(group.get('GPSLatitude'), group.get('GPSLatitudeRef'), 'S'),
      signed(group.get('GPSLongitude'), group.get('GPSLongitudeRef'), 'W'),
    );
  }
  const xmp = checked(xmpDegrees(group.get('exif:GPSLatitude'), 'NS'), xmpDegrees(group.get('exif:GPSLongitude'), 'EW'));
  return xmp ?? iso6709In(group);
}

function signed(value: string | undefined, ref: string | undefined, negative: string): number | undefined {
  const degrees = value === undefined ? Number.NaN : Number.parseFloat(value);
  if (!Number.isFinite(degrees)) return undefined;
  return ref?.trim().toUpperCase().startsWith(negative) === true ? -degrees : degrees;
}

/** XMP: `48,51.5N` or `48,51,30N`. */
function xmpDegrees(value: string | undefined, refs: string): number | undefined {
  const match = /^\s*(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])\s*$/i.exec(value ?? '');
  if (match === null) return undefined;
  const ref = (match[4] as string).toUpperCase();
  if (!refs.includes(ref)) return undefined;
  const degrees = Number(match[1]) + Number(match[2]) / 60 + Number(match[3] ?? 0) / 3600;
  return ref === 'S' || ref === 'W' ? -degrees : degrees;
}

/** Films: ISO 6709, `+48.8584+002.2945/`. */
function iso6709In(group: Group): Place | undefined {
  for (const value of group.values()) {
    const match =
      /^\s*([+-]\d{1,2}(?:\.\d{1,12})?)([+-]\d{1,3}(?:\.\d{1,12})?)(?:[+-]\d{1,6}(?:\.\d{1,6})?)?(?:CRS[^/]{1,32})?\/?\s*$/.exec(value);
    if (match !== null) return checked(Number(match[1]), Number(match[2]));
  }
  return undefined;
}

/** Zero and zero is what receivers write that have no fix. */
function checked(latitude: number | undefined, longitude: number | undefined): Place | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return undefined;
  return { latitude, longitude };
}

function takenIn(groups: ReadonlyMap<string, Group>): Taken | undefined {
  const camera = firstOf(groups, (group) => {
    const ms = clockMs(group.get('DateTimeOriginal'));
    return ms === undefined ? undefined : { localMs: ms, ...utcBy(ms, group.get('OffsetTimeOriginal') ?? group.get('OffsetTime')) };
  });
  if (camera?.utcMs !== undefined) return camera;
  const satellites = firstOf(groups, (group, name) => {
    const day = /(?:^|\/)GPS$/.test(name) ? group.get('GPSDateStamp') : undefined;
    const time = group.get('GPSTimeStamp');
    return day === undefined || time === undefined ? undefined : clockMs(`${day} ${time}`);
  });
  if (satellites !== undefined) return { ...camera, utcMs: satellites };
  return camera ?? firstOf(groups, isoIn);
}

/** XMP, and what films say of themselves. */
function isoIn(group: Group): Taken | undefined {
  for (const name of ['exif:DateTimeOriginal', 'exif:GPSTimeStamp', 'photoshop:DateCreated', 'xmp:CreateDate', 'creation-time']) {
    const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/.exec(group.get(name)?.trim() ?? '');
    const ms = match === null ? undefined : clockMs(`${match[1]} ${(match[2] as string).padEnd(8, ':00')}`);
    if (match !== null && ms !== undefined) return { localMs: ms, ...utcBy(ms, match[3] === 'Z' ? '+00:00' : match[3]) };
  }
  return undefined;
}

/** `2021:07:14 12:34:56`, a fraction of a second behind it or not, counted as if it were UTC. */
function clockMs(text: string | undefined): number | undefined {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function utcBy(localMs: number, offset: string | undefined): { utcMs?: number } {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(offset?.trim() ?? '');
  if (match === null) return {};
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return { utcMs: localMs - (match[1] === '-' ? -minutes : minutes) * 60_000 };
}
