import { FormatError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import { silentFields, writeDirectory } from './directory.js';
import type { IcoInspection } from './read-ico.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to an icon: images written anew, what lies between and behind them cut, and the directory put right. */
export function editIco({ parts, directory }: IcoInspection, plan: Plan): Edit[] {
  const edits = parts.slice(1).flatMap((part) => editsOf(part, plan));
  const fields = silentFields(directory).filter((_, index) => plan.touches(parts[0]?.children?.[index] as Part));
  const moved = placesAfter(parts, edits);
  const written = writeDirectory(
    directory,
    fields,
    ({ byteOffset }) => moved.get(byteOffset) as { byteOffset: number; byteLength: number },
  );
  return written.equals(directory.bytes) ? edits : [{ byteOffset: 0, byteLength: directory.bytes.length, bytes: written }, ...edits];
}

function editsOf(part: Part, plan: Plan): Edit[] {
  if (!plan.touches(part)) return [];
  const bytes = part.payload?.rewrite(plan) ?? NOTHING;
  if (part.payload !== undefined && bytes.byteLength === 0)
    throw new FormatError('bad-image', part.region.byteOffset, 'nothing would be left of an image');
  return [{ ...part.region, bytes }];
}

/** Where each part begins and how long it is after the edits, by where it began. */
function placesAfter(parts: readonly Part[], edits: readonly Edit[]): Map<number, { byteOffset: number; byteLength: number }> {
  const places = new Map<number, { byteOffset: number; byteLength: number }>();
  const lengths = new Map(edits.map(({ byteOffset, bytes }) => [byteOffset, bytes.byteLength]));
  let at = 0;
  for (const { region } of parts) {
    const byteLength = lengths.get(region.byteOffset) ?? region.byteLength;
    places.set(region.byteOffset, { byteOffset: at, byteLength });
    at += byteLength;
  }
  return places;
}
