import type { Edit, Part } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { seal } from '../../core/sealed.js';
import { blank } from '../boxes/blank.js';
import type { FileBox } from '../boxes/walk.js';
import { type BoxPlace, field, type Piece } from './piece.js';

/** Seconds from 1904, where these boxes count from, to 1970 (ISO/IEC 14496-12 8.2.2.3). */
const EPOCH_SECONDS = 2_082_844_800;

/** Seconds of the years a date can be made of; beyond, it is a number only. */
const MOST_SECONDS = EPOCH_SECONDS + 253_402_300_799;

/**
 * Creation and modification time at the head of `mvhd`, `tkhd` and `mdhd`: 32 bits each in version 0, 64 in version 1. No part
 * where one is 0, which stands for none.
 */
export function headerTimes({ source }: BoxPlace, box: FileBox): Piece[] {
  const room = box.endOffset - box.dataOffset;
  const width = room > 0 && source.read(box.dataOffset, 1)[0] === 1 ? 8 : 4;
  if (room < 4 + 2 * width) return [];
  return ['creation-time', 'modification-time'].flatMap((name, index) => {
    const byteOffset = box.dataOffset + 4 + index * width;
    const bytes = Buffer.from(source.read(byteOffset, width));
    if (bytes.every((byte) => byte === 0)) return [];
    return [timeField(`${box.path}/${name}`, byteOffset, bytes)];
  });
}

function timeField(path: string, byteOffset: number, bytes: Buffer): Piece {
  const seconds = bytes.length === 8 ? Number(bytes.readBigUInt64BE(0)) : bytes.readUInt32BE(0);
  const region = { byteOffset, byteLength: bytes.length };
  const common = { path, carrier: 'structure', category: 'time', region, required: false } as const;
  // What is no time can hide as many bytes of anything.
  if (seconds > MOST_SECONDS) return field({ ...common, alsoReveals: ['hidden'] });
  const part: Part = {
    ...common,
    value: seal(new Date((seconds - EPOCH_SECONDS) * 1000).toISOString()),
    coarsenable: { kind: 'time', isCoarse: (precision) => coarsenSeconds(seconds, precision) === seconds },
  };
  const edits: Piece['edits'] = (plan) => {
    const action = plan.actionOf(part);
    if (action.kind === 'keep') return [];
    const coarse = action.kind === 'coarsen' ? coarsenSeconds(seconds, action.precision) : undefined;
    return coarse === undefined ? blank(byteOffset, bytes.length) : [numberEdit(byteOffset, bytes.length, coarse)];
  };
  return { part, edits };
}

function numberEdit(byteOffset: number, byteLength: number, value: number): Edit {
  const bytes = Buffer.alloc(byteLength);
  if (byteLength === 8) bytes.writeBigUInt64BE(BigInt(value));
  else bytes.writeUInt32BE(value);
  return { byteOffset, byteLength, bytes };
}

/** The start of the day, month or year in UTC; 0, which says nothing, before 1904. */
function coarsenSeconds(seconds: number, precision: Precision): number | undefined {
  if (precision.kind !== 'time') return undefined;
  const date = new Date((seconds - EPOCH_SECONDS) * 1000);
  date.setUTCHours(0, 0, 0, 0);
  if (precision.unit !== 'day') date.setUTCDate(1);
  if (precision.unit === 'year') date.setUTCMonth(0);
  return Math.max(0, date.getTime() / 1000 + EPOCH_SECONDS);
}
