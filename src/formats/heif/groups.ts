import { type Box, boxesIn } from '../../metadata/box.js';
import { BoxFields, boxOf, uintBytes } from './full-box.js';

/** A group of items (ISO/IEC 14496-12 8.18): alternatives, a burst, a stereo pair. */
export interface EntityGroup {
  readonly box: Box;
  readonly ids: readonly number[];
  /** Bytes behind the ids; of groups that are known, there are none. */
  readonly tail: Uint8Array;
}

/** Groups of which it is known that they hold nothing but ids. Apple names a burst or a pair by the ids alone too. */
const PLAIN = new Set([
  'altr',
  'ster',
  'eqiv',
  'brst',
  'aebr',
  'wbbr',
  'fobr',
  'afbr',
  'dobr',
  'iaug',
  'favc',
  'slid',
  'tsyn',
  'prgr',
  'albc',
  'pano',
]);

/** Reads `grpl`. Throws a reader's error. */
export function readGroups(bytes: Uint8Array, grpl: Box, baseOffset: number): EntityGroup[] {
  const groups: EntityGroup[] = [];
  let at = grpl.content;
  for (const box of boxesIn(bytes, grpl.content, grpl.end)) {
    at = box.end;
    const fields = new BoxFields(bytes, box, baseOffset);
    fields.versionAndFlags();
    fields.uint(4);
    const count = fields.uint(4);
    if (count * 4 > fields.left) throw fields.fail('ends within its ids');
    groups.push({ box, ids: Array.from({ length: count }, () => fields.uint(4)), tail: fields.rest() });
  }
  if (at !== grpl.end) throw new BoxFields(bytes, grpl, baseOffset).fail('holds bytes that are no group');
  return groups;
}

/** True where a group says no more than which items belong together. */
export function isPlainGroup({ box, tail }: EntityGroup): boolean {
  return PLAIN.has(box.type) && tail.byteLength === 0;
}

/** `grpl` with groups of which at least two items are left; `undefined` where none is. */
export function writeGroups(bytes: Uint8Array, groups: readonly EntityGroup[], isLeft: (id: number) => boolean): Buffer | undefined {
  const boxes = groups.flatMap(({ box, ids, tail }) => {
    const left = ids.filter(isLeft);
    if (left.length < ids.length && left.length < 2) return [];
    return [
      boxOf(box.type, bytes.subarray(box.content, box.content + 8), uintBytes(left.length, 4), ...left.map((id) => uintBytes(id, 4)), tail),
    ];
  });
  return boxes.length === 0 ? undefined : boxOf('grpl', ...boxes);
}
