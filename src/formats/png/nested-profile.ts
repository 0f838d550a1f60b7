import type { Carrier } from '../../core/carrier.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readIptc } from '../../metadata/iptc/read-iptc.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import { locateWithin, type PayloadPlace, type PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { hasExifMark, readExifBlock } from '../exif-block.js';
import type { ChunkContext } from './chunk-context.js';
import { type Chunk, regionOf } from './chunks.js';
import { decodeRawProfile, encodeRawProfile } from './raw-profile.js';
import type { TextChunk } from './text-chunk.js';

/** Metadata of another standard that a text chunk carries. */
export interface NestedProfile extends PayloadReading {
  readonly carrier: Carrier;
  readonly orientation?: number;
  /** A raw profile calls itself something that no known software does. */
  readonly hasOddName: boolean;
  /** The text goes on after the profile. */
  readonly hasMore: boolean;
  /** The chunk's text for rewritten bytes; with a neutral name where `dropName`. */
  encode(bytes: Uint8Array, dropName: boolean): Uint8Array;
}

/** XMP part 3, 1.1.5. */
const XMP_KEYWORD = 'XML:com.adobe.xmp';

const RAW_PROFILE = /^raw profile type (.{1,60})$/i;

/** What ImageMagick and ExifTool put on the second line; it may differ from the keyword. */
const PROFILE_NAMES = /^(?:exif|app1|iptc|8bim|xmp|icc|icm|(?:generic )?profile|libavif)$/i;

/** XMP part 3, 1.1.3.1: what stands before the packet in a JPEG's APP1. */
const XMP_MARK = 'http://ns.adobe.com/xap/1.0/\0';

const PHOTOSHOP_MARK = 'Photoshop 3.0\0';

/** The metadata in a text chunk; `undefined` where it is plain text, `unreadable` where it claims to be metadata and is not. */
export function nestedProfile(text: TextChunk, chunk: Chunk, context: ChunkContext): NestedProfile | 'unreadable' | undefined {
  const place: PayloadPlace = { path: chunk.name, locate: locateWithin(regionOf(chunk)), context: context.read };
  const at = (name: string): PayloadPlace => ({ ...place, path: `${chunk.name}/${name}` });
  if (text.keyword === XMP_KEYWORD)
    return { ...readXmp(text.text, at('XMP')), carrier: 'XMP', hasOddName: false, hasMore: false, encode: (bytes) => bytes };
  const kind = RAW_PROFILE.exec(text.keyword)?.[1]?.toLowerCase();
  if (kind === undefined) return undefined;
  const raw = decodeRawProfile(text.text);
  const read = raw === undefined ? undefined : readProfile(kind, raw.bytes, at);
  if (raw === undefined || read === undefined) return 'unreadable';
  const encode = (bytes: Uint8Array, dropName: boolean): Uint8Array => encodeRawProfile(dropName ? kind : raw.name, bytes);
  return { ...read, hasOddName: !PROFILE_NAMES.test(raw.name), hasMore: raw.hasMore, encode };
}

type Read = Omit<NestedProfile, 'encode' | 'hasOddName' | 'hasMore'>;

function readProfile(kind: string, bytes: Uint8Array, at: (name: string) => PayloadPlace): Read | undefined {
  switch (kind) {
    case 'exif':
    case 'app1':
      if (startsWith(bytes, XMP_MARK)) return { ...afterMark(bytes, XMP_MARK, at('XMP'), readXmp), carrier: 'XMP' };
      if (!hasExifMark(bytes) && !/^(?:II|MM)/.test(head(bytes))) return undefined;
      return { ...readExifBlock(bytes, at('Exif')), carrier: 'Exif' };
    case 'xmp':
      return { ...readXmp(bytes, at('XMP')), carrier: 'XMP' };
    case 'iptc':
    case '8bim':
      if (startsWith(bytes, PHOTOSHOP_MARK))
        return { ...afterMark(bytes, PHOTOSHOP_MARK, at('Photoshop'), photoshop), carrier: 'Photoshop' };
      if (kind === '8bim' || startsWith(bytes, '8BIM')) return { ...photoshop(bytes, at('Photoshop')), carrier: 'Photoshop' };
      return { ...readIptc(bytes, at('IPTC')), carrier: 'IPTC-IIM' };
    case 'icc':
    case 'icm': {
      const profile = readIcc(bytes, at('ICC'));
      return profile.valid ? { ...profile, carrier: 'ICC' } : undefined;
    }
    default:
      return undefined;
  }
}

function photoshop(bytes: Uint8Array, place: PayloadPlace): PayloadReading {
  return readPhotoshop(bytes, place, { exif: readExifBlock, xmp: readXmp });
}

function afterMark(
  bytes: Uint8Array,
  mark: string,
  place: PayloadPlace,
  read: (bytes: Uint8Array, place: PayloadPlace) => PayloadReading,
): PayloadReading {
  const { parts, payload } = read(bytes.subarray(mark.length), place);
  const rewrite: typeof payload.rewrite = (plan) => {
    const rest = payload.rewrite(plan);
    return rest === null ? null : Buffer.concat([bytes.subarray(0, mark.length), rest]);
  };
  return { parts, payload: { rewrite } };
}

const head = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 64)).toString('latin1');
const startsWith = (bytes: Uint8Array, mark: string): boolean => head(bytes).startsWith(mark);
