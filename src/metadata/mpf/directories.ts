import { Cursor } from '../../bytes/cursor.js';
import type { Limits } from '../../core/limits.js';

/** One field of an MP index or attribute directory. Offsets count from the MP header. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly valueAt: number;
  readonly value: Uint8Array;
  /** The same tag came before: readers take the first. */
  readonly repeated: boolean;
}

export interface Directory {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly fields: readonly Field[];
}

/** Bytes for one value of each TIFF type (TIFF 6.0 section 2). */
const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** CIPA DC-007 5.1: the index directory, then the attributes of the image itself. */
const NAMES = ['index', 'attributes'] as const;

/** The directories of a multi-picture block; `undefined` where it does not hold together. */
export function readDirectories(bytes: Uint8Array, limits: Limits): { directories: Directory[]; cursor: Cursor } | undefined {
  const mark = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (bytes.length < 14 || (mark !== 'II*\0' && mark !== 'MM\0*')) return undefined;
  const cursor = new Cursor(bytes, mark === 'II*\0');
  const directories: Directory[] = [];
  for (let at = cursor.u32(4); at !== 0; ) {
    const name = NAMES[directories.length];
    if (name === undefined || directories.some((directory) => directory.at === at)) return undefined;
    const read = readDirectory(cursor, at, name, limits);
    if (read === undefined) return undefined;
    directories.push(read.directory);
    at = read.next;
  }
  return directories.length === 0 ? undefined : { directories, cursor };
}

function readDirectory(cursor: Cursor, at: number, name: string, limits: Limits): { directory: Directory; next: number } | undefined {
  if (!cursor.has(at, 2)) return undefined;
  const count = cursor.u16(at);
  const nextAt = at + 2 + 12 * count;
  if (count > limits.entryCount || !cursor.has(at, 2 + 12 * count)) return undefined;
  const fields: Field[] = [];
  const seen = new Set<number>();
  for (let row = at + 2; row < nextAt; row += 12) {
    const [tag, type, values] = [cursor.u16(row), cursor.u16(row + 2), cursor.u32(row + 4)];
    const byteLength = (TYPE_BYTES[type] ?? 0) * values;
    const valueAt = byteLength > 4 ? cursor.u32(row + 8) : row + 8;
    if (byteLength === 0 || !cursor.has(valueAt, byteLength)) return undefined;
    fields.push({ tag, type, count: values, valueAt, value: cursor.slice(valueAt, byteLength), repeated: seen.has(tag) });
    seen.add(tag);
  }
  // Some writers leave out the offset of a next directory.
  const next = cursor.has(nextAt, 4) ? cursor.u32(nextAt) : 0;
  return { directory: { name, at, end: Math.min(nextAt + 4, cursor.byteLength), fields }, next };
}
