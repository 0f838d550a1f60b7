import type { Inspection } from '../../core/format.js';
import type { HiddenPicture, PictureWithin } from '../../core/hidden-picture.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { CROP_NOTE } from '../../formats/heif/crop.js';
import { picturesWithin } from './pictures-within.js';
import { shapesDiffer } from './shape.js';

/** Bytes of one file in which previews are looked for where only headers are: what lies further behind is no metadata. */
const HEADERS_BYTES = 4 * 2 ** 20;

/** What of hidden pictures can be told from headers alone: no pixel is decoded. */
export function hiddenByStructure(source: Source, inspection: Inspection): HiddenPicture[] {
  return [
    ...otherShapes(inspection, picturesWithin(source, inspection, HEADERS_BYTES)),
    ...remainsOf(source, inspection),
    ...croppedForShow(inspection),
  ];
}

/** A preview of other proportions shows something else than the picture: mostly what was there before it was cropped. */
function otherShapes({ picture }: Inspection, within: readonly PictureWithin[]): HiddenPicture[] {
  return within.flatMap(({ at, byteOffset, byteLength, size }) => {
    if (size === undefined || !shapesDiffer(size, picture)) return [];
    const message = `a preview of ${size.width}x${size.height} in a picture of ${picture.width}x${picture.height}: of other proportions, it was not made from the picture as it is, and may show what was cropped away`;
    return [{ kind: 'other-picture' as const, at, byteOffset, byteLength, message, scrubbed: true }];
  });
}

/** Parts that hold the rest of an older file behind the end of this one. */
export function remainsOf(source: Source, { parts, format }: Inspection): HiddenPicture[] {
  return parts.flatMap((part) => {
    const what = remainsIn(source, part, format);
    if (what === undefined) return [];
    const { byteOffset, byteLength } = part.region;
    const message = `${byteLength} bytes of ${what} lie behind the end: a larger picture was overwritten and not cut off (aCropalypse)`;
    return [{ kind: 'remains' as const, at: part.path, byteOffset, byteLength, message, scrubbed: true }];
  });
}

const PNG_END = Buffer.from('0000000049454e44ae426082', 'hex');
/** What is said of bytes behind a JPEG that are the trailer of no maker. */
const UNKNOWN_TRAILER = 'bytes behind the picture';

const SIGNATURE = /^(?:\xff\xd8\xff|\x89PNG|RIFF|GIF8|PK\x03\x04|%PDF)/;

/** Bytes that end as a file of this format does, and do not begin as any file. */
function remainsIn(source: Source, { carrier, region, note }: Part, format: Inspection['format']): string | undefined {
  if (carrier !== 'trailer' || region.byteLength < 32) return undefined;
  const head = Buffer.from(source.read(region.byteOffset, 16)).toString('latin1');
  const tail = Buffer.from(source.read(region.byteOffset + region.byteLength - 16, 16));
  if (SIGNATURE.test(head) || head.startsWith('ftyp', 4)) return undefined;
  if (format === 'png') return tail.subarray(4).equals(PNG_END) ? 'an older PNG' : undefined;
  // A whole picture behind the end is a second picture.
  if (format === 'jpeg' && (note !== UNKNOWN_TRAILER || startsWithin(source, region))) return undefined;
  if (format === 'jpeg') return tail.subarray(14).equals(Buffer.from([0xff, 0xd9])) ? 'an older JPEG' : undefined;
  if (format === 'gif') return tail[15] === 0x3b && tail[14] === 0 ? 'an older GIF' : undefined;
  return undefined;
}

const SOI = Buffer.from([0xff, 0xd8, 0xff]);
const SEARCHED_BYTES = 64 * 1024;

function startsWithin(source: Source, { byteOffset, byteLength }: Part['region']): boolean {
  const bytes = Buffer.from(source.read(byteOffset, Math.min(SEARCHED_BYTES, byteLength)));
  return bytes.includes(SOI);
}

/** A picture with a clean aperture that cuts a good part of it off, and only when it is shown. No scrub takes that away: the file is refused. */
export function croppedForShow({ parts }: Inspection): HiddenPicture[] {
  const [clap] = parts.flatMap((part) => [...aperturesIn(part, 0)]);
  if (clap === undefined) return [];
  const { path: at, region } = clap;
  return [{ kind: 'cropped-for-show', at, ...region, message: CROP_NOTE, scrubbed: false }];
}

const NESTING = 16;

function* aperturesIn(part: Part, depth: number): Generator<Part> {
  if (part.note === CROP_NOTE) yield part;
  if (depth < NESTING) for (const child of part.children ?? []) yield* aperturesIn(child, depth + 1);
}
