import type { VisualReport } from '../core/visual.js';
import type { Style } from './style.js';

/** What was seen in the picture, and what was not looked for: a short list of signals is no comfort. Lines without indent. */
export function visualLines(visual: VisualReport | undefined, style: Style): string[] {
  if (visual === undefined) return [];
  const lines: string[] = [];
  const kinds = counted(visual.seen.map(({ rule }) => rule));
  if (kinds !== '') lines.push(`${style.bold('picture'.padEnd(10))} shows ${kinds}`);
  if (visual.place !== undefined) {
    const { signals, notChecked } = visual.place;
    const found = Object.entries(signals).map(([signal, count]) => `${count} ${signal}`);
    lines.push(
      `${style.bold('place'.padEnd(10))} ${found.length === 0 ? 'no signals found of those looked for' : `signals found: ${found.join(', ')}`}`,
      style.dim(`not checked: ${notChecked.join('; ')}`),
    );
  }
  return lines;
}

function counted(rules: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => `${count} ${rule}`).join(', ');
}
