import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import { isPng } from '../signatures.js';
import { type ImageReading, readDib } from './dib.js';

/** A PNG, or a bitmap without its file header. Throws a reader's error where it is neither. */
export function readImage(bytes: Uint8Array, path: string, byteOffset: number, context: ReadContext): ImageReading {
  if (!isPng(bytes)) return readDib(bytes, path, byteOffset, context);
  const inner = context.readEmbedded(bytes, path, byteOffset);
  if (inner === undefined)
    throw new UnsupportedError(
      'ico-image',
      byteOffset,
      'the PNG within the icon cannot be read',
      'write the icon anew with an image editor',
    );
  const { parts, payload, picture, decodedPixels } = inner;
  return {
    parts,
    payload,
    width: picture.width,
    height: picture.height,
    pixels: picture.pixels.map((region) => ({ byteOffset: region.byteOffset + byteOffset, byteLength: region.byteLength })),
    needsReencoding: picture.needsReencoding === true,
    decodedPixels,
  };
}
