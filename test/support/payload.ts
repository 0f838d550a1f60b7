import { CATEGORIES, type Category } from '../../src/core/category.js';
import type { Picture, ReadContext } from '../../src/core/format.js';
import { DEFAULT_LIMITS } from '../../src/core/limits.js';
import type { Action, Part, Plan } from '../../src/core/part.js';
import { locateFrom, type PayloadPlace, type PayloadReading } from '../../src/metadata/reading.js';
import { decide, planOf } from '../../src/policy/decide.js';
import { presetPolicy } from '../../src/policy/presets.js';
import type { EffectivePolicy, Rules } from '../../src/policy/types.js';

/** Of an image that a test makes up. */
export const NO_PICTURE: Picture = { width: 1, height: 1, orientation: 1, frameCount: 1, pixels: [] };

/** A context that finds no image in anything; `more` replaces parts of it. */
export function readContext(more: Partial<ReadContext> = {}): ReadContext {
  return { limits: DEFAULT_LIMITS, depth: 0, readEmbedded: () => undefined, ...more };
}

/** A payload that lies in a file at `byteOffset`. */
export function placeAt(path = 'payload', byteOffset = 0, context: ReadContext = readContext()): PayloadPlace {
  return { path, locate: locateFrom(byteOffset), context };
}

export type ActionRules = Partial<Record<Category, Action | 'remove'>>;

/** A policy that keeps everything but what `rules` says. */
export function policyOf(rules: ActionRules): EffectivePolicy {
  const origin = { file: 'test', line: 1, column: 1 };
  const entries = CATEGORIES.map((category) => {
    const rule = rules[category] ?? 'keep';
    return [category, { action: typeof rule === 'string' ? { kind: rule } : rule, origin }];
  });
  const { beyond } = presetPolicy('balanced').effectiveFor(undefined);
  return { rules: Object.fromEntries(entries) as Rules, beyond, enforce: { watch: 'fix', git: 'fix', ci: 'fix' }, sha256: '0'.repeat(64) };
}

export function removing(...categories: readonly Category[]): EffectivePolicy {
  return policyOf(Object.fromEntries(categories.map((category) => [category, 'remove' as const])));
}

export const KEEP_ALL = policyOf({});
/** Everything but what the picture needs to look the same. */
export const STRICT = removing(...CATEGORIES.filter((category) => category !== 'rendering'));
export const BALANCED = removing('location', 'device', 'person', 'preview', 'hidden', 'ai-prompt', 'provenance');
export const LOCATION_ONLY = removing('location');

export function planFor(parts: readonly Part[], policy: EffectivePolicy): Plan {
  return planOf(decide(parts, policy));
}

/** What a reading leaves under a policy. */
export function rewriteUnder(reading: PayloadReading, policy: EffectivePolicy): Uint8Array | null {
  return reading.payload.rewrite(planFor(reading.parts, policy));
}

/** All parts, outermost first. */
export function flatten(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => [part, ...flatten(part.children ?? [])]);
}

export function partAt(parts: readonly Part[], path: string): Part | undefined {
  return flatten(parts).find((part) => part.path === path);
}

export function categoriesOf(reading: PayloadReading): Record<string, Category> {
  return Object.fromEntries(flatten(reading.parts).map(({ path, category }) => [path, category]));
}

/** Where `needle` stands in `bytes`, as text or as it is; -1 where it does not. */
export function indexIn(bytes: Uint8Array | null, needle: string | Uint8Array): number {
  return bytes === null ? -1 : Buffer.from(bytes).indexOf(typeof needle === 'string' ? needle : Buffer.from(needle));
}
