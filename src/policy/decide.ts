import type { CATEGORIES } from '../core/category.js';
import type { Decision } from '../core/decision.js';
import type { Action, Part, Plan } from '../core/part.js';
import type { EffectivePolicy } from './types.js';

const KEEP: Action = Object.freeze({ kind: 'keep' });
const REMOVE: Action = Object.freeze({ kind: 'remove' });
const STRICTNESS = { keep: 0, coarsen: 1, remove: 2 } as const;

/**
 * Decides every part of a file, outermost first. A part that goes takes its children along; one that stays leaves them
 * to be decided one by one, so that a wrapper is `rendering` and a preview with metadata of its own is `preview`.
 * An atomic part is decided once, by the strictest rule among all that it or a child may reveal.
 */
export function decide(parts: readonly Part[], policy: EffectivePolicy): Decision[] {
  const decisions: Decision[] = [];
  for (const part of parts) decideInto(decisions, part, policy);
  return decisions;
}

function decideInto(decisions: Decision[], part: Part, policy: EffectivePolicy): void {
  const decision = decideOne(part, policy);
  const children = part.atomic === true ? [] : (part.children ?? []);
  if (decision.action.kind === 'keep' && children.length > 0) {
    for (const child of children) decideInto(decisions, child, policy);
  } else {
    decisions.push(decision);
  }
}

function decideOne(part: Part, policy: EffectivePolicy): Decision {
  let rule = part.category;
  let action = effectiveAction(part, policy.rules[rule].action);
  for (const category of revealedBy(part)) {
    const candidate = effectiveAction(part, policy.rules[category].action);
    if (STRICTNESS[candidate.kind] > STRICTNESS[action.kind]) {
      action = candidate;
      rule = category;
    }
  }
  return { part, action, rule, origin: policy.rules[rule].origin };
}

function effectiveAction(part: Part, action: Action): Action {
  if (part.required) return KEEP;
  if (action.kind !== 'coarsen') return action;
  // What cannot be made less precise in place has to go: a place name, a sub-second, a track.
  if (part.coarsenable === undefined || part.coarsenable.kind !== action.precision.kind) return REMOVE;
  return part.coarsenable.isCoarse(action.precision) ? KEEP : action;
}

function revealedBy(part: Part): Set<(typeof CATEGORIES)[number]> {
  const all = new Set([part.category, ...(part.alsoReveals ?? [])]);
  if (part.atomic === true) for (const child of part.children ?? []) for (const category of revealedBy(child)) all.add(category);
  return all;
}

/** The plan that carries the decisions out. */
export function planOf(decisions: readonly Decision[]): Plan {
  const actions = new Map<string, Action>();
  for (const { part, action } of decisions) if (action.kind !== 'keep') actions.set(part.path, action);
  const touches = (part: Part): boolean => actions.has(part.path) || (part.atomic !== true && (part.children ?? []).some(touches));
  return { actionOf: (part) => actions.get(part.path) ?? KEEP, touches };
}
