import type { Category } from '../../src/core/category.js';
import { type LoadOptions, loadPolicy } from '../../src/policy/load.js';
import { PolicyError, type PolicyProblem } from '../../src/policy/problem.js';
import type { EffectivePolicy, Policy } from '../../src/policy/types.js';

export function load(text: string, options: Partial<LoadOptions> = {}): Policy {
  return loadPolicy(text, { file: '.privacyrc.yaml', rootDirectory: '/photos', ...options });
}

/** The mistakes of a policy that must not load. */
export function problemsOf(text: string, options: Partial<LoadOptions> = {}): readonly PolicyProblem[] {
  try {
    load(text, options);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  throw new Error('the policy was loaded');
}

/** `keep`, `remove`, `0.1` (degrees) or `day`, by category. */
export function actionsOf({ rules }: EffectivePolicy): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rules).map(([category, { action }]) => {
      if (action.kind !== 'coarsen') return [category, action.kind];
      return [category, action.precision.kind === 'time' ? action.precision.unit : String(action.precision.gridDegrees)];
    }),
  );
}

export function actionOf(policy: Policy, category: Category, path?: string): string {
  return actionsOf(policy.effectiveFor(path))[category] as string;
}

/** Files that can be extended, by their path. */
export function filesystem(files: Readonly<Record<string, string>>): Pick<LoadOptions, 'readFile'> {
  return {
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  };
}
