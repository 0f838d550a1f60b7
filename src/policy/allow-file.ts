import * as v from 'valibot';
import { PolicyText } from './policy-text.js';
import { allowTerms } from './schema.js';
import type { AllowEntry } from './types.js';
import { found } from './validate.js';
import { readTree, type Tree } from './yaml-tree.js';

/** Reads one exception. Throws `PolicyError` with every mistake found. */
export function loadAllowFile(content: string, file: string, sha256: string): AllowEntry {
  const text = new PolicyText(content, file);
  const tree = readTree(text);
  const value = plainOf(tree);
  const result = v.safeParse(allowTerms, value);
  if (!result.success) {
    for (const issue of result.issues) {
      const path = (issue.path ?? []).map(({ key }) => key as string);
      const name = path.join('.') || 'the exception';
      const isUnknown = issue.expected === 'never';
      const message = isUnknown ? `"${name}" is no key of an exception` : `${name} ${issue.message.split('\n')[0] ?? ''}`;
      text.report(found(tree, path).span, message, 'an exception has reason, owner and expires: YYYY-MM-DD');
    }
    text.throwProblems();
    text.fail({ start: 0, end: 0 }, 'the exception does not fit its schema');
  }
  const { reason, owner, expires } = result.output as Pick<AllowEntry, 'reason' | 'owner' | 'expires'>;
  return Object.freeze({ sha256, reason, owner, expires, origin: Object.freeze({ file, line: 1, column: 1 }) });
}

/** The text of an exception's file. */
export function allowFileText({ reason, owner, expires }: Pick<AllowEntry, 'reason' | 'owner' | 'expires'>): string {
  // JSON's strings are YAML's, too.
  return `reason: ${JSON.stringify(reason)}\nowner: ${JSON.stringify(owner)}\nexpires: ${expires}\n`;
}

function plainOf(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  const holder: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of tree.entries) holder[key] = plainOf(value);
  return holder;
}
