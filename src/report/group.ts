import type { Finding } from '../core/decision.js';

/** Findings of one file that share category, carrier and policy line: one line for a person. */
export interface FindingGroup {
  readonly category: string;
  readonly carriers: readonly string[];
  readonly origins: readonly string[];
  readonly count: number;
  readonly firstByteOffset: number;
  readonly coarsen: boolean;
}

/** Findings by category, in the order in which each category is met first. */
export function groupByCategory(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.category);
    if (group === undefined) groups.set(finding.category, [finding]);
    else group.push(finding);
  }
  return [...groups].map(([category, members]) => ({
    category,
    carriers: [...new Set(members.map(({ carrier }) => carrier))],
    origins: [...new Set(members.map(({ origin }) => `${origin.file}:${origin.line}`))],
    count: members.length,
    firstByteOffset: Math.min(...members.map(({ byteOffset }) => byteOffset)),
    coarsen: members.every(({ action }) => action === 'coarsen'),
  }));
}
