import fc from 'fast-check';

interface Change {
  readonly at: number;
  readonly value: number;
  /** 0 sets one byte; more replaces one byte less than that by `insert`. */
  readonly length: number;
  readonly insert: Uint8Array;
}

/** A few bytes set, put in or taken out, anywhere. */
export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(4000),
    value: fc.nat(255),
    length: fc.integer({ min: 0, max: 4 }),
    insert: fc.uint8Array({ maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The bytes after the changes, those before `from` as they were. */
export function changedBytes(bytes: Uint8Array, list: readonly Change[], from: number): Buffer {
  let changed = Buffer.from(bytes);
  for (const { at, value, length, insert } of list) {
    const place = from + (at % (changed.length - from));
    if (length === 0) changed[place] = value;
    else changed = Buffer.concat([changed.subarray(0, place), insert, changed.subarray(place + length - 1)]);
  }
  return changed;
}
