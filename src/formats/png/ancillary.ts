import type { Category } from '../../core/category.js';
import type { Part } from '../../core/part.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, locateWithin } from '../../metadata/reading.js';
import { readExifBlock } from '../exif-block.js';
import { type ChunkContext, type ChunkReading, opaqueChunk, repeated } from './chunk-context.js';
import { buildChunk, type Chunk, checkedData, regionOf } from './chunks.js';
import { HINT_CHUNKS } from './hint-chunks.js';
import { readIccp } from './iccp.js';
import { RENDERING_CHUNKS } from './rendering-chunks.js';
import { readTextChunk } from './text-part.js';
import { readTimeChunk } from './time-chunk.js';

type ChunkReader = (chunk: Chunk, data: Uint8Array, context: ChunkContext) => ChunkReading;

/** Chunks whose content has a reader. */
const READERS: Readonly<Record<string, ChunkReader>> = {
  tEXt: readTextChunk,
  zTXt: readTextChunk,
  iTXt: readTextChunk,
  eXIf: readExifChunk,
  exIf: readUnofficialExif,
  zxIf: readUnofficialExif,
  iCCP: readIccp,
  tIME: readTimeChunk,
  caBX: readC2pa,
};

/** Private and retired chunks that are known, so that a person can be told what goes. All of them are opaque. */
const KNOWN: Readonly<Record<string, readonly [note: string, category?: Category]>> = {
  acTL: ['animation control that viewers ignore'],
  fcTL: ['control of a frame that is not shown', 'preview'],
  fdAT: ['pixels of a frame that is not shown', 'preview'],
  dSIG: ['digital signature', 'provenance'],
  seAl: ['SEAL signature', 'provenance'],
  sPLT: ['suggested palette'],
  hIST: ['palette histogram'],
  pCAL: ['calibration of pixel values'],
  sCAL: ['physical scale of the subject'],
  gIFg: ['GIF graphic control extension'],
  gIFx: ['GIF application extension'],
  gIFt: ['GIF plain text extension'],
  prVW: ['Fireworks preview', 'preview'],
  mkBF: ['Fireworks document'],
  mkTS: ['Fireworks document'],
  mkBS: ['Fireworks document'],
  mkBT: ['Fireworks layers', 'preview'],
  cmOD: ['Microsoft Picture It! document'],
  cpIp: ['Microsoft OLE document'],
  meTa: ['metadata in XML'],
  npOl: ['Android nine-patch outline'],
  npLb: ['Android nine-patch layout'],
  npTc: ['Android nine-patch regions'],
  gdAT: ['gain map', 'preview'],
  gmAP: ['gain map', 'preview'],
};

/** Chunks that a picture has once, before its pixels; viewers use the first (W3C PNG 5.6). */
const BEFORE_PIXELS: ReadonlySet<string> = new Set([...Object.keys(RENDERING_CHUNKS), 'iCCP']);

/** One chunk that no decoder needs in order to decode: an ancillary one, or PLTE where there is no palette to have. */
export function readAncillary(chunk: Chunk, context: ChunkContext): ChunkReading {
  if (chunk.dataBytes > context.read.limits.payloadBytes) return opaqueChunk(chunk, 'a chunk too long to be read');
  const data = checkedData(context.source, chunk);
  // A decoder drops it: what it holds is for nobody's eyes.
  if (data === undefined) return opaqueChunk(chunk, 'a chunk whose CRC does not match');
  const { type } = chunk;
  if (BEFORE_PIXELS.has(type)) {
    if (context.afterPixels) return opaqueChunk(chunk, 'a chunk after the pixels, where no viewer heeds it');
    if (context.isRepeated(type)) return opaqueChunk(chunk, 'a second chunk of a kind that a picture has once');
  }
  const rendering = RENDERING_CHUNKS[type];
  if (rendering !== undefined) {
    if (!rendering.isValid(Buffer.from(data.buffer, data.byteOffset, data.byteLength), context))
      return opaqueChunk(chunk, 'a chunk with content that its type does not allow');
    return {
      part: { path: chunk.name, carrier: 'structure', category: 'rendering', region: regionOf(chunk), required: rendering.required },
    };
  }
  const reader = READERS[type];
  if (reader !== undefined) return reader(chunk, data, context);
  const hint = HINT_CHUNKS[type];
  const isHint = hint !== undefined && !context.afterPixels && !context.isRepeated(type);
  if (isHint && hint.isPlain(Buffer.from(data.buffer, data.byteOffset, data.byteLength), context)) {
    const region = regionOf(chunk);
    return { part: { path: chunk.name, carrier: 'structure', category: 'software', region, required: false, note: hint.note } };
  }
  const [note, category] = KNOWN[type] ?? [hint === undefined ? 'a private or unknown chunk' : `${hint.note} of an unusual form`];
  return opaqueChunk(chunk, note, 'unknown', category);
}

/** Extensions to PNG 1.5.0, 3.7; W3C PNG 11.3.3.5. */
function readExifChunk(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  const isRepeated = context.isRepeated('eXIf');
  // A second one is worth a look at what it tells; thousands of them are not.
  if (isRepeated && context.isRepeated('eXIf again')) return opaqueChunk(chunk, 'one more Exif block of many', 'Exif');
  const exif = readExifBlock(data, { path: chunk.name, locate: locateFrom(chunk.dataOffset), context: context.read });
  const rewrite: NonNullable<Part['payload']>['rewrite'] = (plan) => {
    const bytes = exif.payload.rewrite(plan);
    return bytes === null ? null : buildChunk('eXIf', bytes);
  };
  const part: Part = {
    path: chunk.name,
    carrier: 'Exif',
    category: 'rendering',
    region: regionOf(chunk),
    required: false,
    children: exif.parts,
    payload: { rewrite },
  };
  if (isRepeated) return { part: repeated(part) };
  return { part, ...(exif.orientation === undefined ? {} : { orientation: exif.orientation }) };
}

/** zxIf: compression method, inflated length (4 bytes), stream. */
const ZXIF_HEAD_BYTES = 5;

/** Exif in chunks that never became a standard. Some tools read them, no viewer turns a picture by them. */
function readUnofficialExif(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  const opaque = opaqueChunk(chunk, 'Exif in a chunk that is no standard', 'Exif').part;
  const bytes = chunk.type === 'zxIf' ? context.budget.inflate(data.subarray(ZXIF_HEAD_BYTES))?.bytes : data;
  if (bytes === undefined) return { part: opaque };
  const exif = readExifBlock(bytes, { path: chunk.name, locate: locateWithin(regionOf(chunk)), context: context.read });
  return { part: { ...opaque, atomic: true, children: exif.parts } };
}

/** C2PA 2.1, A.3.2: a JUMBF superbox as it is. */
function readC2pa(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  const { parts, payload } = readJumbf(data, { path: chunk.name, locate: locateFrom(chunk.dataOffset), context: context.read });
  const rewrite: typeof payload.rewrite = (plan) => {
    const bytes = payload.rewrite(plan);
    return bytes === null ? null : buildChunk('caBX', bytes);
  };
  const part: Part = {
    path: chunk.name,
    carrier: 'JUMBF',
    category: 'rendering',
    region: regionOf(chunk),
    required: false,
    children: parts,
    payload: { rewrite },
  };
  return { part: context.isRepeated('caBX') ? repeated(part) : part };
}
