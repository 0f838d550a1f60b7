import type { RE2JS } from 're2js';
import { VisualError } from '../types.js';
import { MAX_TEXT, type Range } from './rule.js';

/** The policy's own patterns run in time linear in the text, whatever they are: RE2's syntax, without backtracking. */
export interface CustomPattern {
  readonly id: string;
  find(text: string): readonly Range[];
}

/** Compiles the policy's patterns. Throws `VisualError` (`custom-pattern`) for what RE2 does not take. */
export async function customPatterns(patterns: readonly string[]): Promise<CustomPattern[]> {
  if (patterns.length === 0) return [];
  const { RE2JS: re2 } = await import('re2js');
  return patterns.map((pattern, index) => {
    let compiled: RE2JS;
    try {
      compiled = re2.compile(pattern, re2.CASE_INSENSITIVE);
    } catch {
      throw new VisualError(
        'custom-pattern',
        `pattern ${index + 1} under visual.text.custom is not valid`,
        'write it in the syntax of RE2',
      );
    }
    return { id: `custom-${index + 1}`, find: (text) => rangesOf(compiled, text.slice(0, MAX_TEXT)) };
  });
}

function rangesOf(pattern: RE2JS, text: string): Range[] {
  const ranges: Range[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const from = matcher.start();
    const to = matcher.end();
    if (to > from) ranges.push({ from, to });
  }
  return ranges;
}
