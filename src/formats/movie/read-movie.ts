import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { headerBox } from './header-box.js';
import { metaBox } from './meta.js';
import { type BoxPlace, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';
import { numberBox } from './tables.js';
import { type MovieTrack, readTrack, referenceEdits, trackId } from './track.js';
import { userData } from './user-data.js';
import { XMP_UUID, xmpBox } from './xmp-box.js';

/**
 * A `moov` box, of a film or of a sequence of pictures. For the reader of a file that holds one:
 *
 * 1. Put `part` among the file's parts; it covers the whole box.
 * 2. Take `samples` of every track as bytes of the file that are in use, those of needed tracks as pixels. Ranges may leave the file.
 * 3. On edit, take `edits(plan)`: all keep the box's length, so that no offset changes. They do not touch samples: those of tracks
 *    that are `gone(plan)` have to be overwritten by the file's reader, but for what other tracks need. One edit may stand at the
 *    very end of the file and replace nothing there: XMP that outgrew its place, as a box.
 */
export interface Movie {
  readonly part: Part;
  readonly tracks: readonly MovieTrack[];
  /** Sizes of samples by track, for the fragments that give none (ISO/IEC 14496-12 8.8.3). */
  readonly defaultSampleBytes: ReadonlyMap<number, number>;
  edits(plan: Plan): Edit[];
  gone(plan: Plan): readonly MovieTrack[];
}

/** No list of levels is longer. */
const LEVELS_BYTES = 256;

/** ISO/IEC 14496-1 7.2.6.4: version and flags, a tag, a length, a number and flags, five profiles, then the numbers of tracks. */
const DESCRIPTOR = /^00000000(?:01|02|10|11)(?:80){0,3}[0-9a-f]{2}[0-9a-f]{14}(?:0[ef](?:80){0,3}04[0-9a-f]{8})*$/;

function isDescriptor({ source }: BoxPlace, { dataOffset, endOffset }: FileBox): boolean {
  return DESCRIPTOR.test(Buffer.from(source.read(dataOffset, Math.min(endOffset - dataOffset, LEVELS_BYTES))).toString('hex'));
}

/** Reads a `moov` box. Throws a reader's error where it is broken in what players need. */
export function readMovie(place: BoxPlace, box: FileBox): Movie {
  const { source, counter } = place;
  const run = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
  if (run.boxes.some(({ type }) => type === 'cmov'))
    throw new UnsupportedError(
      'compressed-movie',
      box.byteOffset,
      'the description of the film is compressed',
      'save it again with a current program: nothing has written this form in years',
    );
  const ids = new Set(run.boxes.filter(({ type }) => type === 'trak').map((track) => trackId(place, track)));
  const tracks: MovieTrack[] = [];
  const defaults = new Map<number, number>();
  let hasHeader = false;
  const pieces = run.boxes.map((inner): Piece => {
    switch (inner.type) {
      case 'mvhd':
        if (hasHeader) return opaqueBox(inner, 'a second header of the film');
        hasHeader = true;
        return headerBox(place, inner);
      case 'trak': {
        const track = readTrack(place, inner, ids);
        tracks.push(track);
        return track.piece;
      }
      case 'mvex':
        return fragmentDefaults(place, inner, defaults);
      case 'iods':
        return isDescriptor(place, inner) ? structure(inner) : opaqueBox(inner, 'something else than which profiles it is of');
      case 'udta':
        return userData(place, inner);
      case 'meta':
        return metaBox(place, inner);
      case 'XMP_':
        return xmpBox(place, inner);
      case 'uuid':
        return inner.uuid === XMP_UUID ? xmpBox(place, inner) : opaqueBox(inner, 'a private box of a film');
      case 'free':
      case 'skip':
      case 'wide':
        return spare(place, inner);
      default:
        return opaqueBox(inner, 'a box of a film that is not known');
    }
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  pieces.push(...slack(source, `${box.path}/slack`, rest, 'bytes that are no box'));
  const whole = group(structurePart(box.path, boxRegion(box)), pieces);
  const gone = (plan: Plan): MovieTrack[] => tracks.filter((track) => plan.actionOf(track.piece.part).kind === 'remove');
  return {
    part: whole.part,
    tracks,
    defaultSampleBytes: defaults,
    gone,
    edits: (plan) => {
      const lost = new Set(gone(plan).map(({ id }) => id));
      const left = tracks.filter((track) => plan.actionOf(track.piece.part).kind !== 'remove');
      const edits = [...whole.edits(plan), ...(lost.size === 0 ? [] : left.flatMap((track) => referenceEdits(track, lost)))];
      return edits.sort((a, b) => a.byteOffset - b.byteOffset);
    },
  };
}

/** `mvex`: what fragments do not say of their samples. */
function fragmentDefaults(place: BoxPlace, box: FileBox, defaults: Map<number, number>): Piece {
  const { boxes, endOffset } = walkBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const pieces = boxes.map((inner): Piece => {
    switch (inner.type) {
      case 'trex':
        if (inner.endOffset - inner.dataOffset >= 24) {
          const bytes = Buffer.from(place.source.read(inner.dataOffset, 24));
          defaults.set(bytes.readUInt32BE(4), bytes.readUInt32BE(16));
        }
        return numberBox(place, inner);
      case 'mehd':
        return numberBox(place, inner);
      case 'free':
      case 'skip':
        return spare(place, inner);
      case 'leva':
      case 'trep':
        return inner.endOffset - inner.byteOffset <= LEVELS_BYTES ? structure(inner) : opaqueBox(inner, 'levels that are too long');
      default:
        return opaqueBox(inner, 'a box of fragments that is not known');
    }
  });
  const rest = { byteOffset: endOffset, byteLength: box.endOffset - endOffset };
  pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  return group(structurePart(box.path, boxRegion(box)), pieces);
}
