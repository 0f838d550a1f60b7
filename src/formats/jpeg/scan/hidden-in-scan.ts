import type { Region } from '../../../core/part.js';
import type { Source } from '../../../core/source.js';
import type { Frame } from '../frame.js';
import { MARKER } from '../markers.js';
import type { Table } from '../tables.js';
import type { Scan } from '../walk.js';
import { geometryOf } from './geometry.js';
import { HuffmanCode } from './huffman.js';
import { type BlockCodes, endOfMcus, endsInStep } from './sequential.js';

/** A scan up to this size is always gone through. */
const SMALL_BYTES = 48 * 1024;
/** A larger one is looked at from here before its end; where that looks wrong, it is gone through. */
const TAIL_BYTES = 6 * 1024;
/** Restart intervals of a larger scan that are gone through: the longest ones. */
const LOOKED_INTERVALS = 8;
/** Larger scans are left alone: a second of work, and more than most pictures. */
const MAX_BYTES = 32 * 2 ** 20;

/**
 * Bytes within a scan that no decoder shows: those behind the last MCU, of the scan or of a restart interval
 * (T.81 F.1.2.3 allows padding to a whole byte only). In file order. Only sequential Huffman coding is looked into.
 *
 * To decode all of a large scan would cost more than all the rest. So a large one is trusted where its last bytes fall into step with
 * its code and end as they should, and of its restart intervals only the longest are gone through. Who makes bytes that
 * decode as blocks, with an end that fits, is not found there.
 */
export function hiddenInScan(source: Source, frame: Frame, scan: Scan): Region[] {
  const byteLength = scan.end - scan.start;
  // With its height in a DNL segment, a scan ends where the data say.
  if (frame.marker > MARKER.SOF1 || frame.height === 0 || byteLength > MAX_BYTES) return [];
  const codes = codesOf(scan);
  if (codes === undefined) return [];
  const { mcuCount, blocks } = geometryOf(frame, scan.header);
  const blockCodes = blocks.map((index) => codes[index] as BlockCodes);
  if (scan.restartInterval === 0 && byteLength > SMALL_BYTES) {
    const tail = tailOf(source, scan);
    if (endsInStep(tail, blockCodes)) return [];
  }
  const data = source.read(scan.start, byteLength);
  const intervals = intervalsOf(data, scan.restartInterval, mcuCount);
  if (intervals === undefined) return [];
  const hidden: Region[] = [];
  for (const { start, end, mcus } of byteLength > SMALL_BYTES ? longest(intervals) : intervals) {
    const trueEnd = mcus === 0 ? start : endOfMcus(data, start, end, mcus, blockCodes);
    if (trueEnd !== undefined && trueEnd < end) hidden.push({ byteOffset: scan.start + trueEnd, byteLength: end - trueEnd });
  }
  return hidden;
}

function tailOf(source: Source, { end }: Scan): Uint8Array {
  const tail = source.read(end - TAIL_BYTES, TAIL_BYTES);
  // Not to start in the middle of a stuffed byte.
  return tail[0] === 0 ? tail.subarray(1) : tail;
}

function codesOf({ header, tables }: Scan): BlockCodes[] | undefined {
  const known = new Map<Table, HuffmanCode>();
  const codeOf = (table: Table | undefined): HuffmanCode | undefined => {
    if (table === undefined) return undefined;
    const code = known.get(table) ?? new HuffmanCode(table.bytes);
    known.set(table, code);
    return code;
  };
  const codes: BlockCodes[] = [];
  for (let index = 0; index < header.components.length; index++) {
    const [dc, ac] = [codeOf(tables[2 * index]), codeOf(tables[2 * index + 1])];
    if (dc === undefined || ac === undefined) return undefined;
    codes.push({ dc, ac });
  }
  return codes;
}

interface Interval {
  readonly start: number;
  readonly end: number;
  /** MCUs that it should hold; 0 for one that should not be. */
  readonly mcus: number;
}

/**
 * The runs of data between restart markers. `undefined` where the markers do not count up as they should (T.81 B.2.1):
 * a decoder then leaves out intervals or looks for the next one that fits.
 */
function intervalsOf(data: Uint8Array, restartInterval: number, mcuCount: number): Interval[] | undefined {
  if (restartInterval === 0) return [{ start: 0, end: data.length, mcus: mcuCount }];
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const intervals: Interval[] = [];
  let left = mcuCount;
  let start = 0;
  const push = (end: number): void => {
    const mcus = Math.min(left, restartInterval);
    intervals.push({ start, end, mcus });
    left -= mcus;
    start = end + 2;
  };
  for (let at = bytes.indexOf(0xff); at >= 0 && left > 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    if (code < MARKER.RST0 || code > MARKER.RST7) continue;
    if (left > restartInterval && code - MARKER.RST0 !== (intervals.length & 7)) return undefined;
    push(at);
  }
  if (left > 0) push(data.length);
  // What follows the last MCU is hidden from its restart marker on; one such marker some cameras write.
  else if (start < data.length) intervals.push({ start: start - 2, end: data.length, mcus: 0 });
  return intervals;
}

function longest(intervals: readonly Interval[]): Interval[] {
  const chosen = [...intervals].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, LOOKED_INTERVALS);
  const last = intervals.at(-1) as Interval;
  if (!chosen.includes(last)) chosen.push(last);
  return chosen.sort((a, b) => a.start - b.start);
}
