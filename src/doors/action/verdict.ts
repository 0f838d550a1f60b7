import { EXIT } from '../../core/door.js';
import type { Counts, FileResult } from '../../core/result.js';
import type { RangeItem, Standing } from '../../service/range/check-range.js';
import type { Inputs } from './inputs.js';

/** An image that is worth a word, and how much. */
export interface Verdict {
  readonly item: RangeItem;
  /** As it is by now: a violation that was mended reads `fixed`. */
  readonly result: FileResult;
  readonly level: 'error' | 'warning' | 'notice';
  readonly where: string;
}

const RANK = { error: 0, warning: 1, notice: 2 } as const;

/** Judges the findings by what the workflow and the policy ask for. */
export function verdictOf(item: RangeItem, { mode, failOn }: Pick<Inputs, 'mode' | 'failOn'>): Verdict | undefined {
  const { result, enforce, standing, request } = item;
  const where = whereOf(request.commit, standing);
  if (result.status === 'unproven') return { item, result, where, level: enforce === 'warn' || failOn !== 'any' ? 'warning' : 'error' };
  if (result.status !== 'violates') return undefined;
  // Who lets a commit on top mend it has said that the commits on the way may keep it: they are squashed, or are not shared.
  const isLetPass = enforce === 'warn' || failOn === 'never' || (standing === 'mended' && mode === 'fix');
  return {
    item,
    result: standing === 'mended' && mode === 'fix' ? { ...result, status: 'fixed' } : result,
    where,
    level: isLetPass ? 'warning' : 'error',
  };
}

/** The same once its clean version is committed. */
export function mended(verdict: Verdict): Verdict {
  return { ...verdict, result: { ...verdict.result, status: 'fixed' }, level: 'notice', where: `${verdict.where}, cleaned since` };
}

function whereOf(commit: string, standing: Standing): string {
  const from = `commit ${commit.slice(0, 12)}`;
  if (standing === 'present') return from;
  return standing === 'mended' ? `${from}, clean by now; the commit still holds it` : `${from}, gone by now; the commit still holds it`;
}

/** Worst first: errors, then what could not be checked, then by what was found most. */
export function byWeight(a: Verdict, b: Verdict): number {
  const found = ({ result }: Verdict): number => result.judgement?.findings.length ?? 0;
  const unproven = ({ result }: Verdict): number => (result.status === 'unproven' ? 0 : 1);
  return RANK[a.level] - RANK[b.level] || unproven(a) - unproven(b) || found(b) - found(a);
}

/** What the run found, whether or not it fails for it: what is let pass is not called clean. */
export function statusFor(counts: Counts, exitCode: number): 'clean' | 'fixed' | 'violations' | 'could-not-check' {
  if (counts.unproven > 0 && exitCode !== EXIT.violations) return 'could-not-check';
  if (counts.violates > 0) return 'violations';
  return counts.fixed > 0 ? 'fixed' : 'clean';
}

/** What the whole run comes to. */
export function exitCodeFor(verdicts: readonly Verdict[]): number {
  const errors = verdicts.filter(({ level }) => level === 'error');
  if (errors.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return errors.length > 0 ? EXIT.violations : EXIT.ok;
}
