import { inflateSync } from 'node:zlib';
import type { FormatId, Inspection } from '../../core/format.js';
import type { PictureWithin } from '../../core/hidden-picture.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { carve, type Place } from './carve.js';
import { rawThumbnails } from './raw-thumbnails.js';

/** Bytes of a file that are searched for pictures: metadata is far less; a motion photo's video is not searched to its end. */
export const SEARCHED_BYTES = 64 * 2 ** 20;

/** Pictures within one file that are looked at. */
const MAX_PICTURES = 32;

const INFLATED_BYTES = 16 * 2 ** 20;

/** Formats whose inner pictures are what is drawn, or sizes of the same icon. */
const DRAWN: ReadonlySet<FormatId> = new Set(['svg', 'pdf', 'ico', 'psd']);

/**
 * Every encoded picture that lies in a file outside of the pixels that are shown: thumbnails of Exif, JFIF and Photoshop, previews,
 * second pictures, thumbnails in XMP, pictures behind the end, previews in maker notes and private chunks. Each once, in file order.
 */
export function picturesWithin(source: Source, inspection: Inspection, searchedBytes: number): PictureWithin[] {
  if (DRAWN.has(inspection.format)) return [];
  const found: PictureWithin[] = [];
  const extension = new ExtendedXmp();
  let searched = 0;
  for (const part of inspection.parts) {
    const { byteOffset, byteLength } = part.region;
    if (isShown(part) || byteLength === 0) continue;
    const length = Math.min(byteLength, searchedBytes - searched);
    if (length <= 0 || found.length >= MAX_PICTURES) break;
    searched += length;
    const whole = Buffer.from(source.read(byteOffset, length));
    const bytes = whole.subarray(0, extension.takes(whole, byteOffset, part));
    const place: Place = { byteOffset, at: (offset) => deepest(part, offset) };
    for (const picture of [...carve(bytes, place), ...rawThumbnails(bytes, place), ...compressed(bytes, place, inspection.format)])
      if (found.length < MAX_PICTURES) found.push(picture);
  }
  for (const picture of extension.pictures()) if (found.length < MAX_PICTURES) found.push(picture);
  return found;
}

/** Pixels of the picture that is shown, and pages that are. */
function isShown({ path, carrier, category, required }: Part): boolean {
  return carrier === 'pixels' || path.startsWith('pixels') || (carrier === 'image' && (required || category === 'rendering'));
}

/** The smallest part at this byte: a preview where there is one on the way down. */
function deepest(part: Part, byteOffset: number): { path: string; note?: string } {
  let at = part;
  for (let depth = 0; depth < 64 && at.category !== 'preview'; depth++) {
    const inner = at.children?.find(({ region }) => region.byteOffset <= byteOffset && byteOffset < region.byteOffset + region.byteLength);
    if (inner === undefined) break;
    at = inner;
  }
  return { path: at.path, ...(at.note === undefined ? {} : { note: at.note }) };
}

/** What compressed chunks of a PNG hold. */
function* compressed(bytes: Buffer, place: Place, format: FormatId): Generator<PictureWithin> {
  if (format !== 'png' || !/^(?:zTXt|iTXt|iCCP|zxIf)$/.test(bytes.toString('latin1', 4, 8))) return;
  for (let at = 8; at + 2 < Math.min(bytes.length, 256); at++) {
    if (bytes[at] !== 0x78 || (((bytes[at] as number) << 8) | (bytes[at + 1] as number)) % 31 !== 0) continue;
    const inner = inflated(bytes.subarray(at));
    if (inner === undefined) continue;
    const within: Place = { byteOffset: place.byteOffset, at: () => place.at(place.byteOffset) };
    for (const unpacked of [inner, fromHex(inner)]) {
      yield* carve(unpacked, within);
      yield* rawThumbnails(unpacked, within);
    }
    return;
  }
}

/** The digits of a raw profile, which follow a line with its name and a line with its length. */
function fromHex(text: Buffer): Buffer {
  const lines = /^\s*\w+\s+\d+\s+([0-9a-fA-F\s]+)$/.exec(text.toString('latin1'));
  return Buffer.from(lines?.[1]?.replace(/\s/g, '') ?? '', 'hex');
}

function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: INFLATED_BYTES });
  } catch {
    return undefined;
  }
}

/** Digits of the digest that joins the segments. */
const DIGEST_BYTES = 32;

const EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';

/** XMP that does not fit into one segment of a JPEG lies in several, each with 32 digits, the whole length and an offset (XMP part 3, 1.1.3.1). */
class ExtendedXmp {
  readonly #pieces: { readonly offset: number; readonly data: Buffer }[] = [];
  #place: Place | undefined;

  /** Takes what segments of this kind hold. Gives the bytes in front of the first of them: all, where there is none. */
  takes(bytes: Buffer, byteOffset: number, { path }: Part): number {
    const first = bytes.indexOf(EXTENSION, 0, 'latin1');
    for (let at = first; at >= 4; at = bytes.indexOf(EXTENSION, at + 1, 'latin1')) {
      const head = at + EXTENSION.length + DIGEST_BYTES;
      // The length of a segment counts its own two bytes.
      const end = at - 2 + bytes.readUInt16BE(at - 2);
      if (head + 8 > Math.min(end, bytes.length)) break;
      this.#pieces.push({ offset: bytes.readUInt32BE(head + 4), data: bytes.subarray(head + 8, end) });
      this.#place ??= { byteOffset, at: () => ({ path }) };
    }
    return first < 0 ? bytes.length : first;
  }

  *pictures(): Generator<PictureWithin> {
    if (this.#place === undefined) return;
    yield* carve(Buffer.concat(this.#pieces.sort((a, b) => a.offset - b.offset).map(({ data }) => data)), this.#place);
  }
}
