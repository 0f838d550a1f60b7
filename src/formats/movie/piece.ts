import { isZeroRun } from '../../bytes/zero-run.js';
import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Edit, Part, Plan, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { blank, freeBox } from '../boxes/blank.js';
import { type BoxCounter, boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';

/** What every reader of boxes needs. */
export interface BoxPlace {
  readonly source: Source;
  readonly context: ReadContext;
  readonly counter: BoxCounter;
}

/**
 * A box, or some bytes of one: what it reveals, and how it goes. Every edit leaves the length of the file as it is, so that all
 * offsets to samples stay true.
 */
export interface Piece {
  readonly part: Part;
  /**
   * Sorted and disjoint, all within the part's region; but content that outgrows its place is put at the end of the file, as a box of
   * its own, by an edit that replaces nothing there.
   */
  edits(plan: Plan): Edit[];
  /** True where nothing of it is left. As the plan says of its part where not given. */
  goes?(plan: Plan): boolean;
}

/** True where nothing of the piece is left under the plan. */
export function isGone(piece: Piece, plan: Plan): boolean {
  return piece.goes?.(plan) ?? plan.actionOf(piece.part).kind === 'remove';
}

const NO_EDITS = (): Edit[] => [];

/** A box that players need, or that says nothing. */
export function structure(box: FileBox): Piece {
  return { part: structurePart(box.path, boxRegion(box)), edits: NO_EDITS };
}

/** Turns a box into `free` and its content into zeros. */
export function freed(box: FileBox): Edit[] {
  return freeBox(box.byteOffset, box.endOffset - box.byteOffset, box.sizeForm === 'long' ? 16 : 8);
}

/** A box that goes as a whole. */
export function removable(box: FileBox, part: Omit<Part, 'path' | 'region' | 'required'>): Piece {
  const whole: Part = { ...part, path: box.path, region: boxRegion(box), required: false };
  return { part: whole, edits: (plan) => (plan.actionOf(whole).kind === 'keep' ? [] : freed(box)) };
}

/** A box that may hold anything. */
export function opaqueBox(box: FileBox, note: string): Piece {
  const part = opaquePart(box.path, 'unknown', boxRegion(box), note);
  return { part, edits: (plan) => (plan.actionOf(part).kind === 'keep' ? [] : freed(box)) };
}

/** Some bytes within a box; zeros take their place. */
export function field(part: Part): Piece {
  const { byteOffset, byteLength } = part.region;
  return { part, edits: (plan) => (plan.actionOf(part).kind === 'remove' ? blank(byteOffset, byteLength) : []) };
}

/** Bytes that should be zero. Nothing where they are. */
export function slack(source: Source, path: string, { byteOffset, byteLength }: Region, note: string): Piece[] {
  if (isBlank(source, byteOffset, byteOffset + byteLength)) return [];
  return [field(opaquePart(path, 'unknown', { byteOffset, byteLength }, note))];
}

/** `free`, `skip` and `wide`: nothing should be in them. */
export function spare({ source }: BoxPlace, box: FileBox): Piece {
  const region = { byteOffset: box.dataOffset, byteLength: box.endOffset - box.dataOffset };
  const inner = slack(source, `${box.path}/content`, region, 'data in a box that is for nothing');
  return group(structurePart(box.path, boxRegion(box)), inner);
}

/** A part whose pieces are decided one by one. */
export function group(part: Part, pieces: readonly Piece[]): Piece {
  if (pieces.length === 0) return { part, edits: NO_EDITS };
  const whole = { ...part, children: pieces.map((piece) => piece.part) };
  return { part: whole, edits: (plan) => pieces.flatMap((piece) => piece.edits(plan)) };
}

/** A box that is there for its pieces alone: where all of them go, it goes. */
export function carrierBox(box: FileBox, part: Omit<Part, 'path' | 'region' | 'required'>, pieces: readonly Piece[]): Piece {
  const whole: Part = { ...part, path: box.path, region: boxRegion(box), required: false, children: pieces.map((piece) => piece.part) };
  const goes = (plan: Plan): boolean =>
    plan.actionOf(whole).kind === 'remove' || (pieces.length > 0 && pieces.every((piece) => isGone(piece, plan)));
  return { part: whole, goes, edits: (plan) => (goes(plan) ? freed(box) : pieces.flatMap((piece) => piece.edits(plan))) };
}

/** True where every byte from `start` up to `end` is zero. */
export function isBlank(source: Source, start: number, end: number): boolean {
  return isZeroRun(source, start, end);
}

/** The content of a box, where it is no longer than a payload may be. */
export function contentOf({ source, context }: BoxPlace, box: FileBox): Buffer | undefined {
  const byteLength = box.endOffset - box.dataOffset;
  if (byteLength > context.limits.payloadBytes) return undefined;
  const bytes = source.read(box.dataOffset, byteLength);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Room for what is left over in a box's old place: none, or enough for a `free` box. */
const FREE_HEAD_BYTES = 8;

/** A box written anew over its old place, with `free` behind it where it became shorter: by nothing, or by 8 bytes and more. */
export function rebuilt(box: FileBox, content: Uint8Array): Edit[] {
  const old = box.endOffset - box.byteOffset;
  const left = old - FREE_HEAD_BYTES - content.byteLength;
  if (left < 0 || (left > 0 && left < FREE_HEAD_BYTES))
    throw new UnsupportedError('no-room', box.byteOffset, `what stays of ${box.path} does not fit where it was`);
  const head = Buffer.alloc(FREE_HEAD_BYTES);
  head.writeUInt32BE(FREE_HEAD_BYTES + content.byteLength);
  head.write(box.type, 4, 'latin1');
  const rest = Buffer.alloc(left);
  if (left > 0) {
    rest.writeUInt32BE(left);
    rest.write('free', 4, 'latin1');
  }
  return [{ byteOffset: box.byteOffset, byteLength: old, bytes: Buffer.concat([head, content, rest]) }];
}
