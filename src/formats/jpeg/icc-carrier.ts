import type { ReadContext } from '../../core/format.js';
import type { Plan } from '../../core/part.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { type AppSegment, buildSegments } from './app-segment.js';
import { type Carried, Joined } from './joined.js';

/** ICC.1:2022 B.4: `ICC_PROFILE`, NUL, the chunk's number from 1, the count of chunks. */
const NAME = Buffer.from('ICC_PROFILE\0', 'latin1');
const HEADER_BYTES = NAME.length + 2;

export function isIccSegment(segment: AppSegment): boolean {
  // Decoders look for a profile in front of the first scan.
  return segment.is(2) && !segment.piece.afterScan && segment.headText.startsWith('ICC_PROFILE\0') && segment.byteLength >= HEADER_BYTES;
}

export interface IccCarried extends Carried {
  readonly profile: Uint8Array;
}

/**
 * The profile among these segments, in whatever order its chunks come: the first complete set that a decoder can apply.
 * A chunk too many, a second one of the same number or a set without a profile is none of it. `undefined` without one.
 */
export function readIccCarrier(segments: readonly AppSegment[], context: ReadContext): IccCarried | undefined {
  const counts = new Set(segments.map((segment) => segment.head[NAME.length + 1] as number));
  for (const count of counts) {
    const members: AppSegment[] = [];
    for (const segment of segments) {
      const number = segment.head[NAME.length] as number;
      if (segment.head[NAME.length + 1] === count && number >= 1 && number <= count) members[number - 1] ??= segment;
    }
    const isComplete = count > 0 && members.length === count && !members.includes(undefined as unknown as AppSegment);
    if (!isComplete) continue;
    const carried = readSet(members, context);
    if (carried !== undefined) return carried;
  }
  return undefined;
}

function readSet(members: readonly AppSegment[], context: ReadContext): IccCarried | undefined {
  const joined = new Joined(members, () => HEADER_BYTES);
  const { valid, parts, payload } = readIcc(joined.bytes, { path: `${joined.path}/ICC`, locate: joined.locate, context });
  if (!valid) return undefined;
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = payload.rewrite(plan);
    if (bytes === null) return null;
    return buildSegments((members[0] as AppSegment).marker, bytes, HEADER_BYTES, (index, count) =>
      Buffer.concat([NAME, Uint8Array.of(index + 1, count)]),
    );
  };
  const carried = joined.carried({ carrier: 'ICC', category: 'rendering', required: true, children: parts, payload: { rewrite } });
  return { ...carried, profile: joined.bytes };
}
