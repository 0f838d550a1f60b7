import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { clearedFlags } from './graphic-control.js';
import type { GifInspection } from './read-gif.js';

const NOTHING = new Uint8Array(0);

/** GIF89a 15: the empty sub-block that ends a list. */
const END_OF_LIST = Uint8Array.of(0);

/** GIF89a 27. */
const TRAILER = Uint8Array.of(0x3b);

export function editGif(source: Source, inspection: GifInspection, plan: Plan): Edit[] {
  const { parts, ends, layout } = inspection;
  const edits = parts.flatMap((part) => editsOf(source, part, plan));
  for (const end of ends.values()) {
    // The sub-block that holds the last pixel ends with it.
    const cutAt = end.lastBlockOffset + 1 + end.lastBlockBytes;
    if (end.hasTail && edits.some(({ byteOffset, byteLength }) => byteOffset === cutAt && byteLength > 0))
      edits.push({ byteOffset: end.lastBlockOffset, byteLength: 1, bytes: Uint8Array.of(end.lastBlockBytes) });
  }
  // What browsers took for the end is gone: the file gets a proper one.
  const ended = edits.map((edit) => (!layout.hasTrailer && edit.byteOffset === layout.endOffset ? { ...edit, bytes: TRAILER } : edit));
  return ended.sort((a, b) => a.byteOffset - b.byteOffset);
}

function editsOf(source: Source, part: Part, plan: Plan): Edit[] {
  if (plan.actionOf(part).kind === 'remove') {
    const ends = part.path.endsWith('/after-pixels') || part.path.endsWith('/more');
    return [{ ...part.region, bytes: ends ? END_OF_LIST : NOTHING }];
  }
  if (part.payload !== undefined) return plan.touches(part) ? [{ ...part.region, bytes: part.payload.rewrite(plan) ?? NOTHING }] : [];
  return (part.children ?? []).filter((child) => plan.actionOf(child).kind === 'remove').map((child) => childEdit(source, child));
}

/** Reserved bits become zero; a sub-block that nobody reads goes. */
function childEdit(source: Source, child: Part): Edit {
  if (!child.path.endsWith('/reserved')) return { ...child.region, bytes: NOTHING };
  return { ...child.region, bytes: Uint8Array.of(clearedFlags(source.read(child.region.byteOffset, 1)[0] as number)) };
}
