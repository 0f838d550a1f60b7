import { LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import { type Box, boxesIn } from '../../metadata/box.js';
import { BoxFields, boxOf, uintBytes } from './full-box.js';

/** A reference from one item to others (ISO/IEC 14496-12 8.11.12). */
export interface Reference {
  /** `dimg`, `thmb`, `auxl`, `cdsc`, `iloc`, `prem`, … */
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** Reads `iref`. Throws a reader's error. */
export function readReferences(bytes: Uint8Array, iref: Box, baseOffset: number, limits: Limits): Reference[] {
  const fields = new BoxFields(bytes, iref, baseOffset);
  const idBytes = fields.versionAndFlags().version === 0 ? 2 : 4;
  const references: Reference[] = [];
  let count = 0;
  for (const box of boxesIn(bytes, fields.at, iref.end)) {
    fields.at = box.end;
    const inner = new BoxFields(bytes, box, baseOffset);
    const from = inner.uint(idBytes);
    const size = inner.uint(2);
    count += size + 1;
    if (count > limits.entryCount)
      throw new LimitError('entryCount', baseOffset + box.start, `more than ${limits.entryCount} item references`);
    references.push({ type: box.type, from, to: Array.from({ length: size }, () => inner.uint(idBytes)) });
    if (inner.left > 0) throw inner.fail('holds bytes behind its last reference');
  }
  if (fields.at < iref.end) throw fields.fail('holds bytes that are no reference');
  return references;
}

/** `iref` without what leads from or to items that go; `undefined` where nothing is left of it. */
export function writeReferences(
  bytes: Uint8Array,
  iref: Box,
  references: readonly Reference[],
  isLeft: (id: number) => boolean,
): Buffer | undefined {
  const idBytes = bytes[iref.content] === 0 ? 2 : 4;
  const boxes = references.flatMap(({ type, from, to }) => {
    const left = to.filter(isLeft);
    if (!isLeft(from) || left.length === 0) return [];
    return [boxOf(type, uintBytes(from, idBytes), uintBytes(left.length, 2), ...left.map((id) => uintBytes(id, idBytes)))];
  });
  return boxes.length === 0 ? undefined : boxOf('iref', bytes.subarray(iref.content, iref.content + 4), ...boxes);
}
