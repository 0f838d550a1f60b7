import { createHash } from 'node:crypto';
import { BEYOND } from '../core/beyond.js';
import { CATEGORIES } from '../core/category.js';
import { DOORS } from '../core/door.js';
import type { Action } from '../core/part.js';
import type { VisualRules } from '../core/visual.js';
import type { AllowEntry, BeyondRules, EffectivePolicy, Enforcements, PolicyOverride, Rules } from './types.js';
import { canonicalVisual } from './visual.js';

/** SHA-256 of rules in their canonical form: the same however, wherever and in whatever order they were written. */
export function sha256OfRules(rules: Rules, beyond: BeyondRules, visual?: VisualRules): string {
  return sha256OfJson([canonicalRules(rules), canonicalBeyond(beyond), ...withVisual(visual)]);
}

/** SHA-256 of all that decides on a file. Reasons and owners explain and do not count. */
export function sha256OfPolicy(
  { rules, beyond, enforce, visual }: Omit<EffectivePolicy, 'sha256'>,
  overrides: readonly PolicyOverride[],
  allow: readonly AllowEntry[],
): string {
  return sha256OfJson({
    rules: canonicalRules(rules),
    beyond: canonicalBeyond(beyond),
    enforce: canonicalEnforce(enforce),
    ...named(visual),
    overrides: overrides.map((override) => ({
      paths: override.paths,
      rules: canonicalRules(override.rules),
      beyond: canonicalBeyond(override.beyond),
      enforce: canonicalEnforce(override.enforce),
      ...named(override.visual),
    })),
    allow: allow.map(({ sha256, expires }) => `${sha256} ${expires}`).sort(),
  });
}

/** Policies that say nothing of it keep the hash that they had. */
function withVisual(visual: VisualRules | undefined): unknown[][] {
  return visual === undefined ? [] : [canonicalVisual(visual)];
}

function named(visual: VisualRules | undefined): object {
  return visual === undefined ? {} : { visual: canonicalVisual(visual) };
}

function canonicalRules(rules: Partial<Rules>): unknown[] {
  return CATEGORIES.flatMap((category) => {
    const rule = rules[category];
    return rule === undefined ? [] : [[category, canonicalAction(rule.action)]];
  });
}

function canonicalAction(action: Action): unknown {
  if (action.kind !== 'coarsen') return action.kind;
  return action.precision.kind === 'location' ? { gridDegrees: action.precision.gridDegrees } : { unit: action.precision.unit };
}

function canonicalBeyond(beyond: Partial<BeyondRules>): unknown[] {
  return BEYOND.flatMap((what) => {
    const rule = beyond[what];
    return rule === undefined ? [] : [[what, rule.action.kind, rule.action.template ?? null]];
  });
}

function canonicalEnforce(enforce: Partial<Enforcements>): unknown[] {
  return DOORS.flatMap((door) => (enforce[door] === undefined ? [] : [[door, enforce[door]]]));
}

/** The value is built in one fixed order, so that its JSON is canonical. */
function sha256OfJson(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
