import { UnsupportedError } from '../../core/error.js';
import type { Edit, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import type { Mp4Inspection } from './read-mp4.js';

const NOTHING = new Uint8Array(0);

const MOST_SHORT_BYTES = 2 ** 32 - 1;

/**
 * Every box stays where it is and as long as it is, so that all offsets to samples stay true: what goes becomes `free` and zeros.
 * Only what follows the last box is cut off.
 */
export function editMp4(source: Source, inspection: Mp4Inspection, plan: Plan): Edit[] {
  const { pieces, movie, media, data, trailer, boxes } = inspection;
  const gone = movie.gone(plan);
  const edits = [...movie.edits(plan), ...pieces.flatMap((piece) => piece.edits(plan))];
  for (const { region, unused } of data) {
    if (unused.some((part) => plan.actionOf(part).kind === 'remove')) for (const edit of media.clear(region)) edits.push(edit);
  }
  for (const edit of media.clearTracks(
    gone,
    data.map(({ region }) => region),
  ))
    edits.push(edit);
  if (trailer !== undefined && plan.actionOf(trailer).kind === 'remove') edits.push({ ...trailer.region, bytes: NOTHING });
  const last = boxes.at(-1);
  if (last?.sizeForm === 'to-end' && edits.some(({ byteOffset }) => byteOffset === source.byteLength)) {
    // What follows a box that goes on to the end of the file would become part of it.
    const size = last.endOffset - last.byteOffset;
    if (size > MOST_SHORT_BYTES)
      throw new UnsupportedError('no-room', last.byteOffset, 'nothing can follow a last box of this length', 'save the video again');
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(size);
    edits.push({ byteOffset: last.byteOffset, byteLength: 4, bytes });
  }
  return edits.sort((a, b) => a.byteOffset - b.byteOffset);
}
