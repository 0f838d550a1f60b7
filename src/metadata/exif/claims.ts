import type { Category } from '../../core/category.js';
import type { Region } from '../../core/part.js';
import type { Claim, Entry } from './model.js';

function sorted(claims: readonly Claim[]): Claim[] {
  return claims.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Ranges that nobody claims and that are not all zero, cut to their first and last non-zero byte. */
export function gapsOf(claims: readonly Claim[], bytes: Uint8Array): Region[] {
  const gaps: Region[] = [];
  for (const { byteOffset, byteLength } of unclaimed(claims, bytes.byteLength)) {
    let start = byteOffset;
    let stop = byteOffset + byteLength;
    while (start < stop && bytes[start] === 0) start++;
    while (stop > start && bytes[stop - 1] === 0) stop--;
    if (stop > start) gaps.push({ byteOffset: start, byteLength: stop - start });
  }
  return gaps;
}

/** Ranges that nobody claims, in order. */
function unclaimed(claims: readonly Claim[], totalBytes: number): Region[] {
  const free: Region[] = [];
  let position = 0;
  for (const { start, end } of sorted(claims)) {
    if (start > position) free.push({ byteOffset: position, byteLength: start - position });
    position = Math.max(position, end);
  }
  if (position < totalBytes) free.push({ byteOffset: position, byteLength: totalBytes - position });
  return free;
}

/** What of `wanted` nobody claims, in order and without overlap. */
export function unclaimedWithin(wanted: readonly Region[], claims: readonly Claim[], totalBytes: number): Region[] {
  const free = unclaimed(claims, totalBytes);
  const found: Region[] = [];
  let next = 0;
  let position = 0;
  for (const { byteOffset, byteLength } of wanted.toSorted((a, b) => a.byteOffset - b.byteOffset)) {
    const end = byteOffset + byteLength;
    for (let gap = free[next]; gap !== undefined && gap.byteOffset < end; gap = free[next]) {
      const gapEnd = gap.byteOffset + gap.byteLength;
      const start = Math.max(position, byteOffset, gap.byteOffset);
      const stop = Math.min(end, gapEnd);
      if (stop > start) found.push({ byteOffset: start, byteLength: stop - start });
      position = Math.max(position, stop);
      if (gapEnd > end) break;
      next++;
    }
  }
  return found;
}

/**
 * What entries may reveal because their bytes are also those of others: a resolution that points into the GPS coordinates
 * must go with them. Ranges that overlap, directly or through a third, reveal what any of them reveals.
 */
export function sharedWith(claims: readonly Claim[], categoriesOf: (entry: Entry) => readonly Category[]): Map<Entry, Set<Category>> {
  const shared = new Map<Entry, Set<Category>>();
  let group: Claim[] = [];
  let groupEnd = 0;
  const flush = (): void => {
    if (group.length > 1) {
      const all = new Set<Category>();
      for (const { entry } of group) {
        for (const category of entry === undefined ? (['hidden'] as const) : categoriesOf(entry)) all.add(category);
      }
      for (const { entry } of group) {
        if (entry !== undefined) shared.set(entry, new Set([...(shared.get(entry) ?? []), ...all]));
      }
    }
    group = [];
  };
  for (const claim of sorted(claims)) {
    if (claim.start >= groupEnd) flush();
    group.push(claim);
    groupEnd = Math.max(groupEnd, claim.end);
  }
  flush();
  return shared;
}
