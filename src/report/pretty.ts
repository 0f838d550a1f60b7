import type { Counts, FileResult, FileStatus } from '../core/result.js';
import { groupByCategory } from './group.js';
import type { Style } from './style.js';

const MARK: Readonly<Record<FileStatus, string>> = {
  clean: '✓',
  fixed: '✓',
  'would-fix': '✗',
  violates: '✗',
  allowed: '○',
  unproven: '?',
  skipped: '-',
};

const WORD: Readonly<Record<FileStatus, string>> = {
  clean: 'clean',
  fixed: 'fixed',
  'would-fix': 'would be fixed',
  violates: 'violates the policy',
  allowed: 'allowed as it is',
  unproven: 'could not be proven clean',
  skipped: 'skipped',
};

/** A person's view of one file: nothing for what is clean and says nothing. Lines without a line end. */
export function prettyResult(result: FileResult, style: Style, verbose: boolean): string[] {
  const { status, judgement, unreadable } = result;
  if (!verbose && (status === 'clean' || status === 'skipped') && result.notes.length === 0) return [];
  const paint =
    status === 'unproven'
      ? style.yellow
      : status === 'violates' || status === 'would-fix'
        ? style.red
        : status === 'fixed' || status === 'clean'
          ? style.green
          : style.dim;
  const lines = [
    `${paint(MARK[status])} ${result.artifact}  ${paint(WORD[status])}${result.output === undefined ? '' : ` → ${result.output}`}`,
  ];
  if (unreadable !== undefined) {
    lines.push(
      `    ${unreadable.code} at byte ${unreadable.byteOffset}: ${unreadable.message}`,
      `    ${style.dim(`what to do: ${unreadable.hint}`)}`,
    );
  } else if (judgement?.verdict.kind === 'allowed') {
    lines.push(`    ${style.dim('on the allow-list of the policy')}`);
  } else {
    for (const group of groupByCategory(judgement?.findings ?? [])) {
      const done = status === 'fixed' ? group.done : 'found';
      lines.push(
        `    ${style.bold(group.category.padEnd(10))} ${String(group.count).padStart(3)} ${done} in ${group.carriers.join(', ')}  ${style.dim(group.origins.join(', '))}`,
      );
    }
  }
  for (const note of result.notes) lines.push(`    ${style.dim(note)}`);
  return lines;
}

/** The closing line: what was looked at, and what was not. */
export function prettySummary(counts: Counts, style: Style): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.skipped;
  const pieces = [`${total} ${total === 1 ? 'image' : 'images'} checked`];
  for (const status of ['clean', 'fixed', 'would-fix', 'violates', 'allowed', 'unproven'] as const)
    if (counts[status] > 0) pieces.push(`${counts[status]} ${WORD[status]}`);
  if (counts.skipped > 0) pieces.push(`${counts.skipped} other files not looked into`);
  const line = pieces.join(', ');
  return counts.unproven > 0 ? style.yellow(line) : counts.violates + counts['would-fix'] > 0 ? style.red(line) : style.green(line);
}
