import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { type BoxPlace, group, opaqueBox, type Piece, slack, spare } from '../movie/piece.js';
import { numberBox } from '../movie/tables.js';
import { structurePart } from '../structure-part.js';

/** `sidx`: where segments lie (ISO/IEC 14496-12 8.16.3). */
export function segmentIndex(place: BoxPlace, box: FileBox): Piece {
  const room = box.endOffset - box.dataOffset;
  const version = room > 0 ? (place.source.read(box.dataOffset, 1)[0] as number) : 0;
  const headBytes = version === 0 ? 24 : 32;
  if (room < headBytes) return opaqueBox(box, 'an index of segments that cannot be read');
  const count = Buffer.from(place.source.read(box.dataOffset + headBytes - 2, 2)).readUInt16BE(0);
  return withSlack(place, box, headBytes + 12 * count);
}

/** `mfra`: where fragments lie that one can start to play at (8.8.9). */
export function fragmentIndex(place: BoxPlace, box: FileBox): Piece {
  const run = walkBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const pieces = run.boxes.map((inner) => {
    if (inner.type === 'mfro') return numberBox(place, inner);
    if (inner.type === 'free' || inner.type === 'skip') return spare(place, inner);
    return inner.type === 'tfra' ? trackIndex(place, inner) : opaqueBox(inner, 'a box of an index that is not known');
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

/** `tfra` (8.8.10): time and place of each entry, and numbers whose lengths are given. */
function trackIndex(place: BoxPlace, box: FileBox): Piece {
  const room = box.endOffset - box.dataOffset;
  if (room < 16) return opaqueBox(box, 'an index of a track that cannot be read');
  const head = Buffer.from(place.source.read(box.dataOffset, 16));
  const lengths = head.readUInt32BE(8);
  const numbers = ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3) + 3;
  return withSlack(place, box, 16 + head.readUInt32BE(12) * ((head[0] === 1 ? 16 : 8) + numbers));
}

function withSlack(place: BoxPlace, box: FileBox, usedBytes: number): Piece {
  const byteLength = Math.max(0, box.endOffset - box.dataOffset - usedBytes);
  const rest = { byteOffset: box.endOffset - byteLength, byteLength };
  return group(structurePart(box.path, boxRegion(box)), slack(place.source, `${box.path}/slack`, rest, 'bytes behind the numbers'));
}
