import { LimitError } from '../../core/error.js';
import type { Region } from '../../core/part.js';
import type { PsdBytes } from './bytes.js';

/** Bytes of a packed row that no decoder shows. */
export interface Slack extends Region {
  /** What tells nothing in their place: a code that does nothing behind the last one, zeros within the last. */
  readonly fill: number;
}

const DOES_NOTHING = 0x80;

/** Where the rows of a channel or a picture lie: their lengths, then the rows. */
export interface PackedRows {
  readonly countsAt: number;
  readonly countBytes: 2 | 4;
  readonly rows: number;
  /** Bytes of a row when it is unpacked. */
  readonly rowBytes: number;
}

/** How long one row is when packed. */
export function packedLength(bytes: PsdBytes, { countsAt, countBytes }: PackedRows, row: number): number {
  return countBytes === 4 ? bytes.u32(countsAt + 4 * row) : bytes.u16(countsAt + 2 * row);
}

/** PackBits, row by row: what lies behind the code that fills a row. Rows that do not hold are left to the decoder. */
export function slackOf(bytes: PsdBytes, packed: PackedRows): Slack[] {
  const found: Slack[] = [];
  let at = packed.countsAt + packed.rows * packed.countBytes;
  for (let row = 0; row < packed.rows; row++) {
    const end = at + packedLength(bytes, packed, row);
    for (const slack of slackOfRow(bytes, at, end, packed.rowBytes)) found.push(slack);
    if (found.length > bytes.limits.partCount)
      throw new LimitError('partCount', at, `more than ${bytes.limits.partCount} rows with more than they show`);
    at = end;
  }
  return found;
}

function slackOfRow({ window }: PsdBytes, start: number, end: number, rowBytes: number): Slack[] {
  let left = rowBytes;
  let at = start;
  const found: Slack[] = [];
  while (at < end && left > 0) {
    const code = window.u8(at);
    if (code === DOES_NOTHING) {
      at++;
      continue;
    }
    const isLiteral = code < DOES_NOTHING;
    const count = isLiteral ? code + 1 : 257 - code;
    at += 1 + (isLiteral ? count : 1);
    if (at > end) return [];
    const over = count - left;
    if (over > 0 && isLiteral) found.push({ byteOffset: at - over, byteLength: over, fill: 0 });
    left -= count;
  }
  if (at < end) found.push({ byteOffset: at, byteLength: end - at, fill: DOES_NOTHING });
  return found.filter(({ byteOffset, byteLength, fill }) => !isFilled(window.bytes(byteOffset, byteLength), fill));
}

function isFilled(bytes: Uint8Array, fill: number): boolean {
  return bytes.every((byte) => byte === fill) || bytes.every((byte) => byte === 0);
}
