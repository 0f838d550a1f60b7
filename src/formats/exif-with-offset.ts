import type { Payload } from '../core/part.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../metadata/reading.js';
import { readExifBlock } from './exif-block.js';

/** ISO/IEC 23008-12 A.2.1, ISO/IEC 18181-2 9.3: a number, then as many bytes that nobody reads, then the block. */
export function readExifWithOffset(bytes: Uint8Array, place: PayloadPlace): PayloadReading {
  const skipped = bytes.byteLength < 4 ? undefined : Buffer.from(bytes.subarray(0, 4)).readUInt32BE();
  const start = 4 + (skipped ?? 0);
  if (skipped === undefined || start > bytes.byteLength) return unreadableBlock(bytes, place);
  const between = bytes.subarray(4, start);
  // JPEG's mark stands in front of the block where a file was converted.
  const isMark = between.byteLength === 6 && Buffer.from(between).toString('latin1') === 'Exif\0\0';
  const lead =
    between.byteLength === 0 || isMark
      ? undefined
      : opaquePart(`${place.path}/lead`, 'Exif', place.locate(4, between.byteLength), 'bytes in front of the Exif block');
  const inner = readExifBlock(bytes.subarray(start), { ...place, locate: (at, byteLength) => place.locate(start + at, byteLength) });
  const payload: Payload = {
    rewrite: (plan) => {
      const rewritten = inner.payload.rewrite(plan);
      if (rewritten === null) return null;
      const kept = lead === undefined || plan.actionOf(lead).kind === 'keep' ? between : new Uint8Array(0);
      const offset = Buffer.alloc(4);
      offset.writeUInt32BE(kept.byteLength);
      return Buffer.concat([offset, kept, rewritten]);
    },
  };
  return { parts: lead === undefined ? inner.parts : [lead, ...inner.parts], payload };
}

function unreadableBlock(bytes: Uint8Array, place: PayloadPlace): PayloadReading {
  const part = opaquePart(
    `${place.path}/unreadable`,
    'Exif',
    place.locate(0, bytes.byteLength),
    'an Exif block that lies outside of what holds it',
  );
  return { parts: [part], payload: { rewrite: (plan) => (plan.actionOf(part).kind === 'keep' ? bytes : null) } };
}
