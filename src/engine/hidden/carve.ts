import type { PictureWithin } from '../../core/hidden-picture.js';
import { jpegSize } from './jpeg-size.js';

/** Where a run of bytes lies in the file, and what it is part of. */
export interface Place {
  readonly byteOffset: number;
  readonly at: (byteOffset: number) => { readonly path: string; readonly note?: string };
}

/** Pictures smaller than this in both directions are icons of programs, not previews. */
export const SMALLEST = 16;

/** Whole JPEG, PNG, WebP and GIF files within a run of bytes, found by how they start; and those written as base64. */
export function* carve(bytes: Buffer, place: Place): Generator<PictureWithin> {
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    const found = startAt(bytes, at);
    if (found === undefined) continue;
    const { path, note } = place.at(place.byteOffset + at);
    const stop = found.length ?? bytes.length - at;
    // A preview within a preview shows no more than that one does.
    if (at >= end && isLarge(found.size))
      yield {
        at: path,
        byteOffset: place.byteOffset + at,
        byteLength: stop,
        ...(note === undefined ? {} : { note }),
        bytes: bytes.subarray(at, at + stop),
        ...(found.size === undefined ? {} : { size: found.size }),
      };
    end = Math.max(end, at + (found.length ?? 0));
  }
  yield* fromBase64(bytes, place);
}

interface Found {
  readonly size?: { readonly width: number; readonly height: number };
  /** Where the file says how long it is. */
  readonly length?: number;
}

function startAt(bytes: Buffer, at: number): Found | undefined {
  switch (bytes[at]) {
    case 0xff: {
      if (bytes[at + 1] !== 0xd8 || bytes[at + 2] !== 0xff) return undefined;
      const size = jpegSize(bytes, at);
      return size === undefined ? undefined : { size };
    }
    case 0x89:
      if (at + 24 > bytes.length || bytes.toString('latin1', at, at + 8) !== '\x89PNG\r\n\x1a\n') return undefined;
      return { size: { width: bytes.readUInt32BE(at + 16), height: bytes.readUInt32BE(at + 20) } };
    case 0x52: {
      if (at + 16 > bytes.length || bytes.toString('latin1', at, at + 4) !== 'RIFF') return undefined;
      if (bytes.toString('latin1', at + 8, at + 12) !== 'WEBP') return undefined;
      return { length: Math.min(bytes.readUInt32LE(at + 4) + 8, bytes.length - at) };
    }
    case 0x47:
      if (at + 13 > bytes.length || !/^GIF8[79]a$/.test(bytes.toString('latin1', at, at + 6))) return undefined;
      return { size: { width: bytes.readUInt16LE(at + 6), height: bytes.readUInt16LE(at + 8) } };
    default:
      return undefined;
  }
}

function isLarge(size: Found['size']): boolean {
  return size === undefined || size.width >= SMALLEST || size.height >= SMALLEST;
}

/** How XMP writes the bytes of a thumbnail (xmpGImg:image): lines of base64, broken by white space or by references to it. */
const BASE64 = /(?:\/9j\/|iVBORw0KGgo)[A-Za-z0-9+/]{64,}(?:(?:\s|&#x?[0-9a-fA-F]{1,4};){1,8}[A-Za-z0-9+/]+)*={0,2}/g;

function* fromBase64(bytes: Buffer, place: Place): Generator<PictureWithin> {
  if (!bytes.includes('/9j/') && !bytes.includes('iVBORw0KGgo')) return;
  for (const match of bytes.toString('latin1').matchAll(BASE64)) {
    const [text] = match;
    const image = Buffer.from(text.replace(/&#x?[0-9a-fA-F]{1,4};|\s/g, ''), 'base64');
    const found = startAt(image, 0);
    if (found === undefined || !isLarge(found.size)) continue;
    const byteOffset = place.byteOffset + match.index;
    const { path, note } = place.at(byteOffset);
    yield {
      ...{ at: path, byteOffset, byteLength: text.length, bytes: image },
      ...(note === undefined ? {} : { note }),
      ...(found.size === undefined ? {} : { size: found.size }),
    };
  }
}
