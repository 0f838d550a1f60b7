import { isZeroRun } from '../../bytes/zero-run.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

export const endOf = ({ byteOffset, byteLength }: Region): number => byteOffset + byteLength;

/** Sorted by place, those that overlap or touch joined. */
export function union(regions: readonly Region[]): Region[] {
  const joined: { byteOffset: number; byteLength: number }[] = [];
  for (const { byteOffset, byteLength } of [...regions].sort((a, b) => a.byteOffset - b.byteOffset)) {
    if (byteLength === 0) continue;
    const last = joined.at(-1);
    if (last === undefined || byteOffset > endOf(last)) joined.push({ byteOffset, byteLength });
    else last.byteLength = Math.max(last.byteLength, byteOffset + byteLength - last.byteOffset);
  }
  return joined;
}

/** What of `from` lies in none of `taken`; both as `union` gives them. */
export function without(from: readonly Region[], taken: readonly Region[]): Region[] {
  const left: Region[] = [];
  let index = 0;
  for (const region of from) {
    let at = region.byteOffset;
    while (index < taken.length && endOf(taken[index] as Region) <= at) index++;
    for (let next = index; next < taken.length && (taken[next] as Region).byteOffset < endOf(region); next++) {
      const hole = taken[next] as Region;
      if (hole.byteOffset > at) left.push({ byteOffset: at, byteLength: hole.byteOffset - at });
      at = Math.max(at, endOf(hole));
    }
    if (at < endOf(region)) left.push({ byteOffset: at, byteLength: endOf(region) - at });
  }
  return left;
}

/** `taken` as `union` gives it. */
export function isFree(region: Region, taken: readonly Region[]): boolean {
  let [low, high] = [0, taken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(taken[middle] as Region) <= region.byteOffset) low = middle + 1;
    else high = middle;
  }
  const next = taken[low];
  return next === undefined || next.byteOffset >= endOf(region);
}

export function isAllZero(source: Source, { byteOffset, byteLength }: Region): boolean {
  return isZeroRun(source, byteOffset, byteOffset + byteLength);
}

export function structure(path: string, region: Region): Part {
  return { path, carrier: 'structure', category: 'rendering', region, required: true };
}
