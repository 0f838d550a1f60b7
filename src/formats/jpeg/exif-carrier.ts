import type { ReadContext } from '../../core/format.js';
import type { Part, Plan } from '../../core/part.js';
import { readExif } from '../../metadata/exif/read-exif.js';
import { type AppSegment, buildSegments } from './app-segment.js';
import { type Carried, Joined } from './joined.js';

// Exif 3.0 4.7.2.2: `Exif`, NUL, and a pad byte that some writers fill with 0xFF. Writers that wrap what is wrapped already
// put it there twice; ExifTool's Exif.jpg collection has blocks with a few bytes in front.
const MARK = /^(?:[\s\S]{0,4}?Exif\0[\s\S]){1,4}/i;
const TIFF_HEADER = /^(?:II\*\0|MM\0\*)/;

/** Bytes before the TIFF header of an Exif segment; `undefined` where it is none. */
export function exifMarkBytes(segment: AppSegment): number | undefined {
  return MARK.exec(segment.headText)?.[0].length;
}

export function startsTiff(segment: AppSegment): boolean {
  return TIFF_HEADER.test(segment.headText.slice(exifMarkBytes(segment)));
}

export interface ExifCarried extends Carried {
  readonly orientation: number | undefined;
}

/**
 * One Exif block; over several segments where it is longer than one (CIPA DC-008 4.7.3). `isShown`: viewers look at this
 * block. One that they do not look at (a second one, one in the wrong segment) must not begin to turn the picture, so that
 * it goes where nothing is left of it but what would be rendered.
 */
export function readExifCarrier(segments: readonly AppSegment[], isShown: boolean, context: ReadContext): ExifCarried {
  const joined = new Joined(segments, (segment) => exifMarkBytes(segment) ?? 0);
  const [first] = segments as [AppSegment];
  const mark = first.data.subarray(0, exifMarkBytes(first));
  const reading = readExif(joined.bytes, { path: `${joined.path}/Exif`, locate: joined.locate, context });
  const parts = isShown ? reading.parts : reading.parts.map(unneeded);
  const rewrite = (plan: Plan): Uint8Array | null => {
    if (!isShown && !parts.some((part) => isWorthKeeping(part, plan))) return null;
    const bytes = reading.payload.rewrite(plan);
    return bytes === null ? null : buildSegments(first.marker, bytes, mark.length, () => mark);
  };
  const note = isShown ? undefined : 'Exif block that viewers do not look at';
  const part = { carrier: 'Exif', category: 'rendering', required: false, children: parts, payload: { rewrite } } as const;
  return { ...joined.carried(note === undefined ? part : { ...part, note }), orientation: reading.orientation };
}

function unneeded(part: Part): Part {
  return { ...part, required: false, ...(part.children === undefined ? {} : { children: part.children.map(unneeded) }) };
}

function isWorthKeeping(part: Part, plan: Plan): boolean {
  if (plan.actionOf(part).kind === 'remove') return false;
  if (part.category !== 'rendering') return true;
  return part.atomic !== true && (part.children ?? []).some((child) => isWorthKeeping(child, plan));
}
