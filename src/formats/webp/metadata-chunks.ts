import type { Carrier } from '../../core/carrier.js';
import type { Category } from '../../core/category.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, opaquePart, type PayloadPlace, type PayloadReading, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifBlock } from '../exif-block.js';
import { buildChunk, type RiffChunk, regionOf } from './riff.js';

/** A chunk's part, and what it says of the picture. */
export interface ChunkReading {
  readonly part: Part;
  readonly orientation?: number;
  readonly iccProfile?: Uint8Array;
}

interface Read extends PayloadReading {
  readonly carrier: Carrier;
  readonly category: Category;
  readonly required: boolean;
  readonly orientation?: number;
  readonly iccProfile?: Uint8Array;
}

const wrapper = { category: 'rendering', required: false } as const;

type MetadataReader = (data: Uint8Array, place: PayloadPlace) => Read | undefined;

const xmp: MetadataReader = (data, place) => ({ ...wrapper, carrier: 'XMP', ...readXmp(data, place) });

/** Chunks whose content has a reader (RFC 9649 2.7.1.4, 2.7.1.5; C2PA 2.1, A.3.5). */
const READERS: Readonly<Record<string, MetadataReader>> = {
  EXIF: (data, place) => ({ ...wrapper, carrier: 'Exif', ...readExifBlock(data, place) }),
  'XMP ': xmp,
  // Some writers end the name as a C string.
  'XMP\0': xmp,
  ICCP: (data, place) => {
    const { valid, ...icc } = readIcc(data, place);
    return valid ? { ...icc, carrier: 'ICC', category: 'rendering', required: true, iccProfile: data } : undefined;
  },
  C2PA: (data, place) => ({ ...wrapper, carrier: 'JUMBF', ...readJumbf(data, place) }),
};

/** How viewers look at a chunk: as the one of its kind, not at all since VP8X announces none, or not since there is one before it. */
export type Standing = 'heeded' | 'unannounced' | 'repeated' | 'one of many';

/**
 * What a chunk that viewers do not look at reveals besides: it is of no use and may hide something. Were the first of two
 * removed and the second left, they would look at that: it goes whenever anything goes.
 */
const ALSO_REVEALS: Readonly<Record<Standing, readonly Category[] | undefined>> = {
  heeded: undefined,
  unannounced: ['hidden'],
  repeated: REVEALS_ANYTHING,
  'one of many': REVEALS_ANYTHING,
};

/** A chunk that is no part of the picture. */
export function readMetadataChunk(source: Source, chunk: RiffChunk, context: ReadContext, standing: Standing): ChunkReading {
  const reader = READERS[chunk.fourCC];
  const opaque = (note: string, carrier: Carrier = 'unknown'): ChunkReading => ({
    part: opaquePart(chunk.name, carrier, regionOf(chunk), note),
  });
  if (reader === undefined) return opaque('a private or unknown chunk');
  if (standing === 'one of many') return opaque('one more chunk of its kind');
  if (chunk.dataBytes > context.limits.payloadBytes) return opaque('a chunk too long to be read');
  const data = source.read(chunk.dataOffset, chunk.dataBytes);
  const read = reader(data, { path: chunk.name, locate: locateFrom(chunk.dataOffset), context });
  if (read === undefined) return opaque('data in the place of a colour profile', 'ICC');
  const alsoReveals = ALSO_REVEALS[standing];
  if (alsoReveals !== undefined && read.carrier === 'ICC') return opaque('a colour profile that viewers ignore', 'ICC');
  const pad = padPart(source, chunk);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = read.payload.rewrite(plan);
    return bytes === null ? null : buildChunk(chunk.fourCC, bytes, pad === undefined || plan.touches(pad) ? 0 : padByte(source, chunk));
  };
  const part: Part = {
    path: chunk.name,
    carrier: read.carrier,
    category: read.category,
    ...(alsoReveals === undefined ? {} : { alsoReveals, note: `${read.carrier} that viewers ignore` }),
    region: regionOf(chunk),
    required: read.required,
    children: pad === undefined ? read.parts : [...read.parts, pad],
    payload: { rewrite },
  };
  if (alsoReveals !== undefined) return { part };
  return {
    part,
    ...(read.orientation === undefined ? {} : { orientation: read.orientation }),
    ...(read.iccProfile === undefined ? {} : { iccProfile: read.iccProfile }),
  };
}

function padByte(source: Source, chunk: RiffChunk): number {
  return chunk.endOffset === chunk.padOffset ? 0 : (source.read(chunk.padOffset, 1)[0] as number);
}

/** RFC 9649 2.3: padding is 0. Anything else is a byte of hidden data. */
export function padPart(source: Source, chunk: RiffChunk): Part | undefined {
  if (padByte(source, chunk) === 0) return undefined;
  return opaquePart(`${chunk.name}/pad`, 'unknown', { byteOffset: chunk.padOffset, byteLength: 1 }, 'padding that is not zero');
}
