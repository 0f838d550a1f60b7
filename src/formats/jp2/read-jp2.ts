import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { BoxCounter, boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { BoxReader } from './box-parts.js';
import { pointsIntoFile } from './boxes.js';
import { type Codestream, readCodestream } from './codestream.js';
import { codestreamParts } from './codestream-parts.js';

/** A codestream, and the box that it lies in. */
export interface Carried {
  readonly codestream: Codestream;
  readonly box?: FileBox;
}

export interface Jp2Inspection extends Inspection {
  readonly codestreams: readonly Carried[];
  /** Where the image header says that there are intellectual property rights (15444-1 I.5.3.1). */
  readonly rights?: RightsFlag;
  readonly hasOffsets: boolean;
}

interface RightsFlag {
  readonly headerPath: string;
  readonly byteOffset: number;
  /** The same, in a header that was written anew. */
  readonly offsetInRewritten: number;
}

const IPR_AT = 13;

/** Brands of Motion JPEG 2000 and of compound documents (15444-3, 15444-6), which find what they show by its offset in the file. */
const OTHER_BRANDS: ReadonlySet<string> = new Set(['mjp2', 'mj2s', 'jpm ']);

/** Extended files may show more than one codestream. */
const EXTENDED_BRANDS: ReadonlySet<string> = new Set(['jpx ', 'jpxb']);

const SOC = 0xff4f;

/** JPEG 2000, bare or in boxes (ISO/IEC 15444-1, -2). Throws a reader's error where a decoder would show nothing. */
export function readJp2(source: Source, context: ReadContext): Jp2Inspection {
  const first = Buffer.from(source.read(0, Math.min(2, source.byteLength)));
  return first.length === 2 && first.readUInt16BE() === SOC ? readBare(source, context) : readBoxes(source, context);
}

function readBare(source: Source, context: ReadContext): Jp2Inspection {
  const codestream = readCodestream(source, 0, source.byteLength, context.limits);
  const trailer = trailerPart(source, codestream.endOffset, context);
  const parts = codestreamParts(source, codestream, '');
  return {
    ...inspected([codestream], trailer === undefined ? parts : [...parts, trailer]),
    codestreams: [{ codestream }],
    hasOffsets: false,
  };
}

function readBoxes(source: Source, context: ReadContext): Jp2Inspection {
  const { partCount, entryCount } = context.limits;
  const counter = new BoxCounter({ ...context.limits, partCount: Math.min(partCount, entryCount) });
  const { boxes, endOffset, broken } = walkBoxes(source, 0, source.byteLength, '', counter, 'stop');
  const brands = brandsOf(source, boxes);
  if (brands.some((brand) => OTHER_BRANDS.has(brand)))
    throw new UnsupportedError('jp2-brand', 0, 'a film or a document of many pages in JPEG 2000', 'export its pictures one by one');
  const found = boxes.filter(({ type }) => type === 'jp2c');
  if (found.length === 0)
    throw broken ?? new FormatError('no-codestream', 0, 'no box holds a codestream', 'export the picture to one that stands by itself');
  const isExtended = brands.some((brand) => EXTENDED_BRANDS.has(brand));
  const reader = new BoxReader(
    source,
    context,
    counter,
    boxes.some(({ type }) => pointsIntoFile(type)),
  );
  const codestreams: Carried[] = [];
  const parts = boxes.flatMap((box): Part[] => {
    if (box.type !== 'jp2c') return [reader.partOf(box)];
    // I.5.4: a reader shows the first codestream of a file that is not extended.
    if (!isExtended && codestreams.length > 0)
      return [opaquePart(box.path, 'image', boxRegion(box), 'a second picture that no viewer shows')];
    const codestream = readCodestream(source, box.dataOffset, box.endOffset, context.limits);
    codestreams.push({ codestream, box });
    return inBox(source, box, codestream);
  });
  const trailer = trailerPart(source, endOffset, context);
  const { iccProfile, orientation = 1, hasOffsets } = reader;
  const rights = rightsOf(source, boxes, counter);
  const inspection = inspected(
    codestreams.map(({ codestream }) => codestream),
    trailer === undefined ? parts : [...parts, trailer],
  );
  const picture = { ...inspection.picture, orientation, ...(iccProfile === undefined ? {} : { iccProfile }) };
  return { ...inspection, picture, codestreams, hasOffsets, ...(rights === undefined ? {} : { rights }) };
}

function inspected(codestreams: readonly Codestream[], parts: readonly Part[]): Inspection {
  const { width, height } = codestreams[0] as Codestream;
  const pixels = codestreams.flatMap((codestream) => codestream.pixels);
  return {
    format: 'jp2',
    mediaType: 'image/jp2',
    parts,
    picture: { width, height, orientation: 1, frameCount: codestreams.length, pixels },
  };
}

function inBox(source: Source, box: FileBox, codestream: Codestream): Part[] {
  const head = structurePart(box.path, { byteOffset: box.byteOffset, byteLength: box.dataOffset - box.byteOffset });
  const parts = [head, ...codestreamParts(source, codestream, `${box.path}/`)];
  const rest = { byteOffset: codestream.endOffset, byteLength: box.endOffset - codestream.endOffset };
  if (rest.byteLength > 0) parts.push(opaquePart(`${box.path}/after-end`, 'unknown', rest, 'bytes after the end of the codestream'));
  return parts;
}

/** I.5.2: brand, minor version, then all that the file conforms to. */
function brandsOf(source: Source, boxes: readonly FileBox[]): string[] {
  const box = boxes.find(({ type }) => type === 'ftyp');
  if (box === undefined) return [];
  const text = Buffer.from(source.read(box.dataOffset, Math.min(box.endOffset - box.dataOffset, 1024))).toString('latin1');
  return [0, ...Array.from({ length: Math.max(0, Math.floor((text.length - 8) / 4)) }, (_, index) => 8 + 4 * index)].map((at) =>
    text.slice(at, at + 4),
  );
}

/** The flag in the image header, where that is the first box of the header and the flag is set. */
function rightsOf(source: Source, boxes: readonly FileBox[], counter: BoxCounter): RightsFlag | undefined {
  const header = boxes.find(({ type }) => type === 'jp2h');
  const first = header === undefined ? undefined : walkBoxes(source, header.dataOffset, header.endOffset, '', counter, 'stop').boxes[0];
  if (header === undefined || first?.type !== 'ihdr' || first.endOffset - first.dataOffset <= IPR_AT) return undefined;
  const byteOffset = first.dataOffset + IPR_AT;
  if (source.read(byteOffset, 1)[0] !== 1) return undefined;
  return { headerPath: header.path, byteOffset, offsetInRewritten: 8 + first.dataOffset - first.byteOffset + IPR_AT };
}
