import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

/** Size and type (ISO/IEC 14496-12 4.2.2). */
const SHORT_HEAD_BYTES = 8;

/** Size, type and a size of 64 bits. */
const LONG_HEAD_BYTES = 16;

/** The extended type behind `uuid`. */
const UUID_BYTES = 16;

/** One box of a file by its declared size; its content is not read. Offsets count from the start of the file. */
export interface FileBox {
  /** Four characters, Latin-1. */
  readonly type: string;
  /** 32 hex digits where the type is `uuid`. */
  readonly uuid?: string;
  /** `moov#0/udta#0`: unique in the file, safe to show. */
  readonly path: string;
  readonly byteOffset: number;
  /** The first byte after the size, the type and, for `uuid`, the extended type. */
  readonly dataOffset: number;
  readonly endOffset: number;
  /** How the size was written: some edits have to keep the form. */
  readonly sizeForm: 'short' | 'long' | 'to-end';
}

/** Counts boxes over a whole file, at every level. */
export class BoxCounter {
  #count = 0;

  constructor(readonly limits: Limits) {}

  add(byteOffset: number): void {
    if (++this.#count > this.limits.partCount) throw new LimitError('partCount', byteOffset, `more than ${this.limits.partCount} boxes`);
  }
}

export interface BoxRun {
  readonly boxes: readonly FileBox[];
  /** Short of the end by what is too little for another box, or by the zeros that QuickTime puts at the end of a list. */
  readonly endOffset: number;
  /** Why the run ends where it does, where what follows is no box and the caller asked to be told rather than refused. */
  readonly broken?: FormatError;
}

/** What becomes of bytes that are no box: an error, or the end of the run, once there is a box in front of them. */
export type OnNoBox = 'throw' | 'stop';

/**
 * The boxes from `start` up to `end`, one after the other. `prefix` is `''` or ends in `/`.
 * Throws `FormatError` (`truncated`, `bad-box-size`) where one of them does not lie within, `LimitError` past `partCount`.
 */
export function walkBoxes(
  source: Source,
  start: number,
  end: number,
  prefix: string,
  counter: BoxCounter,
  onNoBox: OnNoBox = 'throw',
): BoxRun {
  const run = walkSoundBoxes(source, start, end, prefix, counter);
  if (run.broken !== undefined && (onNoBox === 'throw' || run.boxes.length === 0)) throw run.broken;
  return run;
}

/** As `walkBoxes`, up to the first box that does not lie within: `broken` then says why. */
export function walkSoundBoxes(source: Source, start: number, end: number, prefix: string, counter: BoxCounter): BoxRun {
  const boxes: FileBox[] = [];
  const ordinals = new Map<string, number>();
  let at = start;
  while (at + SHORT_HEAD_BYTES <= end) {
    const head = readHead(source, at, end);
    if (head === undefined) break;
    if (head instanceof FormatError) return { boxes, endOffset: at, broken: head };
    counter.add(at);
    const shown = shownType(head.type);
    const ordinal = ordinals.get(shown) ?? 0;
    ordinals.set(shown, ordinal + 1);
    boxes.push({ ...head, path: `${prefix}${shown}#${ordinal}` });
    at = head.endOffset;
  }
  return { boxes, endOffset: at };
}

function readHead(source: Source, at: number, end: number): Omit<FileBox, 'path'> | FormatError | undefined {
  const head = source.read(at, Math.min(LONG_HEAD_BYTES + UUID_BYTES, end - at));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const type = Buffer.from(head.subarray(4, 8)).toString('latin1');
  const declared = view.getUint32(0);
  // QuickTime File Format, "User data atoms": a list may end with 32 zero bits.
  if (declared === 0 && type === '\0\0\0\0') return undefined;
  let dataOffset = at + SHORT_HEAD_BYTES;
  let endOffset = at + declared;
  let sizeForm: FileBox['sizeForm'] = 'short';
  if (declared === 1) {
    if (head.byteLength < LONG_HEAD_BYTES) return new FormatError('truncated', at, `the box ${shownType(type)} ends within its size`);
    const size = view.getBigUint64(8);
    if (size > BigInt(Number.MAX_SAFE_INTEGER))
      return new FormatError('bad-box-size', at, `the box ${shownType(type)} declares 2^53 bytes or more`);
    dataOffset = at + LONG_HEAD_BYTES;
    endOffset = at + Number(size);
    sizeForm = 'long';
  } else if (declared === 0) {
    // 4.2.2: a size of 0 says that the box goes on to the end of the file.
    endOffset = end;
    sizeForm = 'to-end';
  }
  if (endOffset < dataOffset) return new FormatError('bad-box-size', at, `the box ${shownType(type)} is shorter than its own head`);
  if (endOffset > end)
    return new FormatError(
      'truncated',
      at,
      `the box ${shownType(type)} declares ${endOffset - at} bytes, ${end - at} are left in what holds it`,
    );
  if (type !== 'uuid') return { type, byteOffset: at, dataOffset, endOffset, sizeForm };
  const idAt = dataOffset - at;
  if (dataOffset + UUID_BYTES > endOffset) return new FormatError('bad-box-size', at, 'a uuid box is too short for its extended type');
  const uuid = Buffer.from(head.subarray(idAt, idAt + UUID_BYTES)).toString('hex');
  return { type, uuid, byteOffset: at, dataOffset: dataOffset + UUID_BYTES, endOffset, sizeForm };
}

/** Four characters for a path: as they are where they are printable and harmless, else in hex. */
export function shownType(type: string): string {
  const trimmed = type.replace(/[ \0]+$/, '');
  if (/^[A-Za-z0-9+-]{1,4}$/.test(trimmed)) return trimmed;
  // QuickTime marks its text items with the sign of copyright.
  return /^\xa9[A-Za-z0-9]{3}$/.test(trimmed) ? `(c)${trimmed.slice(1)}` : `0x${Buffer.from(type, 'latin1').toString('hex')}`;
}

export function boxRegion(box: FileBox): Region {
  return { byteOffset: box.byteOffset, byteLength: box.endOffset - box.byteOffset };
}
