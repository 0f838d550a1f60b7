import { type Counts, countResults, type FileResult } from '../core/result.js';
import { groupByCategory } from './group.js';
import { codeHtml, plainHtml } from './html.js';

/** One image that is worth a word. */
interface SummaryItem {
  readonly result: FileResult;
  readonly level: 'error' | 'warning' | 'notice';
  /** The commit that brings it in, and where it is by now; safe to show. */
  readonly where: string;
}

export interface SummaryContent {
  readonly title: string;
  readonly filesScanned: number;
  /** Worst first. */
  readonly items: readonly SummaryItem[];
  readonly results: readonly FileResult[];
  /** What to do next; Markdown of our own making. */
  readonly advice: readonly string[];
}

/** GitHub takes one MiB a step; what is over is lost as a whole. */
const MAX_SUMMARY_BYTES = 1_000_000;

const BAR_CELLS = 24;

const WORD: Readonly<Record<FileResult['status'], string>> = {
  clean: 'clean',
  fixed: 'cleaned',
  'would-fix': 'leaks',
  violates: 'leaks',
  allowed: 'allowed',
  unproven: 'could not be checked',
  skipped: 'skipped',
};

/** The summary of a job as Markdown with HTML, within the budget: what is over is counted and said. No value of any image is in it. */
export function jobSummary(content: SummaryContent, maxBytes = MAX_SUMMARY_BYTES): string {
  const head = [`## ${content.title}`, '', countsLine(countResults(content.results), content.filesScanned), '', ...chart(content.results)];
  const tail = ['', ...content.advice, ''];
  const rows: string[] = [];
  let room = maxBytes - Buffer.byteLength([...head, ...tail].join('\n')) - 600;
  for (const item of content.items) {
    const row = rowOf(item);
    room -= Buffer.byteLength(row) + 1;
    if (room < 0) break;
    rows.push(row);
  }
  const left = content.items.length - rows.length;
  const table =
    content.items.length === 0
      ? []
      : [
          '<table>',
          '<tr><th align="left">image</th><th align="left">result</th><th align="left">what it tells</th><th align="left">where</th></tr>',
          ...rows,
          '</table>',
          ...(left > 0 ? ['', `${left} more are in the report.`] : []),
        ];
  return [...head, ...table, ...tail].join('\n');
}

function countsLine(counts: Counts, scanned: number): string {
  const pieces = [`${scanned} ${scanned === 1 ? 'file' : 'files'} looked at`];
  for (const status of ['violates', 'unproven', 'fixed', 'allowed', 'clean'] as const)
    if (counts[status] > 0) pieces.push(`**${counts[status]}** ${WORD[status]}`);
  return pieces.join(', ');
}

/** How many images leak what: bars and counts, no values, no thumbnails. */
function chart(results: readonly FileResult[]): string[] {
  const byCategory = new Map<string, number>();
  for (const { status, judgement } of results) {
    if (status !== 'violates' && status !== 'fixed' && status !== 'would-fix') continue;
    for (const { category } of groupByCategory(judgement?.findings ?? [])) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
  }
  if (byCategory.size === 0) return [];
  const most = Math.max(...byCategory.values());
  const width = Math.max(...[...byCategory.keys()].map((name) => name.length));
  const lines = [...byCategory]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([name, count]) => `${name.padEnd(width)}  ${'█'.repeat(Math.max(1, Math.round((count / most) * BAR_CELLS)))} ${count}`);
  return ['```text', `${'images that tell'.padEnd(width)}`, ...lines, '```', ''];
}

function rowOf({ result, where }: SummaryItem): string {
  const tells =
    result.policyNotes !== undefined
      ? result.policyNotes.map(({ message }) => message).join('; ')
      : result.unreadable === undefined
        ? groupByCategory(result.judgement?.findings ?? [])
            .map(({ category, count, carriers }) => `${category} (${count} in ${carriers.join(', ')})`)
            .join('; ')
        : `${result.unreadable.code} at byte ${result.unreadable.byteOffset}: ${result.unreadable.message}`;
  return `<tr><td>${codeHtml(result.artifact)}</td><td>${result.policyNotes === undefined ? WORD[result.status] : 'rules'}</td><td>${plainHtml(tells)}</td><td>${plainHtml(where)}</td></tr>`;
}
