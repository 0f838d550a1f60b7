import { FormatError, LimitError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Box } from '../../metadata/box.js';
import { BoxFields, boxOf, uintBytes } from './full-box.js';

/** How `iloc` writes its numbers (ISO/IEC 14496-12 8.11.3), in bytes: 0, 4 or 8. */
interface Sizes {
  readonly version: number;
  readonly offset: number;
  readonly length: number;
  readonly base: number;
  readonly index: number;
}

interface Extent {
  readonly index: number;
  readonly offset: number;
  /** 0: up to the end of what the offset counts in. */
  readonly length: number;
}

/** Where the bytes of one item lie. */
export interface Location {
  readonly id: number;
  /** 0: the file. 1: `idat`. 2: another item. */
  readonly method: number;
  readonly dataReference: number;
  readonly base: number;
  readonly extents: readonly Extent[];
}

export interface LocationTable {
  readonly sizes: Sizes;
  readonly locations: readonly Location[];
  /** Where the last location ends, counted as the box is. */
  readonly end: number;
}

const METHOD = Object.freeze({ file: 0, idat: 1, item: 2 });

/** Reads `iloc`. Throws a reader's error. */
export function readLocations(bytes: Uint8Array, iloc: Box, baseOffset: number, limits: Limits): LocationTable {
  const fields = new BoxFields(bytes, iloc, baseOffset);
  const { version } = fields.versionAndFlags();
  if (version > 2) throw new UnsupportedError('item-location-version', baseOffset + iloc.start, `the box iloc has version ${version}`);
  const packed = fields.uint(2);
  const sizes: Sizes = {
    version,
    offset: packed >> 12,
    length: (packed >> 8) & 15,
    base: (packed >> 4) & 15,
    index: version === 0 ? 0 : packed & 15,
  };
  for (const size of [sizes.offset, sizes.length, sizes.base, sizes.index])
    if (![0, 4, 8].includes(size)) throw fields.fail(`declares numbers of ${size} bytes`);
  const idBytes = version < 2 ? 2 : 4;
  const count = fields.uint(idBytes);
  const locations: Location[] = [];
  let extentCount = 0;
  for (let item = 0; item < count; item++) {
    const id = fields.uint(idBytes);
    const method = version === 0 ? 0 : fields.uint(2) & 15;
    const dataReference = fields.uint(2);
    const base = fields.uint(sizes.base);
    const size = fields.uint(2);
    extentCount += size + 1;
    if (extentCount > limits.entryCount)
      throw new LimitError('entryCount', baseOffset + iloc.start, `more than ${limits.entryCount} extents`);
    const extents = Array.from({ length: size }, () => ({
      index: fields.uint(sizes.index),
      offset: fields.uint(sizes.offset),
      length: fields.uint(sizes.length),
    }));
    locations.push({ id, method, dataReference, base, extents });
  }
  return { sizes, locations, end: fields.at };
}

/** `iloc` with these locations, its numbers as wide as before. Throws `UnsupportedError` where one does not fit. */
export function writeLocations(bytes: Uint8Array, iloc: Box, sizes: Sizes, locations: readonly Location[]): Buffer {
  const idBytes = sizes.version < 2 ? 2 : 4;
  const number = (value: number, byteLength: number): Buffer => {
    if (byteLength < 8 && value >= 2 ** (8 * byteLength))
      throw new UnsupportedError('item-location-too-narrow', 0, 'the box iloc has no room for where an item would have to go');
    return uintBytes(value, byteLength);
  };
  return boxOf(
    'iloc',
    bytes.subarray(iloc.content, iloc.content + 6),
    uintBytes(locations.length, idBytes),
    ...locations.flatMap(({ id, method, dataReference, base, extents }) => [
      uintBytes(id, idBytes),
      ...(sizes.version === 0 ? [] : [uintBytes(method, 2)]),
      uintBytes(dataReference, 2),
      number(base, sizes.base),
      uintBytes(extents.length, 2),
      ...extents.flatMap((extent) => [
        number(extent.index, sizes.index),
        number(extent.offset, sizes.offset),
        number(extent.length, sizes.length),
      ]),
    ]),
  );
}

/** What offsets can count in. */
export interface Grounds {
  readonly fileBytes: number;
  readonly idat?: Region;
  /** Items that an item of method 2 is taken from: its `iloc` references. */
  readonly sourcesOf: (id: number) => readonly number[];
  readonly errorOffset: number;
  readonly limits: Limits;
}

/** The ranges of the file that hold each item's bytes, in order. Throws a reader's error where one lies outside. */
export function resolveLocations(table: LocationTable, grounds: Grounds): Map<number, Region[]> {
  const byId = new Map(table.locations.map((location) => [location.id, location]));
  const resolved = new Map<number, Region[]>();
  let regionCount = 0;
  const resolve = (location: Location, depth: number): Region[] => {
    const known = resolved.get(location.id);
    if (known !== undefined) return known;
    if (location.dataReference !== 0)
      throw new UnsupportedError('external-item', grounds.errorOffset, `item ${location.id} lies in another file`);
    if (location.method > METHOD.item)
      throw new UnsupportedError(
        'item-construction',
        grounds.errorOffset,
        `item ${location.id} is put together by method ${location.method}`,
      );
    const regions = location.extents.flatMap((extent) => {
      const ground = groundOf(location, extent, depth);
      const start = location.base + extent.offset;
      const total = ground.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const byteLength = extent.length === 0 ? total - start : extent.length;
      if (byteLength < 0 || start + byteLength > total)
        throw new FormatError('item-out-of-bounds', grounds.errorOffset, `item ${location.id} does not lie within the file`);
      // Items taken from items taken from items: each can be many times as many ranges as the one before.
      regionCount += ground.length;
      if (regionCount > grounds.limits.partCount)
        throw new LimitError('partCount', grounds.errorOffset, `items in more than ${grounds.limits.partCount} pieces`);
      return within(ground, start, byteLength);
    });
    resolved.set(location.id, regions);
    return regions;
  };
  const groundOf = (location: Location, extent: Extent, depth: number): readonly Region[] => {
    if (location.method === METHOD.file) return [{ byteOffset: 0, byteLength: grounds.fileBytes }];
    if (location.method === METHOD.idat) return grounds.idat === undefined ? [] : [grounds.idat];
    const sources = grounds.sourcesOf(location.id);
    // 8.11.3.1: extent_index is 1-based; without one, the first.
    const source = byId.get(sources[table.sizes.index === 0 ? 0 : extent.index - 1] as number);
    if (source === undefined || depth > 8)
      throw new FormatError('item-out-of-bounds', grounds.errorOffset, `item ${location.id} is taken from an item that is not there`);
    return resolve(source, depth + 1);
  };
  for (const location of table.locations) resolve(location, 0);
  return resolved;
}

/** A range of what several regions hold one after the other. */
function within(ground: readonly Region[], start: number, byteLength: number): Region[] {
  const found: Region[] = [];
  let position = 0;
  for (const region of ground) {
    const from = Math.max(start, position);
    const to = Math.min(start + byteLength, position + region.byteLength);
    if (to > from) found.push({ byteOffset: region.byteOffset + from - position, byteLength: to - from });
    position += region.byteLength;
  }
  return found;
}
