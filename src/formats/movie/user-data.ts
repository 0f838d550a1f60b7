import type { Edit, Plan } from '../../core/part.js';
import { boxRegion, type FileBox, walkSoundBoxes } from '../boxes/walk.js';
import { itemCategory } from './item-names.js';
import { itemPart } from './item-part.js';
import { metaBox } from './meta.js';
import { type BoxPlace, carrierBox, contentOf, freed, opaqueBox, type Piece, slack, spare } from './piece.js';
import { xmpBox } from './xmp-box.js';

/** QuickTime: length and language before a text marked with the sign of copyright. */
const INTERNATIONAL_HEAD_BYTES = 4;
/** 3GPP TS 26.244 8.2: version, flags and language. */
const THREEGPP_HEAD_BYTES = 6;

/** User data of a movie, a track or a file: a list of items, each a box. */
export function userData(place: BoxPlace, box: FileBox): Piece {
  const run = walkSoundBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const pieces = run.boxes.map((item) => itemBox(place, item));
  // QuickTime ends the list with 32 zero bits.
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no item'));
  return carrierBox(box, { carrier: 'application', category: 'rendering' }, pieces);
}

function itemBox(place: BoxPlace, box: FileBox): Piece {
  switch (box.type) {
    case 'free':
    case 'skip':
    case 'wide':
      return spare(place, box);
    case 'meta':
      return metaBox(place, box);
    case 'XMP_':
      return xmpBox(place, box);
    default:
      return item(place, box);
  }
}

function item(place: BoxPlace, box: FileBox): Piece {
  const value = contentOf(place, box);
  if (value === undefined) return opaqueBox(box, 'an item too long to be read');
  const isInternational = box.type.startsWith('\xa9');
  const { part, coarse } = itemPart(place, {
    path: box.path,
    region: boxRegion(box),
    category: itemCategory(box.type),
    value,
    textOffsets: isInternational ? [INTERNATIONAL_HEAD_BYTES] : [0, INTERNATIONAL_HEAD_BYTES, THREEGPP_HEAD_BYTES],
    valueOffset: box.dataOffset,
  });
  const edits = (plan: Plan): Edit[] => {
    const action = plan.actionOf(part);
    if (action.kind === 'keep') return [];
    const bytes = action.kind === 'coarsen' ? coarse?.coarsen(action.precision) : undefined;
    return bytes === undefined ? freed(box) : [{ byteOffset: box.dataOffset, byteLength: value.byteLength, bytes }];
  };
  return { part, edits };
}
