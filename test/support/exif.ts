import { MemorySource } from '../../src/bytes/memory-source.js';
import type { Category } from '../../src/core/category.js';
import type { Embedded, ReadContext } from '../../src/core/format.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import type { Action, Part, Plan } from '../../src/core/part.js';
import { type ExifReading, readExif } from '../../src/metadata/exif/read-exif.js';
import { locateFrom } from '../../src/metadata/reading.js';
import { decide, planOf } from '../../src/policy/decide.js';
import { presetPolicy } from '../../src/policy/presets.js';
import type { EffectivePolicy } from '../../src/policy/types.js';
import { NO_PICTURE } from './payload.js';

const KEEP: Action = { kind: 'keep' };

/** Stands for a picture reader: `PIC` + a comment. Without the comment it is `PIC` alone. */
function fakeEmbedded(bytes: Uint8Array, prefix: string, byteOffset: number): Embedded | undefined {
  const source = new MemorySource(bytes);
  if (bytes.byteLength < 3 || Buffer.from(source.read(0, 3)).toString() !== 'PIC') return undefined;
  const common = { carrier: 'comment', required: false } as const;
  const comment: Part = {
    ...common,
    path: `${prefix}/COM`,
    category: 'text',
    region: { byteOffset: byteOffset + 3, byteLength: bytes.byteLength - 3 },
  };
  const head: Part = {
    ...common,
    path: `${prefix}/head`,
    carrier: 'structure',
    category: 'rendering',
    region: { byteOffset, byteLength: 3 },
    required: true,
  };
  const rewrite = (plan: Plan) => (plan.actionOf(comment).kind === 'keep' ? bytes : bytes.subarray(0, 3));
  const parts = bytes.byteLength > 3 ? [head, comment] : [head];
  return { format: 'jpeg', parts, payload: { rewrite }, picture: NO_PICTURE, decodedPixels: () => [] };
}

export const CONTEXT: ReadContext = { limits: DEFAULT_LIMITS, depth: 0, readEmbedded: fakeEmbedded };

/** Reads a block that starts at `byteOffset` of its file. */
export function read(block: Uint8Array, byteOffset = 0, context: ReadContext = CONTEXT): ExifReading {
  return readExif(block, { path: 'Exif', locate: locateFrom(byteOffset), context });
}

/** A policy that keeps everything but what is given. */
export function policyOf(actions: Partial<Record<Category, Action>>): EffectivePolicy {
  const base = presetPolicy('location-only').effectiveFor(undefined);
  const rules = Object.fromEntries(
    Object.entries(base.rules).map(([category, rule]) => [category, { ...rule, action: actions[category as Category] ?? KEEP }]),
  ) as EffectivePolicy['rules'];
  return { ...base, rules };
}

export const preset = (name: 'balanced' | 'strict' | 'location-only'): EffectivePolicy => presetPolicy(name).effectiveFor(undefined);

function planFor(reading: ExifReading, policy: EffectivePolicy): Plan {
  return planOf(decide(reading.parts, policy));
}

/** Paths that the policy does not let stay. */
export function violations(block: Uint8Array, policy: EffectivePolicy): string[] {
  const reading = read(block);
  return decide(reading.parts, policy)
    .filter(({ action }) => action.kind !== 'keep')
    .map(({ part }) => part.path);
}

/** The block after scrubbing; `null` when nothing is left. */
export function scrub(block: Uint8Array, policy: EffectivePolicy): Uint8Array | null {
  const reading = read(block);
  const plan = planFor(reading, policy);
  return reading.parts.some((part) => plan.touches(part)) ? reading.payload.rewrite(plan) : block;
}

/** Every part, outermost first. */
export function flat(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => [part, ...flat(part.children ?? [])]);
}

export function partAt(reading: ExifReading, path: string): Part {
  const found = flat(reading.parts).find((part) => part.path === `Exif/${path}`);
  if (found === undefined) throw new Error(`no part ${path}: ${flat(reading.parts).map((part) => part.path)}`);
  return found;
}

/** A picture of one grey block, 8 by 8, with the given Exif block. */
export function jpegWith(exif: Uint8Array | null): Buffer {
  const segment = (marker: number, ...bytes: number[]) => [0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff, ...bytes];
  const app1 = exif === null ? [] : segment(0xe1, ...Buffer.from('Exif\0\0'), ...exif);
  return Buffer.from([
    ...[0xff, 0xd8],
    ...app1,
    ...segment(0xdb, 0, ...Array<number>(64).fill(1)),
    ...segment(0xc0, 8, 0, 8, 0, 8, 1, 1, 0x11, 0),
    // One code of one bit each: DC size 0, and end of block.
    ...segment(0xc4, 0x00, 1, ...Array<number>(15).fill(0), 0),
    ...segment(0xc4, 0x10, 1, ...Array<number>(15).fill(0), 0),
    ...segment(0xda, 1, 1, 0, 0, 63, 0),
    ...[0x3f, 0xff, 0xd9],
  ]);
}
