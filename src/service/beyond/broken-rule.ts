import type { Category } from '../../core/category.js';
import type { RuleOrigin } from '../../core/decision.js';
import type { Rules } from '../../policy/types.js';

export interface BrokenRule {
  readonly category: Category;
  readonly origin: RuleOrigin;
}

/**
 * The first of the categories that the policy does not let stay as it is, if any. What lies beside the bytes is not made less
 * precise: a rule to coarsen is broken by it.
 */
export function brokenRule(reveals: Iterable<Category>, rules: Rules): BrokenRule | undefined {
  for (const category of reveals) {
    const { action, origin } = rules[category];
    if (action.kind !== 'keep') return { category, origin };
  }
  return undefined;
}
