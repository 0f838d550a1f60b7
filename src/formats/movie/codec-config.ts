import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart } from '../../metadata/reading.js';
import { isZero } from '../../metadata/text.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { type BoxPlace, contentOf, field, group, type Piece, structure } from './piece.js';
import { wordsIn } from './value.js';

/** NAL units of supplemental information before and after a picture (H.265 table 7-1). */
const SEI = new Set([39, 40]);

/** Messages of the kind `user_data_unregistered` (H.265 D.2.7): who defined them, then anything. */
const USER_DATA = 5;
const ID_BYTES = 16;

const SPACE = 0x20;

/** What decoders are set up with: parameter sets, and beside them what an encoder says of itself. */
export function codecConfig(place: BoxPlace, box: FileBox): Piece {
  const content = contentOf(place, box);
  if (content === undefined) return structure(box);
  const pieces = box.type === 'hvcC' ? userDataOf(box, content) : box.type === 'avcC' ? behindSets(box, content) : [];
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

/** ISO/IEC 14496-15 8.3.3.1: arrays of NAL units by their type. */
function userDataOf(box: FileBox, content: Buffer): Piece[] {
  const pieces: Piece[] = [];
  const arrays = content[22] ?? 0;
  let at = 23;
  for (let array = 0; array < arrays && at + 3 <= content.length; array++) {
    const type = (content[at] as number) & 0x3f;
    const count = content.readUInt16BE(at + 1);
    at += 3;
    for (let unit = 0; unit < count && at + 2 <= content.length; unit++) {
      const end = Math.min(content.length, at + 2 + content.readUInt16BE(at));
      if (SEI.has(type)) pieces.push(...messageText(box, content, at + 2, end));
      at = end;
    }
  }
  if (at < content.length && !isZero(content.subarray(at))) pieces.push(rest(box, at));
  return pieces;
}

/** The text of the first message, where it is of the kind that encoders describe themselves in. */
function messageText(box: FileBox, content: Buffer, start: number, end: number): Piece[] {
  let at = start + 2;
  if (content[at] !== USER_DATA) return [];
  at++;
  let size = 0;
  while (at < end && content[at] === 0xff) {
    size += 0xff;
    at++;
  }
  size += content[at] ?? 0;
  const from = at + 1 + ID_BYTES;
  const to = Math.min(end, at + 1 + size);
  const text = content.subarray(from, to);
  if (to <= from || text.every((byte) => byte === SPACE)) return [];
  const region = { byteOffset: box.dataOffset + from, byteLength: to - from };
  const part: Part = {
    path: `${box.path}/encoder@${from}`,
    carrier: 'text',
    category: 'software',
    region,
    required: false,
    value: seal(wordsIn(text)),
  };
  // Zeros could look like the start of another unit; spaces cannot.
  return [
    {
      part,
      edits: (plan) => (plan.actionOf(part).kind === 'keep' ? [] : [{ ...region, bytes: Buffer.alloc(region.byteLength, SPACE) }]),
    },
  ];
}

/** ISO/IEC 14496-15 5.3.3.1: what follows the parameter sets, and their extension in the high profiles. */
function behindSets(box: FileBox, content: Buffer): Piece[] {
  let at = 5;
  const skip = (count: number): void => {
    for (let set = 0; set < count; set++) at += 2 + (at + 2 <= content.length ? content.readUInt16BE(at) : 0);
  };
  skip((content[at++] ?? 0) & 0x1f);
  skip(content[at++] ?? 0);
  const profile = content[1] ?? 0;
  // The profiles that have the extension; writers leave it out as often as not. Its reserved bits are ones.
  const [chroma = 0, luma = 0, depth = 0] = content.subarray(at, at + 3);
  const isExtension = chroma >= 0xfc && luma >= 0xf8 && depth >= 0xf8 && at + 4 <= content.length;
  if (![66, 77, 88].includes(profile) && isExtension) {
    at += 3;
    skip(content[at++] ?? 0);
  }
  return at < content.length && !isZero(content.subarray(at)) ? [rest(box, at)] : [];
}

function rest(box: FileBox, at: number): Piece {
  const region = { byteOffset: box.dataOffset + at, byteLength: box.endOffset - box.dataOffset - at };
  return field(opaquePart(`${box.path}/slack`, 'unknown', region, 'bytes behind the parameter sets'));
}
