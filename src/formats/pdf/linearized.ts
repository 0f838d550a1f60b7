import type { PdfDocument } from './document.js';
import { countIn, entryOf, lookUp, type PdfNode } from './node.js';
import type { FileObject } from './object-at.js';

/** ISO 32000-2, F.3.3 and F.4.1: what the dictionary of a linearized file and the stream of its hints may say. */
const DICTIONARY_KEYS: ReadonlySet<string> = new Set(['Linearized', 'L', 'H', 'O', 'E', 'N', 'T', 'P']);
const HINT_KEYS: ReadonlySet<string> = new Set([...'SPTOAEVICLRB', 'Length', 'Filter', 'DecodeParms']);

/** The objects that only help to show the first page early: nothing refers to them. */
export function linearization({ objects, base }: PdfDocument): FileObject[] {
  const byOffset = new Map<number, number>();
  let first = Number.POSITIVE_INFINITY;
  for (const [number, place] of objects.places) {
    if (place.kind !== 'offset') continue;
    byOffset.set(place.byteOffset, number);
    first = Math.min(first, place.byteOffset);
  }
  const file = objects.get(byOffset.get(first) ?? -1)?.file;
  if (file === undefined || entryOf(file.value, 'Linearized') === undefined || !hasOnly(file, DICTIONARY_KEYS)) return [];
  const found = [file];
  const hints = lookUp(file.value, 'H');
  for (const [index, item] of (hints?.kind === 'array' ? hints.items : []).entries()) {
    const offset = index % 2 === 0 ? countIn(item) : undefined;
    const hint = offset === undefined ? undefined : objects.get(byOffset.get(base + offset) ?? -1)?.file;
    if (hint?.stream !== undefined && hasOnly(hint, HINT_KEYS)) found.push(hint);
  }
  return found;
}

function hasOnly({ value, comments }: FileObject, keys: ReadonlySet<string>): boolean {
  const isPlain = (node: PdfNode): boolean =>
    node.kind === 'atom' || node.kind === 'name' || (node.kind === 'array' && node.items.every(isPlain));
  return (
    comments.length === 0 && value.kind === 'dictionary' && value.entries.every((entry) => keys.has(entry.key) && isPlain(entry.value))
  );
}
