import type { ReadContext } from '../../core/format.js';
import type { Plan } from '../../core/part.js';
import { readIptc } from '../../metadata/iptc/read-iptc.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import { photoshopHeaderLength } from '../../metadata/photoshop/walk.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifBlock } from '../exif-block.js';
import { type AppSegment, buildSegments } from './app-segment.js';
import { type Carried, Joined } from './joined.js';

const headerBytes = (segment: AppSegment): number => photoshopHeaderLength(segment.head) ?? 0;

/** Image resources; a list longer than one segment goes on in the next ones, each with the header again. */
export function readPhotoshopCarrier(segments: readonly AppSegment[], context: ReadContext): Carried {
  const joined = new Joined(segments, headerBytes);
  const [first] = segments as [AppSegment];
  const header = first.data.subarray(0, headerBytes(first));
  const place = { path: `${joined.path}/Photoshop`, locate: joined.locate, context };
  const { parts, payload } = readPhotoshop(joined.bytes, place, { exif: readExifBlock, xmp: readXmp });
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = payload.rewrite(plan);
    return bytes === null ? null : buildSegments(first.marker, bytes, header.length, () => header);
  };
  return joined.carried({ carrier: 'Photoshop', category: 'rendering', required: false, children: parts, payload: { rewrite } });
}

/** Datasets without the resource around them, as some early writers left them. */
export function readIptcCarrier(segment: AppSegment, context: ReadContext): Carried {
  const joined = new Joined([segment], () => 0);
  const { parts, payload } = readIptc(joined.bytes, { path: `${joined.path}/IPTC`, locate: joined.locate, context });
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = payload.rewrite(plan);
    return bytes === null ? null : buildSegments(segment.marker, bytes, 0, () => new Uint8Array(0));
  };
  return joined.carried({ carrier: 'IPTC-IIM', category: 'rendering', required: false, children: parts, payload: { rewrite } });
}
