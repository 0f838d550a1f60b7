import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { inflate } from '../../bytes/inflate.js';
import type { Carrier } from '../../core/carrier.js';
import { isReaderError } from '../../core/error.js';
import type { Payload } from '../../core/part.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { locateWithin, opaquePart, type PayloadPlace, type PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifWithOffset } from '../exif-with-offset.js';
import type { Item } from './items.js';

export interface ItemReading extends PayloadReading {
  readonly carrier: Carrier;
}

/** Reads an item that is no picture. `undefined` where it is of no kind that is read. Never throws. */
export function readItemPayload(item: Item, bytes: Uint8Array, place: PayloadPlace): ItemReading | undefined {
  switch (item.type) {
    case 'Exif':
      return { carrier: 'Exif', ...readExifWithOffset(bytes, place) };
    case 'jumb':
    case 'c2pa':
      return { carrier: 'JUMBF', ...readJumbf(bytes, place) };
    case 'mime':
      return isXmp(item) ? encodedXmp(item, bytes, place) : undefined;
    default:
      return undefined;
  }
}

function isXmp({ contentType }: Item): boolean {
  return contentType === 'application/rdf+xml' || contentType === 'application/xmp+xml';
}

const ENCODINGS: Readonly<Record<string, { scheme: 'zlib' | 'gzip' | 'brotli'; encode: (bytes: Uint8Array) => Uint8Array }>> = {
  deflate: { scheme: 'zlib', encode: (bytes) => deflateSync(bytes) },
  gzip: { scheme: 'gzip', encode: (bytes) => gzipSync(bytes) },
  br: { scheme: 'brotli', encode: (bytes) => brotliCompressSync(bytes) },
};

/** 8.11.6.1: a MIME item may be encoded as HTTP encodes bodies. */
function encodedXmp(item: Item, bytes: Uint8Array, place: PayloadPlace): ItemReading {
  if (item.contentEncoding === '') return { carrier: 'XMP', ...readXmp(bytes, place) };
  const encoding = ENCODINGS[item.contentEncoding];
  if (encoding === undefined) return { carrier: 'XMP', ...unreadable(bytes, place, 'XMP in an encoding that is not read') };
  try {
    const region = place.locate(0, bytes.byteLength);
    const { bytes: plain, consumedBytes } = inflate(bytes, place.context.limits.inflatedBytes, region.byteOffset, encoding.scheme);
    if (consumedBytes < bytes.byteLength)
      return { carrier: 'XMP', ...unreadable(bytes, place, 'compressed XMP with bytes behind its end') };
    const inner = readXmp(plain, { ...place, locate: locateWithin(region) });
    const rewrite: Payload['rewrite'] = (plan) => {
      const rewritten = inner.payload.rewrite(plan);
      return rewritten === null ? null : encoding.encode(rewritten);
    };
    return { carrier: 'XMP', parts: inner.parts, payload: { rewrite } };
  } catch (error) {
    if (!isReaderError(error)) throw error;
    return { carrier: 'XMP', ...unreadable(bytes, place, 'compressed XMP that cannot be read') };
  }
}

function unreadable(bytes: Uint8Array, place: PayloadPlace, note: string): PayloadReading {
  const part = opaquePart(`${place.path}/unreadable`, 'unknown', place.locate(0, bytes.byteLength), note);
  return { parts: [part], payload: { rewrite: (plan) => (plan.actionOf(part).kind === 'keep' ? bytes : null) } };
}
