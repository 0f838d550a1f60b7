import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';
import type { AppSegment } from './app-segment.js';
import { type Carried, Joined } from './joined.js';

/** ISO/IEC 18477-3 A.2: `JP`, box instance number, packet sequence number from 1; then the box's length and type. */
const PACKET_BYTES = 8;
const BOX_HEADER_BYTES = 8;
const LARGE_BOX_HEADER_BYTES = 16;

/** Boxes of one instance number belong together, whatever lies between them. They go or stay as one. */
export function readJumbfCarriers(segments: readonly AppSegment[], context: ReadContext): Carried[] {
  const sets = new Map<string, AppSegment[]>();
  for (const segment of segments) {
    const view = viewOf(segment);
    const key = `${view.getUint16(2)} ${segment.headText.slice(12, 16)}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [segment]);
    else set.push(segment);
  }
  return [...sets.values()].map((set) => readSet(set, context));
}

function viewOf({ head }: AppSegment): DataView {
  return new DataView(head.buffer, head.byteOffset, head.byteLength);
}

function readSet(set: AppSegment[], context: ReadContext): Carried {
  const members = set.sort((a, b) => viewOf(a).getUint32(4) - viewOf(b).getUint32(4) || a.index - b.index);
  const [first] = members as [AppSegment, ...AppSegment[]];
  // Every packet repeats the box's header; what is joined keeps it once.
  const header = viewOf(first).getUint32(PACKET_BYTES) === 1 ? LARGE_BOX_HEADER_BYTES : BOX_HEADER_BYTES;
  const joined = new Joined(members, (segment) => Math.min(segment.byteLength, PACKET_BYTES + (segment === first ? 0 : header)));
  if (first.headText.slice(12, 16) !== 'jumb') return joined.carried(residualImage);
  const { parts } = readJumbf(joined.bytes, { path: joined.path, locate: joined.locate, context });
  const alsoReveals = [...new Set(parts.flatMap((part) => [part.category, ...(part.alsoReveals ?? [])]))].filter(
    (category) => category !== 'provenance',
  );
  const note = parts[0]?.note ?? 'JUMBF boxes';
  return joined.carried({ carrier: 'JUMBF', category: 'provenance', alsoReveals, required: false, note, atomic: true, children: parts });
}

/** ISO/IEC 18477-3: what makes a high dynamic range picture of the one that other decoders show. */
const residualImage: Omit<Part, 'path' | 'region'> = {
  carrier: 'application',
  category: 'preview',
  alsoReveals: REVEALS_ANYTHING,
  required: false,
  note: 'JPEG XT box: without it, viewers of high dynamic range show the standard picture',
};
