import type { Edit, Part, Plan } from '../../core/part.js';
import { locateFrom } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { type BoxPlace, contentOf, freed, opaqueBox, type Piece } from './piece.js';

/** The extended type under which XMP lies in ISO files (XMP part 3, 1.2.7). */
export const XMP_UUID = 'be7acfcb97a942e89c71999491e3afac';

/** Size, type and extended type. */
const UUID_HEAD_BYTES = 24;

const SPACE = 0x20;

/** A box whose content is an XMP packet: in `uuid`, or in QuickTime's `XMP_`. */
export function xmpBox(place: BoxPlace, box: FileBox): Piece {
  const bytes = contentOf(place, box);
  if (bytes === undefined) return opaqueBox(box, 'XMP too long to be read');
  const reading = readXmp(bytes, { path: box.path, locate: locateFrom(box.dataOffset), context: place.context });
  const part: Part = {
    path: box.path,
    carrier: 'XMP',
    category: 'rendering',
    region: boxRegion(box),
    required: false,
    children: reading.parts,
    payload: reading.payload,
  };
  const rewritten = (plan: Plan): Uint8Array | null => (plan.actionOf(part).kind === 'remove' ? null : reading.payload.rewrite(plan));
  return {
    part,
    goes: (plan) => plan.touches(part) && rewritten(plan) === null,
    edits: (plan) => {
      if (!plan.touches(part)) return [];
      const packet = rewritten(plan);
      if (packet === null) return freed(box);
      if (packet.byteLength > bytes.byteLength) return [...freed(box), atEnd(packet, place.source.byteLength)];
      // White space after a packet belongs to it (XMP part 1, 7.3.2).
      const padding = Buffer.alloc(bytes.byteLength - packet.byteLength, SPACE);
      return [{ byteOffset: box.dataOffset, byteLength: bytes.byteLength, bytes: Buffer.concat([packet, padding]) }];
    },
  };
}

/** A packet that outgrew its place becomes a box on the top level, where no offset counts on it. */
function atEnd(packet: Uint8Array, byteOffset: number): Edit {
  const head = Buffer.alloc(UUID_HEAD_BYTES);
  head.writeUInt32BE(UUID_HEAD_BYTES + packet.byteLength);
  head.write('uuid', 4, 'latin1');
  head.write(XMP_UUID, 8, 'hex');
  return { byteOffset, byteLength: 0, bytes: Buffer.concat([head, packet]) };
}
