import fc from 'fast-check';
import { crc32Of } from '../../src/bytes/crc32.js';
import { isPng, PNG_SIGNATURE } from '../../src/formats/signatures.js';

/** One change to a file. Places are fractions of its length, so that they fit whatever came before. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'overwrite'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'number'; readonly at: number; readonly width: 2 | 4 | 8; readonly value: bigint; readonly littleEndian: boolean }
  | { readonly kind: 'nudge'; readonly at: number; readonly by: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly byteLength: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly byteLength: number; readonly to: number }
  | { readonly kind: 'cut'; readonly at: number };

/** Values at which lengths, counts and offsets go wrong. */
const TELLING = [
  0n,
  1n,
  2n,
  7n,
  8n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xfffffffen,
  0xffffffffn,
].concat([0x100000000n, 0x1fffffffffffffn, 0x20000000000000n, 0x7fffffffffffffffn, 0xffffffffffffffffn]);

// Without bias: the library favours 0, and a file cut or changed at its first byte is no image any more.
const place = fc.noBias(fc.nat(2 ** 30 - 1)).map((each) => each / 2 ** 30);
/** Heads and tables lie at the start of most files. */
const at = fc.oneof(
  place,
  place.map((each) => each * 0.1),
  place.map((each) => each * each),
);
const few = fc.uint8Array({ minLength: 1, maxLength: 16 });

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('overwrite' as const), at, bytes: few }),
    fc.record({
      kind: fc.constant('number' as const),
      at,
      width: fc.constantFrom(2 as const, 4 as const, 8 as const),
      value: fc.constantFrom(...TELLING),
      littleEndian: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('nudge' as const), at, by: fc.integer({ min: -4, max: 4 }) }),
    fc.record({ kind: fc.constant('insert' as const), at, bytes: few }),
    fc.record({ kind: fc.constant('delete' as const), at, byteLength: fc.integer({ min: 1, max: 64 }) }),
    fc.record({ kind: fc.constant('repeat' as const), at, byteLength: fc.integer({ min: 1, max: 512 }), to: place }),
    fc.record({ kind: fc.constant('cut' as const), at: place }),
  ),
  { minLength: 1, maxLength: 4 },
);

export function mutated(bytes: Uint8Array, changes: readonly Mutation[]): Buffer {
  return changes.reduce<Buffer>((now, change) => apply(now, change), Buffer.from(bytes));
}

function apply(bytes: Buffer, change: Mutation): Buffer {
  const start = Math.floor(change.at * bytes.byteLength);
  const splice = (from: number, gone: number, added: Uint8Array): Buffer =>
    Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(Math.min(bytes.byteLength, from + gone))]);
  switch (change.kind) {
    case 'flip':
      return bytes.byteLength === 0 ? bytes : splice(start, 1, Uint8Array.of((bytes[start] as number) ^ (1 << change.bit)));
    case 'overwrite':
      return splice(start, change.bytes.byteLength, change.bytes);
    case 'number':
      return splice(start, change.width, numberBytes(change.value, change.width, change.littleEndian));
    case 'nudge':
      return bytes.byteLength === 0 ? bytes : splice(start, 1, Uint8Array.of((bytes[start] as number) + change.by));
    case 'insert':
      return splice(start, 0, change.bytes);
    case 'delete':
      return splice(start, change.byteLength, new Uint8Array(0));
    case 'repeat':
      return splice(Math.floor(change.to * bytes.byteLength), 0, bytes.subarray(start, start + change.byteLength));
    case 'cut':
      return bytes.subarray(0, start);
  }
}

function numberBytes(value: bigint, width: 2 | 4 | 8, littleEndian: boolean): Uint8Array {
  const wide = Buffer.alloc(8);
  wide.writeBigUInt64BE(value);
  const bytes = wide.subarray(8 - width);
  return littleEndian ? bytes.reverse() : bytes;
}

/**
 * The same file with right checks over its PNG chunks, as far as the chunks go: without them nearly every change to a PNG
 * would end at the first check. Other files come back as they are.
 */
export function withRightChecks(bytes: Buffer): Buffer {
  if (!isPng(bytes)) return bytes;
  const checked = Buffer.from(bytes);
  for (let start = PNG_SIGNATURE.length; start + 12 <= checked.byteLength; ) {
    const end = start + 8 + checked.readUInt32BE(start);
    if (end + 4 > checked.byteLength) break;
    checked.writeUInt32BE(crc32Of(checked.subarray(start + 4, end)), end);
    start = end + 4;
  }
  return checked;
}
