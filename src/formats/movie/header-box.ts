import { boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { headerTimes } from './header-times.js';
import { type BoxPlace, group, type Piece, slack } from './piece.js';

interface Layout {
  readonly bytes: number;
  /** Offset and length of fields that are reserved, or that no player shows anything by. */
  readonly reserved: readonly (readonly [offset: number, byteLength: number])[];
}

/** Versions 0 and 1 of ISO/IEC 14496-12 8.2.2, 8.3.2 and 8.4.2. The last field of `mvhd` is QuickTime's preview, poster and selection. */
const LAYOUTS: Readonly<Record<string, readonly [Layout, Layout]>> = {
  mvhd: [
    {
      bytes: 100,
      reserved: [
        [26, 10],
        [72, 24],
      ],
    },
    {
      bytes: 112,
      reserved: [
        [38, 10],
        [84, 24],
      ],
    },
  ],
  tkhd: [
    {
      bytes: 84,
      reserved: [
        [16, 4],
        [24, 8],
        [38, 2],
      ],
    },
    {
      bytes: 96,
      reserved: [
        [24, 4],
        [36, 8],
        [50, 2],
      ],
    },
  ],
  mdhd: [
    { bytes: 24, reserved: [] },
    { bytes: 36, reserved: [] },
  ],
};

/** `mvhd`, `tkhd` and `mdhd`: times are decided, reserved bytes and what follows the fields may be anything. */
export function headerBox(place: BoxPlace, box: FileBox): Piece {
  const room = box.endOffset - box.dataOffset;
  const layout = LAYOUTS[box.type]?.[room > 0 && place.source.read(box.dataOffset, 1)[0] === 1 ? 1 : 0];
  const pieces = [...headerTimes(place, box)];
  if (layout !== undefined && room >= layout.bytes) {
    for (const [offset, byteLength] of layout.reserved) {
      const region = { byteOffset: box.dataOffset + offset, byteLength };
      pieces.push(...slack(place.source, `${box.path}/reserved@${offset}`, region, 'reserved bytes that are not zero'));
    }
    const rest = { byteOffset: box.dataOffset + layout.bytes, byteLength: room - layout.bytes };
    pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes behind the fields'));
  }
  return group(structurePart(box.path, boxRegion(box)), pieces);
}
