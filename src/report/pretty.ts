import { displayText } from '../core/display.js';
import type { Counts, FileResult, FileStatus } from '../core/result.js';
import { groupByCategory } from './group.js';
import type { Style } from './style.js';
import { visualLines } from './visual.js';

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
  if (
    !verbose &&
    (status === 'clean' || status === 'skipped') &&
    result.notes.length === 0 &&
    (result.hidden ?? []).length === 0 &&
    judgement?.visual?.place === undefined
  )
    return [];
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
  for (const { at, message } of result.hidden ?? [])
    lines.push(`    ${style.bold('picture'.padEnd(10))} ${displayText(message)}  ${style.dim(displayText(at))}`);
  for (const line of [...visualLines(judgement?.visual, style), ...beyondLines(result, style)]) lines.push(`    ${line}`);
  for (const note of result.notes) lines.push(`    ${style.dim(note)}`);
  return lines;
}

/** What lies beside the bytes, one line for what reads the same. */
function beyondLines({ beyond }: FileResult, style: Style): string[] {
  const lines = new Map<string, number>();
  for (const { beyond: what, message, action, mended, origin } of beyond ?? []) {
    const done = mended ? 'gone now' : action === 'warn' ? 'let pass' : 'found';
    const line = `${style.bold(what.padEnd(10))} ${done}: ${displayText(message)}  ${style.dim(`${origin.file}:${origin.line}`)}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return [...lines].map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`));
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
