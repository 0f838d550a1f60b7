import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { type BoxPlace, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';

/** Bytes of an entry behind version, flags and a count (ISO/IEC 14496-12 8.6, 8.7). */
const ENTRY_BYTES: Readonly<Record<string, number>> = { stts: 8, ctts: 8, stss: 4, stps: 4, stsh: 8, stsc: 12, stco: 4, co64: 8 };

/** An edit, in versions 0 and 1 (8.6.6). */
const EDIT_BYTES = [12, 20] as const;

const TABLE_HEAD_BYTES = 8;

/** Bytes behind version and flags of boxes that have one length. */
const FIXED_BYTES: Readonly<Record<string, readonly number[]>> = {
  cslg: [20, 40],
  vmhd: [8],
  smhd: [4],
  hmhd: [16],
  nmhd: [0],
  sthd: [0],
  mehd: [4, 8],
  trex: [20],
  mfhd: [4],
  tfdt: [4, 8],
  mfro: [4],
  clef: [8],
  prof: [8],
  enof: [8],
  // Without version and flags.
  load: [12],
  txas: [-4],
};

/** What a box of numbers holds beyond the numbers that it declares. */
export function numberBox(place: BoxPlace, box: FileBox): Piece {
  const end = usedEnd(place, box);
  if (end === undefined || end >= box.endOffset) return structure(box);
  const rest = { byteOffset: end, byteLength: box.endOffset - end };
  return group(structurePart(box.path, boxRegion(box)), slack(place.source, `${box.path}/slack`, rest, 'bytes behind the numbers'));
}

function usedEnd({ source }: BoxPlace, { type, dataOffset, endOffset }: FileBox): number | undefined {
  const room = endOffset - dataOffset;
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) {
    const version = room > 0 ? (source.read(dataOffset, 1)[0] as number) : 0;
    return dataOffset + 4 + (fixed[Math.min(version, fixed.length - 1)] as number);
  }
  if (room < TABLE_HEAD_BYTES) return undefined;
  const head = Buffer.from(source.read(dataOffset, Math.min(room, 12)));
  const entryBytes = type === 'elst' ? EDIT_BYTES[head[0] === 1 ? 1 : 0] : ENTRY_BYTES[type];
  if (entryBytes !== undefined) return dataOffset + TABLE_HEAD_BYTES + head.readUInt32BE(4) * entryBytes;
  if (head.length < 12) return undefined;
  const count = head.readUInt32BE(8);
  if (type === 'stsz') return dataOffset + 12 + (head.readUInt32BE(4) === 0 ? count * 4 : 0);
  if (type === 'stz2') return dataOffset + 12 + Math.ceil((count * (head[7] as number)) / 8);
  return undefined;
}

/** Boxes of numbers within one that is for nothing else: edit lists, apertures. */
const NUMBERS_WITHIN = new Set(['elst', 'clef', 'prof', 'enof']);

/** `edts` and `tapt`. */
export function numbersWithin(place: BoxPlace, box: FileBox): Piece {
  const run = walkBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const pieces = run.boxes.map((inner) =>
    NUMBERS_WITHIN.has(inner.type)
      ? numberBox(place, inner)
      : inner.type === 'free' || inner.type === 'skip'
        ? spare(place, inner)
        : opaqueBox(inner, 'a box of a track that is not known'),
  );
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

/** Groups of samples that a player may use (ISO/IEC 14496-12 10, 14496-15, 23001-7). */
const GROUPINGS = new Set([
  'roll',
  'prol',
  'rap ',
  'tele',
  'sync',
  'tsas',
  'seig',
  'stsa',
  'sap ',
  'rash',
  'alst',
  'nalm',
  'refs',
  'tscl',
  'avcp',
]);

/** Descriptions of a group are short. */
const GROUP_BYTES = 4096;

/** `sgpd` and `sbgp`: kept for the groupings that are known. */
export function groupingBox(place: BoxPlace, box: FileBox): Piece {
  const room = box.endOffset - box.dataOffset;
  const grouping = room < 8 ? '' : Buffer.from(place.source.read(box.dataOffset + 4, 4)).toString('latin1');
  if (!GROUPINGS.has(grouping)) return opaqueBox(box, 'a grouping of samples that is not known');
  return box.type === 'sgpd' && room > GROUP_BYTES ? opaqueBox(box, 'a grouping of samples that is too long') : structure(box);
}

/** Flag of `url ` and its like: the media lie in this file (ISO/IEC 14496-12 8.7.2.3). */
const SELF_CONTAINED = 1;

export interface DataReferences {
  readonly piece: Piece;
  /** Whether the media behind a reference (from 1 on) lie in this file. */
  isInFile(index: number): boolean;
}

/** `dref`: where the media lie. What says so of this file itself needs no name. */
export function dataReferences(place: BoxPlace, box: FileBox, entries: readonly FileBox[]): DataReferences {
  const inFile: boolean[] = [];
  const pieces = entries.flatMap((entry) => {
    const flags = entry.endOffset - entry.dataOffset >= 4 ? (place.source.read(entry.dataOffset + 3, 1)[0] as number) : 0;
    const self = (flags & SELF_CONTAINED) !== 0;
    inFile.push(self);
    const rest = { byteOffset: entry.dataOffset + 4, byteLength: Math.max(0, entry.endOffset - entry.dataOffset - 4) };
    const path = `${entry.path}/location`;
    return slack(place.source, path, rest, self ? 'a location where none is needed' : 'where another file lies');
  });
  const part = structurePart(box.path, boxRegion(box));
  // A reference that is missing is taken for the file itself, as players do.
  return { piece: group(part, pieces), isInFile: (index) => inFile[index - 1] ?? true };
}
