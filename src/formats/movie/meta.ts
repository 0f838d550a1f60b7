import type { Part, Plan } from '../../core/part.js';
import { latin1 } from '../../metadata/text.js';
import { boxRegion, type FileBox, walkSoundBoxes } from '../boxes/walk.js';
import { handlerBox, handlerTypeOf } from './handler.js';
import { readItemList } from './item-list.js';
import { type BoxPlace, freed, isGone, opaqueBox, type Piece, slack, spare } from './piece.js';

/**
 * Metadata as a list of items: those of iTunes (`mdir`), and QuickTime's with named keys (`mdta`). Any other kind may hold anything.
 * Where nothing of the list is left, the whole box goes.
 */
export function metaBox(place: BoxPlace, box: FileBox): Piece {
  const run = walkSoundBoxes(place.source, listOffset(place, box), box.endOffset, `${box.path}/`, place.counter);
  const find = (type: string): FileBox | undefined => run.boxes.find((inner) => inner.type === type);
  const [handler, keys, list] = [find('hdlr'), find('keys'), find('ilst')];
  const kind = handler === undefined ? undefined : handlerTypeOf(place, handler);
  if (kind !== 'mdir' && kind !== 'mdta') return opaqueBox(box, 'metadata of an unknown kind');
  if ((kind === 'mdta') !== (keys !== undefined)) return opaqueBox(box, 'metadata whose keys cannot be read');
  const items = list === undefined ? undefined : readItemList(place, list, keys);
  if (items === undefined && (list !== undefined || keys !== undefined)) return opaqueBox(box, 'a list of items that cannot be read');
  const others = run.boxes
    .filter((inner) => inner !== list && inner !== keys)
    .map((inner) => (inner === handler ? handlerBox(place, inner) : otherBox(place, inner)));
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  others.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  const listed = items?.parts ?? [];
  const part: Part = {
    path: box.path,
    carrier: 'application',
    category: 'rendering',
    region: boxRegion(box),
    required: false,
    children: [...others.map((piece) => piece.part), ...listed],
  };
  const isEmptied = (plan: Plan): boolean => listed.length > 0 && listed.every((each) => plan.actionOf(each).kind === 'remove');
  const goes = (plan: Plan): boolean => isEmptied(plan) && others.every((piece) => piece.part.required || isGone(piece, plan));
  return {
    part,
    goes,
    edits: (plan) => {
      if (goes(plan)) return freed(box);
      const edits = [...others.flatMap((piece) => piece.edits(plan)), ...(items?.edits(plan) ?? [])];
      return edits.sort((a, b) => a.byteOffset - b.byteOffset);
    },
  };
}

/** ISO has version and flags before the list of boxes, QuickTime has not. */
function listOffset(place: BoxPlace, box: FileBox): number {
  if (box.endOffset - box.dataOffset < 8) return box.dataOffset;
  return latin1(place.source.read(box.dataOffset + 4, 4)) === 'hdlr' ? box.dataOffset : box.dataOffset + 4;
}

function otherBox(place: BoxPlace, box: FileBox): Piece {
  if (box.type === 'free' || box.type === 'skip' || box.type === 'wide') return spare(place, box);
  return opaqueBox(box, 'a box that is not read');
}
