import type { ReadContext } from '../../core/format.js';
import { type MpfReading, readMpf } from '../../metadata/mpf/read-mpf.js';
import { imageType } from '../../metadata/mpf/tags.js';
import { locateFrom } from '../../metadata/reading.js';
import { type AppSegment, buildSegment } from './app-segment.js';
import { type Carried, Joined } from './joined.js';
import type { ImageClaim } from './trailers.js';

/** CIPA DC-007 5.1: `MPF`, NUL; offsets count from the byte behind it. */
export const MPF_NAME = Buffer.from('MPF\0', 'latin1');

export interface MpfCarried extends Carried {
  readonly segment: AppSegment;
  readonly reading: MpfReading;
  /** Where offsets count from, in the file. */
  readonly base: number;
}

export function readMpfCarrier(segment: AppSegment, context: ReadContext): MpfCarried {
  const joined = new Joined([segment], () => MPF_NAME.length);
  const base = segment.piece.dataAt + MPF_NAME.length;
  const reading = readMpf(joined.bytes, { path: `${segment.path}/MPF`, locate: locateFrom(base), context });
  const carried = joined.carried({
    carrier: 'MPF',
    category: 'preview',
    required: false,
    note: reading.entries.length === 0 ? 'multi-picture attributes' : `multi-picture index of ${reading.entries.length} images`,
    children: reading.parts,
    payload: {
      rewrite: (plan) => {
        const bytes = reading.payload.rewrite(plan);
        return bytes === null ? null : buildSegment(segment.marker, MPF_NAME, bytes);
      },
    },
  });
  return { ...carried, segment, reading, base };
}

/** The images that the index places behind `streamEnd`. */
export function claimsOf({ reading, base }: MpfCarried, streamEnd: number): ImageClaim[] {
  return reading.entries
    .filter(({ byteOffset, byteLength }) => byteLength > 0 && base + byteOffset >= streamEnd)
    .map(({ byteOffset, byteLength, attributes }) => ({
      start: base + byteOffset,
      end: base + byteOffset + byteLength,
      note: `second picture of the multi-picture index: ${imageType(attributes) ?? 'kind not given, such as a gain map'}`,
    }));
}
