import type { Part, Plan, Region } from '../../core/part.js';
import { type PayloadPlace, REVEALS_ANYTHING } from '../reading.js';
import { asBuffer } from '../text.js';

// Photoshop File Formats, thumbnail resource: format, width, height, row bytes, total size, compressed size, bits, planes.
const HEADER_BYTES = 28;
const COMPRESSED_SIZE_AT = 20;
const FORMAT_RAW = 0;

/**
 * The part of a thumbnail resource: a preview that may hold metadata of its own. `place` is that of the resource's
 * data; `region` that of the whole resource. Where it may not be read, it is taken for one that cannot be.
 */
export function thumbnailPart(data: Uint8Array, place: PayloadPlace, region: Region, mayRead: boolean): Part {
  const part: Part = { path: place.path, carrier: 'thumbnail', category: 'preview', region, required: false };
  if (data.length < HEADER_BYTES) return { ...part, alsoReveals: REVEALS_ANYTHING, note: 'thumbnail that cannot be read' };
  const view = asBuffer(data);
  const size = `${view.readUInt32BE(4)}x${view.readUInt32BE(8)}`;
  if (view.readUInt32BE(0) === FORMAT_RAW) return { ...part, note: `raw thumbnail ${size}` };
  const jpeg = data.subarray(HEADER_BYTES);
  const byteOffset = place.locate(HEADER_BYTES, jpeg.length).byteOffset;
  const embedded = mayRead ? place.context.readEmbedded(jpeg, place.path, byteOffset) : undefined;
  if (embedded === undefined) return { ...part, alsoReveals: REVEALS_ANYTHING, note: 'thumbnail that cannot be read' };
  return {
    ...part,
    note: `JPEG thumbnail ${size}`,
    children: embedded.parts,
    payload: {
      rewrite(plan: Plan): Uint8Array | null {
        const image = embedded.payload.rewrite(plan);
        if (image === null) return null;
        const header = Buffer.from(data.subarray(0, HEADER_BYTES));
        header.writeUInt32BE(image.length, COMPRESSED_SIZE_AT);
        return Buffer.concat([header, image]);
      },
    },
  };
}
