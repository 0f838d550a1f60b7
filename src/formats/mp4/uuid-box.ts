import type { Part } from '../../core/part.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom } from '../../metadata/reading.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { type BoxPlace, contentOf, freed, opaqueBox, type Piece } from '../movie/piece.js';
import { XMP_UUID, xmpBox } from '../movie/xmp-box.js';

/** C2PA 2.1 A.5.1: the box that holds a manifest store. */
const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';

/** Whose they are, for the reader of the report. None of them is needed to play. */
const VENDORS: Readonly<Record<string, string>> = {
  '85c0b687820f11e08111f4ce462b6a48': "a camera maker's own box (Canon)",
  '50524f4621d24fcebb88695cfac9c740': "a recorder's profile (Sony)",
  '55534d5421d24fcebb88695cfac9c740': "a recorder's user data (Sony)",
};

/** Version and flags, and at least a purpose of one character that ends in zero. */
const PURPOSE_OFFSET = 4;

/** A box with an extended type. */
export function uuidBox(place: BoxPlace, box: FileBox): Piece {
  if (box.uuid === XMP_UUID) return xmpBox(place, box);
  if (box.uuid === C2PA_UUID) return manifestBox(place, box);
  return opaqueBox(box, VENDORS[box.uuid ?? ''] ?? 'a private box');
}

function manifestBox(place: BoxPlace, box: FileBox): Piece {
  const content = contentOf(place, box);
  const purposeEnd = content === undefined ? -1 : content.indexOf(0, PURPOSE_OFFSET);
  if (content === undefined || purposeEnd < 0) return opaqueBox(box, 'a C2PA box that cannot be read');
  // A manifest is followed by where the next box for it lies; other purposes hold what they are for.
  const isManifest = content.toString('latin1', PURPOSE_OFFSET, purposeEnd) === 'manifest';
  const start = Math.min(content.byteLength, purposeEnd + 1 + (isManifest ? 8 : 0));
  const reading = readJumbf(content.subarray(start), {
    path: box.path,
    locate: locateFrom(box.dataOffset + start),
    context: place.context,
  });
  const part: Part = {
    path: box.path,
    carrier: 'JUMBF',
    category: 'provenance',
    region: boxRegion(box),
    required: false,
    note: 'C2PA manifest store',
    children: reading.parts,
    atomic: true,
  };
  return { part, edits: (plan) => (plan.actionOf(part).kind === 'keep' ? [] : freed(box)) };
}
