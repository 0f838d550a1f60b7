import { FormatError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { BoxCounter, boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { boxPart } from './box-parts.js';
import { type Codestream, readCodestream, SIGNATURE } from './codestream.js';

export interface JxlInspection extends Inspection {
  readonly boxes: readonly FileBox[];
}

/** 9.9: the number of a partial codestream, whose highest bit marks the last. */
const PARTIAL_HEAD_BYTES = 4;

/** JPEG XL, bare or in boxes (ISO/IEC 18181-1, -2). Throws a reader's error where a decoder would show nothing. */
export function readJxl(source: Source, context: ReadContext): JxlInspection {
  const first = source.read(0, Math.min(2, source.byteLength));
  if (first[0] === SIGNATURE[0] && first[1] === SIGNATURE[1]) return readBare(source, context);
  const { boxes, endOffset } = walkBoxes(source, 0, source.byteLength, '', new BoxCounter(context.limits), 'stop');
  const pieces = boxes.flatMap((box) => pieceOf(box));
  if (pieces.length === 0) throw new FormatError('no-codestream', 0, 'no box holds a codestream');
  const codestream = readCodestream(joined(source, pieces, context), (pieces[0] as Region).byteOffset);
  const kept = keptPieces(pieces, codestream);
  const parts = boxes.flatMap((box) =>
    pieceOf(box).length === 0 ? [boxPart(source, box, context)] : codestreamParts(box, kept, codestream),
  );
  const trailer = trailerPart(source, endOffset, context);
  return { ...inspected(codestream, kept), parts: trailer === undefined ? parts : [...parts, trailer], boxes };
}

function readBare(source: Source, context: ReadContext): JxlInspection {
  const whole = { byteOffset: 0, byteLength: source.byteLength };
  const codestream = readCodestream(joined(source, [whole], context), 0);
  const end = codestream.endOffset ?? source.byteLength;
  const pixels: Part = { ...pixelsPart('codestream', { byteOffset: 0, byteLength: end }, codestream) };
  const trailer = trailerPart(source, end, context);
  return {
    ...inspected(codestream, [{ byteOffset: 0, byteLength: end }]),
    parts: trailer === undefined ? [pixels] : [pixels, trailer],
    boxes: [],
  };
}

function inspected(codestream: Codestream, pixels: readonly Region[]): Omit<JxlInspection, 'parts' | 'boxes'> {
  const { width, height, orientation } = codestream.header;
  return { format: 'jxl', mediaType: 'image/jxl', picture: { width, height, orientation, frameCount: codestream.frameCount, pixels } };
}

/** The bytes of the codestream in a box; none where it holds something else. */
function pieceOf({ type, dataOffset, endOffset }: FileBox): Region[] {
  if (type === 'jxlc') return [{ byteOffset: dataOffset, byteLength: endOffset - dataOffset }];
  if (type !== 'jxlp') return [];
  const start = Math.min(endOffset, dataOffset + PARTIAL_HEAD_BYTES);
  return [{ byteOffset: start, byteLength: endOffset - start }];
}

/** All of the codestream, where it is not too long; else its start: its end is then not looked for. */
function joined(source: Source, pieces: readonly Region[], { limits }: ReadContext): Uint8Array {
  const chunks: Uint8Array[] = [];
  let left = limits.payloadBytes;
  for (const { byteOffset, byteLength } of pieces) {
    const size = Math.min(left, byteLength);
    chunks.push(source.read(byteOffset, size));
    left -= size;
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}

/** Each piece up to where the last frame ends. */
function keptPieces(pieces: readonly Region[], { endOffset }: Codestream): Region[] {
  if (endOffset === undefined) return [...pieces];
  let left = endOffset;
  return pieces.map(({ byteOffset, byteLength }) => {
    const kept = Math.min(left, byteLength);
    left -= kept;
    return { byteOffset, byteLength: kept };
  });
}

function codestreamParts(box: FileBox, kept: readonly Region[], codestream: Codestream): Part[] {
  const [piece] = pieceOf(box) as [Region];
  const pixels = kept.find(({ byteOffset }) => byteOffset === piece.byteOffset) as Region;
  const head = structurePart(box.path, { byteOffset: box.byteOffset, byteLength: piece.byteOffset - box.byteOffset });
  const end = pixels.byteOffset + pixels.byteLength;
  const parts = [head, pixelsPart(`${box.path}/codestream`, pixels, codestream)];
  const rest = { byteOffset: end, byteLength: boxRegion(box).byteOffset + boxRegion(box).byteLength - end };
  if (rest.byteLength > 0) parts.push(opaquePart(`${box.path}/after-frames`, 'unknown', rest, 'bytes after the last frame'));
  return parts;
}

function pixelsPart(path: string, region: Region, { endOffset, hasNames }: Codestream): Part {
  const notes = [
    ...(endOffset === undefined ? ['where the last frame ends was not looked for'] : []),
    ...(hasNames ? ['frames or channels bear names, which stay'] : []),
  ];
  return {
    path,
    carrier: 'pixels',
    category: 'rendering',
    region,
    required: true,
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}
