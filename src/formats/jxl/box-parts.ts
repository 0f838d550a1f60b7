import { brotliCompressSync } from 'node:zlib';
import { inflate } from '../../bytes/inflate.js';
import type { Carrier } from '../../core/carrier.js';
import { isReaderError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Payload, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateFrom, locateWithin, opaquePart, type PayloadPlace, type PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { isBlank } from '../boxes/blank.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { readExifWithOffset } from '../exif-with-offset.js';
import { structurePart } from '../structure-part.js';
import { plainBox } from './plain-box.js';

type BoxReader = (bytes: Uint8Array, place: PayloadPlace) => PayloadReading & { readonly carrier: Carrier };

/** Boxes whose content has a reader (ISO/IEC 18181-2 9.3 to 9.5). */
const READERS: Readonly<Record<string, BoxReader>> = {
  Exif: (bytes, place) => ({ carrier: 'Exif', ...readExifWithOffset(bytes, place) }),
  'xml ': (bytes, place) => ({ carrier: 'XMP', ...readXmp(bytes, place) }),
};

/** Type of what is compressed, in front of the stream. */
const INNER_TYPE_BYTES = 4;

/** The part of a box that holds no codestream. */
export function boxPart(source: Source, box: FileBox, context: ReadContext): Part {
  const region = boxRegion(box);
  const contentBytes = box.endOffset - box.dataOffset;
  switch (box.type) {
    case 'JXL ':
      return structurePart(box.path, region);
    case 'ftyp':
    case 'jxll':
    case 'jxli':
      return plainBox(source, box);
    case 'free':
    case 'skip':
      return isBlank(source, box.dataOffset, box.endOffset)
        ? { ...structurePart(box.path, region), required: false }
        : opaquePart(box.path, 'unknown', region, 'free space that holds something');
    case 'jbrd':
      return opaquePart(box.path, 'image', region, 'restores the JPEG that the picture was made from, with the metadata it had');
    case 'jhgm':
      return { ...opaquePart(box.path, 'image', region, 'a gain map'), category: 'preview' };
  }
  if (contentBytes > context.limits.payloadBytes) return opaquePart(box.path, 'unknown', region, 'a box too long to be read');
  if (box.type === 'jumb') return jumbfPart(source, box, region, context);
  const content = (): Uint8Array => source.read(box.dataOffset, contentBytes);
  if (box.type === 'brob') return compressedPart(content(), box, region, context);
  const read = READERS[box.type];
  if (read === undefined) return opaquePart(box.path, 'unknown', region, 'a box of an unknown kind');
  const { carrier, parts, payload } = read(content(), { path: box.path, locate: locateFrom(box.dataOffset), context });
  return wrapper(box, region, carrier, parts, (bytes) => boxBytes(box.type, bytes), payload);
}

function wrapper(
  box: FileBox,
  region: Region,
  carrier: Carrier,
  children: readonly Part[],
  wrap: (bytes: Uint8Array) => Uint8Array,
  payload: Payload,
): Part {
  const rewrite: Payload['rewrite'] = (plan) => {
    const bytes = payload.rewrite(plan);
    return bytes === null ? null : wrap(bytes);
  };
  return { path: box.path, carrier, category: 'rendering', region, required: false, children, payload: { rewrite } };
}

/** The box itself is the superbox. */
function jumbfPart(source: Source, box: FileBox, region: Region, context: ReadContext): Part {
  const place = { path: box.path, locate: locateFrom(box.byteOffset), context };
  const { parts, payload } = readJumbf(source.read(region.byteOffset, region.byteLength), place);
  return wrapper(box, region, 'JUMBF', parts, (bytes) => bytes, payload);
}

/** 9.7: another box's type, then its content in Brotli. */
function compressedPart(content: Uint8Array, box: FileBox, region: Region, context: ReadContext): Part {
  const opaque = (note: string): Part => opaquePart(box.path, 'unknown', region, note);
  const type = Buffer.from(content.subarray(0, INNER_TYPE_BYTES)).toString('latin1');
  const place = { path: box.path, locate: locateWithin(region), context };
  try {
    const stream = content.subarray(INNER_TYPE_BYTES);
    const { bytes, consumedBytes } = inflate(stream, context.limits.inflatedBytes, box.dataOffset + INNER_TYPE_BYTES, 'brotli');
    if (consumedBytes < stream.byteLength) return opaque('a compressed box with bytes behind its end');
    const wrap = (inner: Uint8Array): Uint8Array => boxBytes('brob', Buffer.from(type, 'latin1'), brotliCompressSync(inner));
    if (type === 'jumb') {
      const { parts, payload } = readJumbf(boxBytes('jumb', bytes), place);
      // Kept whole or removed whole: what is kept is what was there.
      const whole: Payload = { rewrite: (plan) => (payload.rewrite(plan) === null ? null : bytes) };
      return wrapper(box, region, 'JUMBF', parts, wrap, whole);
    }
    const read = READERS[type];
    if (read === undefined) return opaque('a compressed box of an unknown kind');
    const { carrier, parts, payload } = read(bytes, place);
    return wrapper(box, region, carrier, parts, wrap, payload);
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return opaque('a compressed box that cannot be read');
  }
}

function boxBytes(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
