import * as v from 'valibot';
import { type Explained, explain, explainKey, explainMissing } from './explain.js';
import { nearestWord } from './nearest.js';
import { MAX_PROBLEMS, type PolicyText, type Span } from './policy-text.js';
import { type PolicyDocument, policySchema } from './schema.js';
import { keysOf, type Path, schemasAt, takes } from './schema-tree.js';
import type { Tree } from './yaml-tree.js';

/** Holds a tree against the schema. `undefined` where that found mistakes; they are noted in `text`. */
export function validate(tree: Tree, text: PolicyText): PolicyDocument | undefined {
  const before = text.problemCount;
  const value = plainOf(tree, [], text);
  // The schema names one unknown key per mapping at a time: it is noted, taken out, and the rest is looked at again.
  for (let round = 0; round < MAX_PROBLEMS && !text.isFull; round++) {
    const result = v.safeParse(policySchema, value);
    if (result.success) return text.problemCount === before ? result.output : undefined;
    const unknownKeys = result.issues.flatMap((issue) => reportIssue(issue, [], tree, text));
    if (unknownKeys.length === 0) break;
    for (const { holder, key } of unknownKeys) delete holder[key];
  }
  // A policy that does not fit must never pass because we had no words for it.
  if (text.problemCount === before) text.report(tree, 'the policy does not fit its schema', 'exifence policy schema shows its form');
  return undefined;
}

/** The tree as plain data. Mappings have no prototype: a key `__proto__` is a key like any other, and unknown. */
function plainOf(tree: Tree, path: Path, text: PolicyText): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') {
    const nodes = schemasAt(policySchema, path);
    // To the schema library a list is an object too: `rules: []` would pass as an empty mapping.
    if (nodes.length > 0 && !takes(nodes, 'array')) report(text, tree, explain(path, tree));
    return tree.items.map((item, index) => plainOf(item, [...path, index], text));
  }
  const holder: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of tree.entries) holder[key] = plainOf(value, [...path, key], text);
  return holder;
}

interface Issue {
  readonly type: string;
  readonly kind: string;
  readonly message: string;
  readonly expected: string | null;
  readonly path?: readonly { readonly key?: unknown; readonly origin: string; readonly input: unknown }[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
}

interface UnknownKey {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function reportIssue(issue: Issue, above: Path, tree: Tree, text: PolicyText): UnknownKey[] {
  if (text.isFull) return [];
  const path: Path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  // Of the alternatives of a union, those that got past their beginning are what was meant.
  const within = (issue.issues ?? []).filter((inner) => inner.path !== undefined);
  if (within.length > 0) return within.flatMap((inner) => reportIssue(inner, path, tree, text));
  const parent = found(tree, path.slice(0, -1));
  // A list where a mapping must be was reported as such; it has no keys to miss or to know.
  if (parent.value?.kind === 'list' && typeof path.at(-1) === 'string') return [];
  const { span, value } = found(tree, path);
  const last = issue.path?.at(-1);
  if (last?.origin === 'key' && issue.expected === 'never') {
    report(text, span, explainKey(path));
    return [{ holder: last.input as Record<string, unknown>, key: String(path.at(-1)) }];
  }
  const slip = value === undefined ? misspelt(parent.value, path) : undefined;
  if (value !== undefined) report(text, value, explain(path, value, issue.kind === 'validation' ? issue.message : undefined));
  else if (slip !== undefined) report(text, slip.span, explainKey([...path.slice(0, -1), slip.key]));
  else report(text, span, explainMissing(path));
  return [];
}

/** The key that was probably meant to be the missing one at the path's end. */
function misspelt(parent: Tree | undefined, path: Path): { readonly key: string; readonly span: Span } | undefined {
  if (parent?.kind !== 'map') return undefined;
  const known = keysOf(schemasAt(policySchema, path.slice(0, -1)));
  for (const [key, { key: span }] of parent.entries) {
    if (!known.includes(key) && nearestWord(key, known) === path.at(-1)) return { key, span };
  }
  return undefined;
}

function report(text: PolicyText, span: Span, { message, hint }: Explained): void {
  text.report(span, message, hint);
}

/** What lies at a path, or the span of the nearest that encloses it. */
export function found(tree: Tree, path: Path): { readonly span: Span; readonly value: Tree | undefined } {
  let here = tree;
  let name: Span | undefined;
  for (const key of path) {
    const entry = here.kind === 'map' ? here.entries.get(String(key)) : undefined;
    const next = here.kind === 'list' ? here.items[Number(key)] : entry?.value;
    if (next === undefined) return { span: name ?? firstOf(here), value: undefined };
    name = entry?.key;
    here = next;
  }
  return { span: name ?? firstOf(here), value: here };
}

/** A list's item has no name: its first key stands for it. */
function firstOf(tree: Tree): Span {
  if (tree.kind !== 'map') return { start: tree.start, end: tree.end };
  const [first] = tree.entries.values();
  return first?.key ?? { start: tree.start, end: tree.end };
}
