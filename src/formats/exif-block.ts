import type { Payload } from '../core/part.js';
import { readExif } from '../metadata/exif/read-exif.js';
import type { PayloadPlace, PayloadReading } from '../metadata/reading.js';

/** `Exif\0\0`: JPEG's mark (Exif 3.0 4.7.2), which some writers put in front of the block in other containers too. */
const PREFIX_BYTES = 6;

export interface ExifBlock extends PayloadReading {
  readonly orientation?: number;
}

/** Reads an Exif block of a container that wants none of JPEG's mark; where it is there, it stays there. */
export function readExifBlock(bytes: Uint8Array, place: PayloadPlace): ExifBlock {
  if (!hasExifMark(bytes)) return readExif(bytes, place);
  const { locate } = place;
  const inner = readExif(bytes.subarray(PREFIX_BYTES), { ...place, locate: (at, byteLength) => locate(at + PREFIX_BYTES, byteLength) });
  const payload: Payload = {
    rewrite: (plan) => {
      const rewritten = inner.payload.rewrite(plan);
      return rewritten === null ? null : Buffer.concat([bytes.subarray(0, PREFIX_BYTES), rewritten]);
    },
  };
  return { ...inner, payload };
}

export function hasExifMark(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, PREFIX_BYTES)).toString('latin1') === 'Exif\0\0';
}
