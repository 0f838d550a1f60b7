import type { Part, Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';

/** RGBQUAD: blue, green, red and a reserved byte, which is zero. */
const QUAD_BYTES = 4;

/** The colours that pixels point to. */
export function palettePart(region: Region, bytes: Uint8Array, entryBytes: number): Part {
  const part = structurePart('palette', region);
  if (entryBytes !== QUAD_BYTES || withoutReserved(bytes) === bytes) return part;
  return { ...part, children: [opaquePart('palette/reserved', 'unknown', region, 'reserved bytes that are not zero')] };
}

/** The very same array where no reserved byte is set. */
export function withoutReserved(bytes: Uint8Array): Uint8Array {
  let clean: Uint8Array | undefined;
  for (let at = QUAD_BYTES - 1; at < bytes.length; at += QUAD_BYTES) {
    if (bytes[at] === 0) continue;
    clean ??= Uint8Array.from(bytes);
    clean[at] = 0;
  }
  return clean ?? bytes;
}
