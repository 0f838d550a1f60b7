import { CATEGORIES } from '../core/category.js';
import { anyOf, nearestWord, shownWord } from './nearest.js';
import { policySchema } from './schema.js';
import { keysOf, type Path, type SchemaNode, schemasAt, takes, wordsOf } from './schema-tree.js';
import type { Tree } from './yaml-tree.js';

/** What a person reads of one mistake. */
export interface Explained {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What is wrong with the value at a path. `rule` says what the schema's own check found, after the name. */
export function explain(path: Path, value: Tree, rule?: string): Explained {
  const nodes = schemasAt(policySchema, path);
  const words = wordsOf(nodes);
  const name = nameOf(path);
  if (value.kind === 'scalar' && value.value === null) {
    return says(`${name} is empty`, `expected ${expectation(nodes)}; or delete the line`);
  }
  if (value.kind === 'scalar' && typeof value.value === 'string' && words.length > 0) return explainWord(path, value.value, nodes);
  if (rule !== undefined) {
    const [message, hint] = rule.split('\n');
    const isText = value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '';
    return says(`${name} ${message}`, hint ?? (isText ? `found ${shownWord(String(value.value))}` : undefined));
  }
  return says(`${name}: expected ${expectation(nodes)}, found ${kindOf(value)}`, hintFor(path, value, nodes));
}

function explainWord(path: Path, word: string, nodes: readonly SchemaNode[]): Explained {
  const words = wordsOf(nodes);
  const category = path[path.lastIndexOf('rules') + 1];
  const ofCategory = path.includes('rules') && (CATEGORIES as readonly unknown[]).includes(category) && !path.includes('precision');
  const shown = shownWord(word);
  if (ofCategory && category === 'rendering' && ['remove', 'coarsen'].includes(word)) {
    return says(
      'rendering can only be kept',
      'without orientation and colour profile the picture looks different; write keep, or delete the line',
    );
  }
  if (ofCategory && word === 'coarsen') {
    return says(`${category} cannot be coarsened`, `write ${anyOf(words)}; only location and time can be coarsened`);
  }
  const near = nearestWord(word, words);
  const known = `${nameOf(path)} is ${anyOf(words)}${takes(nodes, 'strict_object') && ofCategory ? `, or a mapping with ${keysOf(nodes).join(', ')}` : ''}`;
  if (near !== undefined) return says(`${shown}: did you mean ${near}?`, words.length > 1 ? known : undefined);
  else
    return says(
      `${shown}: not known as ${nameOf(path)}`,
      path[0] === 'extends' ? `${known}, or the relative path of a file that ends in .yaml` : known,
    );
}

/** A key that has no place in its mapping; it is the last of the path. */
export function explainKey(path: Path): Explained {
  const nodes = schemasAt(policySchema, path.slice(0, -1));
  const keys = keysOf(nodes);
  const key = String(path.at(-1));
  const shown = shownWord(key);
  if (key === '<<') return says('merge keys are refused', 'write the values out, or use extends');
  if (keys.includes(key) || key === 'precision') {
    return says(`${shown} has no place here`, 'precision goes with action: coarsen, for location and time');
  }
  if (path.length === 1 && (CATEGORIES as readonly string[]).includes(key)) {
    return says(`${shown} has no place here`, `write it under rules, indented`);
  }
  const near = nearestWord(key, keys);
  const known = keys.length === 0 ? undefined : `known here: ${keys.join(', ')}`;
  if (near !== undefined) return says(`${shown}: did you mean ${near}?`, known);
  return says(`${shown}: not a key known here`, known);
}

/** A key that is missing; it is the last of the path. */
export function explainMissing(path: Path): Explained {
  const key = String(path.at(-1));
  const hint = key === 'version' ? 'begin with: version: 1' : `expected ${expectation(schemasAt(policySchema, path))}`;
  return says(`${key} is missing`, hint);
}

function hintFor(path: Path, value: Tree, nodes: readonly SchemaNode[]): string | undefined {
  if (path[0] === 'version' && value.kind === 'scalar') {
    if (value.value === '1') return 'write it without quotes';
    if (typeof value.value === 'number' && value.value > 1) return 'the policy is for a later exifence: update it';
    return 'write version: 1';
  }
  if (value.kind !== 'scalar') return undefined;
  const wantsText = takes(nodes, 'string');
  if (typeof value.value !== 'string' && wantsText) {
    return path.at(-1) === 'precision' || path.at(-1) === 'settle'
      ? 'a number needs its unit'
      : 'put it in quotes, so that YAML takes it as text';
  }
  if (typeof value.value === 'string' && takes(nodes, 'boolean')) return 'write true or false, without quotes';
  if (takes(nodes, 'strict_object') && wordsOf(schemasAt(policySchema, [...path, 'enforce'])).includes(String(value.value))) {
    return `write enforce: ${value.value} below it, indented`;
  }
  if (takes(nodes, 'array')) return 'write each item on a line of its own, after "- "';
  if (takes(nodes, 'strict_object')) return `known here: ${keysOf(nodes).join(', ')}`;
  return undefined;
}

function expectation(nodes: readonly SchemaNode[]): string {
  const words = wordsOf(nodes);
  const parts: string[] = [...words];
  if (nodes.some(({ literal }) => literal === 1)) parts.push('the number 1');
  if (takes(nodes, 'boolean')) parts.push('true', 'false');
  if (takes(nodes, 'string')) parts.push('text');
  if (takes(nodes, 'array')) parts.push('a list');
  if (takes(nodes, 'strict_object'))
    parts.push(`a mapping with ${keysOf(nodes).slice(0, 4).join(', ')}${keysOf(nodes).length > 4 ? ', …' : ''}`);
  return parts.length === 0 ? 'nothing' : anyOf(parts);
}

function kindOf(value: Tree): string {
  if (value.kind === 'map') return 'a mapping';
  if (value.kind === 'list') return 'a list';
  if (typeof value.value === 'string') return `the text ${shownWord(value.value)}`;
  return typeof value.value === 'number' ? `the number ${value.value}` : `${value.value}`;
}

/** `rules.location`, `item 2 of overrides`. All parts are words of the schema. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the policy';
  return typeof last === 'number' ? `item ${last + 1} of ${path.at(-2) ?? 'the list'}` : last;
}

function says(message: string, hint?: string): Explained {
  return { message, hint };
}
