import type { ReadContext } from '../core/format.js';
import type { Part } from '../core/part.js';
import type { Source } from '../core/source.js';
import { opaquePart } from '../metadata/reading.js';

/** What the first bytes of a trailer show it to be. */
const SIGNS: readonly (readonly [start: string, note: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'a second PNG after the end'],
  ['\xff\xd8\xff', 'a JPEG after the end'],
  ['PK\x03\x04', 'a zip archive after the end'],
  ['RIFF', 'a RIFF file after the end'],
  ['GIF8', 'a GIF after the end'],
  ['%PDF', 'a PDF after the end'],
  ['\x1f\x8b', 'gzip data after the end'],
  ['\0\0IEND', 'chunks after the end'],
];

const HEAD_BYTES = 64;

/** The end of a PNG: IEND without data, and its CRC. */
const IEND = Buffer.from('0000000049454e44ae426082', 'hex');

/** How much of a trailer is searched for what a larger picture left behind. */
const SEARCH_BYTES = 4 * 2 ** 20;

/**
 * What follows the end of a picture: no viewer shows it. A picture cut down in place by a program that does not shorten
 * the file leaves the rest of the old one here (CVE-2023-21036, aCropalypse). `undefined` where nothing follows.
 */
export function trailerPart(source: Source, byteOffset: number, context: ReadContext): Part | undefined {
  const byteLength = source.byteLength - byteOffset;
  if (byteLength === 0) return undefined;
  const part = opaquePart('trailer', 'trailer', { byteOffset, byteLength }, noteOn(source, byteOffset, byteLength));
  // What it holds is only told, not needed: trailers of trailers are not followed.
  if (context.depth > 0 || byteLength > context.limits.payloadBytes) return part;
  const inner = context.readEmbedded(source.read(byteOffset, byteLength), 'trailer', byteOffset);
  return inner === undefined ? part : { ...part, atomic: true, children: inner.parts };
}

function noteOn(source: Source, byteOffset: number, byteLength: number): string {
  const head = Buffer.from(source.read(byteOffset, Math.min(HEAD_BYTES, byteLength))).toString('latin1');
  const known = SIGNS.find(([start]) => head.startsWith(start))?.[1];
  if (known !== undefined) return known;
  if (head.startsWith('ftyp', 4)) return 'a video or HEIF picture after the end';
  if (isRestOfPng(source, byteOffset, byteLength)) return 'the rest of a larger picture (aCropalypse): what was cut away can be restored';
  return /^[a-z]{4}$/i.test(head.slice(4, 8)) ? 'chunks after the end' : 'bytes after the end';
}

/** The tail of an overwritten PNG ends as one, with pixels or a chunk before. */
function isRestOfPng(source: Source, byteOffset: number, byteLength: number): boolean {
  if (byteLength < IEND.length) return false;
  const searched = Math.min(SEARCH_BYTES, byteLength);
  const tail = Buffer.from(source.read(byteOffset + byteLength - searched, searched));
  const end = tail.lastIndexOf(IEND);
  return (
    end > 0 &&
    !/^[a-z]{4}$/i.test(
      Buffer.from(source.read(byteOffset, Math.min(8, byteLength)))
        .toString('latin1')
        .slice(4),
    )
  );
}
