import type { policySchema } from './schema.js';

/** What we need to know of a valibot schema to say what was expected; the library gives its schemas as plain data. */
export interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly options?: readonly unknown[];
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly literal?: unknown;
}

export type Path = readonly (string | number)[];

/** Every kind of value that may stand at a path: unions spelt out. Empty where nothing may. */
export function schemasAt(schema: typeof policySchema, path: Path): SchemaNode[] {
  let here = alternatives(schema as unknown as SchemaNode);
  for (const key of path) here = here.flatMap((node) => childOf(node, key)).flatMap(alternatives);
  return here;
}

function alternatives(node: SchemaNode): SchemaNode[] {
  if (node.wrapped !== undefined) return alternatives(node.wrapped);
  if (node.type === 'union' || node.type === 'variant') return (node.options as SchemaNode[]).flatMap(alternatives);
  return [node];
}

function childOf(node: SchemaNode, key: string | number): SchemaNode[] {
  if (typeof key === 'number') return node.item === undefined ? [] : [node.item];
  const child = node.entries !== undefined && Object.hasOwn(node.entries, key) ? node.entries[key] : undefined;
  return child === undefined ? [] : [child];
}

/** The keys that a mapping may have. */
export function keysOf(nodes: readonly SchemaNode[]): string[] {
  return [...new Set(nodes.flatMap(({ entries }) => Object.keys(entries ?? {})))];
}

/** The words that a value may be. */
export function wordsOf(nodes: readonly SchemaNode[]): string[] {
  const all = nodes.flatMap((node) =>
    node.type === 'picklist' ? (node.options as unknown[]) : node.type === 'literal' ? [node.literal] : [],
  );
  return [...new Set(all.filter((word) => typeof word === 'string'))];
}

export function takes(nodes: readonly SchemaNode[], type: 'string' | 'boolean' | 'array' | 'strict_object'): boolean {
  return nodes.some((node) => node.type === type);
}
