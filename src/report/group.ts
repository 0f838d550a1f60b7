import type { Finding } from '../core/decision.js';

/** Findings of one file that share category, carrier and policy line: one line for a person. */
export interface FindingGroup {
  readonly category: string;
  readonly carriers: readonly string[];
  readonly origins: readonly string[];
  readonly count: number;
  readonly firstByteOffset: number;
  /** What is done to them: `removed`, `coarsened`, or `removed or coarsened` where it differs. */
  readonly done: string;
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
    firstByteOffset: members.reduce((least, { byteOffset }) => Math.min(least, byteOffset), Number.POSITIVE_INFINITY),
    done: doneTo(members),
  }));
}

function doneTo(findings: readonly Finding[]): string {
  const coarsened = findings.filter(({ action }) => action === 'coarsen').length;
  if (coarsened === 0) return 'removed';
  return coarsened === findings.length ? 'coarsened' : 'removed or coarsened';
}
