import { FormatError, LimitError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { openDocument, type XmlDocument } from './document.js';
import { isGzip, readGzip } from './gzip.js';
import type { Mark } from './mark-list.js';
import { marksOf } from './marks.js';
import { type Survey, survey } from './survey.js';

export interface SvgInspection extends Inspection {
  /** The document's bytes, unpacked. */
  readonly bytes: Uint8Array;
  readonly document: XmlDocument;
  readonly marks: readonly Mark[];
  /** Set where the file is compressed: where its last member ends. */
  readonly gzipEnd?: number;
}

/** SVG 1.1 and 2, plain or compressed. Throws a reader's error where the document is not well-formed. */
export function readSvg(source: Source, context: ReadContext): SvgInspection {
  if (source.byteLength > context.limits.payloadBytes) throw new LimitError('payloadBytes', 0, `a document of ${source.byteLength} bytes`);
  if (isGzip(source.read(0, Math.min(3, source.byteLength)))) return readCompressed(source, context);
  const bytes = source.read(0, source.byteLength);
  const { document, found, marks } = readDocument(bytes, context);
  return {
    format: 'svg',
    mediaType: 'image/svg+xml',
    parts: tile(marks, document, bytes.byteLength),
    picture: {
      width: found.root.width,
      height: found.root.height,
      orientation: 1,
      frameCount: 1,
      pixels: drawnRegions(marks, document, bytes.byteLength),
    },
    bytes,
    document,
    marks,
  };
}

function readCompressed(source: Source, context: ReadContext): SvgInspection {
  const { document: bytes, parts: header, endOffset } = readGzip(source, context.limits);
  const { document, found, marks } = readDocument(bytes, context);
  const region = { byteOffset: 0, byteLength: endOffset };
  // What was unpacked lies somewhere in the compressed bytes.
  const within = (part: Part): Part => ({
    ...part,
    region,
    ...(part.children === undefined ? {} : { children: part.children.map(within) }),
  });
  const file: Part = { ...structurePart('gzip', region), required: false, children: [...header, ...marks.map(({ part }) => within(part))] };
  const trailer = trailerPart(source, endOffset, context);
  return {
    format: 'svg',
    mediaType: 'image/svg+xml',
    parts: trailer === undefined ? [file] : [file, trailer],
    picture: { width: found.root.width, height: found.root.height, orientation: 1, frameCount: 1, pixels: [], needsReencoding: true },
    bytes,
    document,
    marks,
    gzipEnd: endOffset,
  };
}

function readDocument(bytes: Uint8Array, context: ReadContext): { document: XmlDocument; found: Survey; marks: Mark[] } {
  const document = openDocument(bytes);
  try {
    const found = survey(document, context.limits);
    return { document, found, marks: marksOf(document, found, context) };
  } catch (error) {
    // Within the document places are counted in characters.
    if (error instanceof FormatError && error.code === 'svg-not-well-formed')
      throw new FormatError(error.code, document.regionOf(error.byteOffset, error.byteOffset).byteOffset, error.message, error.hint);
    throw error;
  }
}

/** The drawing between the marks. */
function tile(marks: readonly Mark[], document: XmlDocument, byteLength: number): Part[] {
  const parts: Part[] = [];
  let position = 0;
  const draw = (to: number): void => {
    if (to <= position) return;
    const region = { byteOffset: position, byteLength: to - position };
    parts.push({ path: `drawing@${position}`, carrier: 'pixels', category: 'rendering', region, required: true });
  };
  for (const { start, end, part } of marks) {
    const region = document.regionOf(start, end);
    draw(region.byteOffset);
    parts.push({ ...part, region });
    position = region.byteOffset + region.byteLength;
  }
  draw(byteLength);
  return parts;
}

/** The document without its marks: what has to be the same afterwards. */
export function drawnRegions(marks: readonly Mark[], document: XmlDocument, byteLength: number): Region[] {
  const regions: Region[] = [];
  let position = 0;
  for (const { start, end } of marks) {
    const { byteOffset, byteLength: markBytes } = document.regionOf(start, end);
    if (byteOffset > position) regions.push({ byteOffset: position, byteLength: byteOffset - position });
    position = byteOffset + markBytes;
  }
  if (byteLength > position) regions.push({ byteOffset: position, byteLength: byteLength - position });
  return regions;
}
