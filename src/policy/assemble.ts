import { BEYOND, type Beyond } from '../core/beyond.js';
import { CATEGORIES, type Category, REFINES } from '../core/category.js';
import { DOORS, type Door, type Enforcement, type Sniff } from '../core/door.js';
import type { VisualRules } from '../core/visual.js';
import { sha256OfPolicy, sha256OfRules } from './canonical.js';
import type { GlobSet } from './glob.js';
import type {
  AllowEntry,
  BeyondRule,
  BeyondRules,
  EffectivePolicy,
  Enforcements,
  Policy,
  PolicyOverride,
  Rule,
  Rules,
  WatchSettings,
} from './types.js';
import { mergeVisual } from './visual.js';

/** One step of a policy: a preset, a file's rules, or one override. A later layer wins over an earlier one. */
export interface Layer {
  /** Where it holds; everywhere if absent. */
  readonly paths?: GlobSet;
  readonly rules: ReadonlyMap<Category, Rule>;
  readonly beyond: ReadonlyMap<Beyond, BeyondRule>;
  readonly enforce: Readonly<Partial<Record<Door, Enforcement>>>;
  readonly visual?: VisualRules;
}

export interface PolicyParts {
  readonly name: string;
  readonly rootDirectory?: string;
  /** The first is a whole preset, so that every category and door has a value. */
  readonly layers: readonly Layer[];
  /** Names only, if left out. */
  readonly sniff?: Sniff;
  readonly watch: WatchSettings;
  readonly allow: readonly AllowEntry[];
}

interface Override extends PolicyOverride {
  readonly globs: GlobSet;
}

/** A category's rule holds for its refinements too, unless the same layer names them. */
function withRefinements(named: ReadonlyMap<Category, Rule>): Map<Category, Rule> {
  const rules = new Map(named);
  for (const [refinement, wider] of Object.entries(REFINES) as [Category, Category][]) {
    const rule = named.get(wider);
    if (rule !== undefined && !named.has(refinement)) rules.set(refinement, rule);
  }
  return rules;
}

/** Puts layers on top of each other. The result is frozen, and answers for any path without looking at a disk. */
export function assemblePolicy({ name, rootDirectory, layers, watch, sniff, allow }: PolicyParts): Policy {
  const { base, overrides } = flatten(layers);
  const effective = new Map<string, EffectivePolicy>();
  const effectiveOf = (matching: readonly Override[], key: string): EffectivePolicy => {
    const known = effective.get(key);
    if (known !== undefined) return known;
    const made = merge(base, matching);
    effective.set(key, made);
    return made;
  };
  const everywhere = effectiveOf([], '');
  return Object.freeze({
    version: 1,
    name,
    ...(rootDirectory === undefined ? {} : { rootDirectory }),
    sha256: sha256OfPolicy(everywhere, overrides, allow),
    watch: Object.freeze({
      ...watch,
      folders: Object.freeze(watch.folders.map((folder) => Object.freeze({ ...folder }))),
      vault: Object.freeze({ ...watch.vault }),
    }),
    git: Object.freeze({ sniff: sniff ?? 'names' }),
    overrides: Object.freeze(
      overrides.map(({ paths, rules, beyond, enforce, visual }) => Object.freeze({ paths, rules, beyond, enforce, ...visualOf(visual) })),
    ),
    allow: Object.freeze(allow.map((entry) => Object.freeze({ ...entry }))),
    effectiveFor(path) {
      if (path === undefined || overrides.length === 0) return everywhere;
      const matching = overrides.filter(({ globs }) => globs.matches(path));
      return effectiveOf(matching, matching.map((override) => overrides.indexOf(override)).join());
    },
  } satisfies Policy);
}

/**
 * One layer for everywhere, and overrides on top that never lose against it: what a later layer sets everywhere is taken
 * out of the overrides before it.
 */
function flatten(layers: readonly Layer[]): { base: Layer; overrides: Override[] } {
  const rules = new Map<Category, Rule>();
  const beyond = new Map<Beyond, BeyondRule>();
  const enforce: Partial<Record<Door, Enforcement>> = {};
  let visual: VisualRules = {};
  const overrides: Override[] = [];
  for (const layer of [...layers].reverse()) {
    // Last layer first: what `rules`, `beyond` and `enforce` have by now was said later.
    const newRules = [...withRefinements(layer.rules)].filter(([category]) => !rules.has(category));
    const newBeyond = [...layer.beyond].filter(([what]) => !beyond.has(what));
    const newDoors = DOORS.filter((door) => layer.enforce[door] !== undefined && enforce[door] === undefined);
    const newEnforce = Object.fromEntries(newDoors.map((door) => [door, layer.enforce[door]]));
    const newVisual = Object.fromEntries(Object.entries(layer.visual ?? {}).filter(([key]) => !(key in visual))) as VisualRules;
    const saysVisual = Object.keys(newVisual).length > 0;
    if (layer.paths !== undefined) {
      if (newRules.length + newBeyond.length + newDoors.length === 0 && !saysVisual) continue;
      // A wider category that stays must not carry its refinement along, where a later layer has said what that is.
      for (const [refinement, wider] of Object.entries(REFINES) as [Category, Category][]) {
        const later = rules.get(refinement);
        if (later !== undefined && newRules.some(([category]) => category === wider)) newRules.push([refinement, later]);
      }
      overrides.unshift({
        paths: layer.paths.globs,
        globs: layer.paths,
        rules: Object.freeze(Object.fromEntries(newRules)),
        beyond: Object.freeze(Object.fromEntries(newBeyond)),
        enforce: Object.freeze(newEnforce),
        ...(saysVisual ? { visual: Object.freeze(newVisual) } : {}),
      });
    } else {
      for (const [category, rule] of newRules) rules.set(category, rule);
      for (const [what, rule] of newBeyond) beyond.set(what, rule);
      Object.assign(enforce, newEnforce);
      visual = { ...visual, ...newVisual };
    }
  }
  return { base: { rules, beyond, enforce, visual }, overrides };
}

function merge(base: Layer, overrides: readonly Override[]): EffectivePolicy {
  const ruleOf = (category: Category): Rule => {
    const rule = overrides.findLast(({ rules }) => rules[category] !== undefined)?.rules[category] ?? base.rules.get(category);
    if (rule === undefined) throw new Error(`no layer has a rule for ${category}`);
    return rule;
  };
  const beyondOf = (what: Beyond): BeyondRule => {
    const rule = overrides.findLast(({ beyond }) => beyond[what] !== undefined)?.beyond[what] ?? base.beyond.get(what);
    if (rule === undefined) throw new Error(`no layer has a rule for ${what}`);
    return rule;
  };
  const enforcementOf = (door: Door): Enforcement => {
    const enforcement = overrides.findLast(({ enforce }) => enforce[door] !== undefined)?.enforce[door] ?? base.enforce[door];
    if (enforcement === undefined) throw new Error(`no layer has an enforcement for ${door}`);
    return enforcement;
  };
  const rules = Object.freeze(Object.fromEntries(CATEGORIES.map((category) => [category, ruleOf(category)]))) as Rules;
  const beyond = Object.freeze(Object.fromEntries(BEYOND.map((what) => [what, beyondOf(what)]))) as BeyondRules;
  const enforce = Object.freeze(Object.fromEntries(DOORS.map((door) => [door, enforcementOf(door)]))) as Enforcements;
  const visual = mergeVisual([base, ...overrides].map((layer) => layer.visual ?? {}));
  return Object.freeze({ rules, beyond, enforce, ...visualOf(visual), sha256: sha256OfRules(rules, beyond, visual) });
}

function visualOf(visual: VisualRules | undefined): { visual?: VisualRules } {
  return visual === undefined || Object.keys(visual).length === 0 ? {} : { visual };
}
