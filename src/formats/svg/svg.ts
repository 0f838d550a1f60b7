import { constants, inflateRawSync } from 'node:zlib';
import type { Format } from '../../core/format.js';
import { drawnBytes, editSvg } from './edit-svg.js';
import { isGzip, readGzipHeader } from './gzip.js';
import { readSvg, type SvgInspection } from './read-svg.js';

/** How much of a document is unpacked to see what it is. */
const MOST_UNPACKED_BYTES = 8 * 2 ** 20;

/** SVG, plain and compressed (SVGZ). */
export const svg: Format = {
  id: 'svg',
  mediaTypes: ['image/svg+xml'],
  families: ['svg'],
  sniff: isSvg,
  read: readSvg,
  edit: (source, inspection, plan) => editSvg(source, inspection as SvgInspection, plan),
  decodedPixels: (_source, inspection) => drawnBytes(inspection as SvgInspection),
};

/** White space, an instruction, a comment, a document type that names svg. */
const PROLOG = /\s+|<\?[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE\s+(?:\w+:)?svg\b[^>[]*(?:\[[^\]]*\]\s*)?>/y;
const ROOT = /<(?:[A-Za-z_][\w.-]*:)?svg[\s>/]/y;

/** A root element `svg` behind nothing but a prolog. */
function isSvg(head: Uint8Array): boolean {
  if (isGzip(head)) return isSvg(startOfGzip(head));
  const ascii = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const text = (ascii.includes('\0') ? ascii.replaceAll('\0', '') : ascii).replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '');
  let at = 0;
  for (PROLOG.lastIndex = at; PROLOG.test(text); PROLOG.lastIndex = at) at = PROLOG.lastIndex;
  ROOT.lastIndex = at;
  return ROOT.test(text);
}

/** As much of the document as the first bytes give. */
function startOfGzip(head: Uint8Array): Uint8Array {
  try {
    // Where the first bytes end within the stream, that is no error; where they end behind it, neither.
    const { bodyOffset } = readGzipHeader(head);
    return inflateRawSync(head.subarray(bodyOffset), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_UNPACKED_BYTES });
  } catch {
    return new Uint8Array(0);
  }
}
