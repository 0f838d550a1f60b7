import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { displayPath, displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { countResults, exitCodeOf, type FileResult } from '../../core/result.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { isBare, openAnyRepository, type Repository } from '../../io/git/repository.js';
import { GitError, git, oneLine, tryGit } from '../../io/git/run.js';
import { stashEntries } from '../../io/git/stash.js';
import type { ReportFormat } from '../../report/formats.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { machineReport } from '../../report/report.js';
import { styleFor } from '../../report/style.js';
import { openEngineJudge } from '../../service/blobs/engine-judge.js';
import { FILTER_OPTIONS, hasFilterRepo, makeHistoryAnew } from '../../service/history/make-anew.js';
import { prepareMending } from '../../service/history/mend-history.js';
import { type Held, type HistoryScan, type Progress, scanHistory } from '../../service/history/scan-history.js';

export interface HistoryOptions {
  readonly policy?: string;
  readonly format: ReportFormat;
  /** All branches and tags, not what is checked out alone. */
  readonly all?: boolean;
}

interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
}

/** Names that are listed of a blob, and refs that are named. */
const MOST_NAMED = 10;

/** `exifence scan --history`: every blob of the history once. */
export async function historyScan(options: HistoryOptions, terminal: Terminal, progress: Progress): Promise<number> {
  return withGit(terminal, async (repository) => {
    const { scan } = await scanned(repository, options, progress);
    const held = new Map(scan.held.map((item) => [item.answer, item]));
    const results = scan.answers.map((answer) => {
      const item = held.get(answer);
      return item === undefined ? answer.result : describe(item);
    });
    tell(results, scan, options, terminal);
    return exitCodeOf(countResults(results));
  });
}

export interface MendOptions extends HistoryOptions {
  /** Runs git filter-repo, and does not only say how. */
  readonly run?: boolean;
}

/** `exifence history fix`: the clean versions, and the callback that puts them into a history made anew. */
export async function historyFix(options: MendOptions, terminal: Terminal, progress: Progress): Promise<number> {
  return withGit(terminal, async (repository) => {
    const { scan, judge } = await scanned(repository, { ...options, all: true }, progress);
    const leaking = scan.held.filter(({ answer }) => answer.result.status === 'violates').map(({ answer }) => answer.request);
    const unproven = scan.held.filter(({ answer }) => answer.result.status === 'unproven');
    const { stdout } = terminal;
    const style = styleFor(stdout, terminal.env);
    for (const item of unproven) stdout.write(`${prettyResult(describe(item), style, false).join('\n')}\n`);
    if (leaking.length === 0) {
      stdout.write(`no image of the history leaks${unproven.length > 0 ? `; ${unproven.length} could not be checked` : ''}\n`);
      return unproven.length > 0 ? EXIT.unproven : EXIT.ok;
    }
    const mending = await prepareMending(repository, judge, leaking);
    const { callback, mended, left } = mending;
    for (const { result } of left) stdout.write(`${prettyResult(result, style, false).join('\n')}\n`);
    const shown = displayPath(relative(terminal.cwd(), callback));
    stdout.write(`${mended} of ${leaking.length} images that leak have a clean version; ${shown} puts them in place\n`);
    const canRun = options.run === true && hasFilterRepo(repository.place);
    if (options.run === true && !canRun) terminal.stderr.write('exifence: git filter-repo is not installed here\n');
    if (canRun) {
      makeHistoryAnew(repository, mending);
      stdout.write('the history was made anew\n');
    } else
      stdout.write(
        `to make the history anew, in a fresh clone or after a backup:\n    git filter-repo --force --blob-callback "$(cat ${quoted(callback)})" ${FILTER_OPTIONS.join(' ')}\n`,
      );
    stdout.write(WORD_ON_COPIES);
    if (!canRun) return unproven.length + left.length > 0 ? EXIT.unproven : EXIT.violations;
    const after = await proveMended(repository, options, terminal, progress);
    if (after === EXIT.ok) rmSync(mending.folder, { recursive: true, force: true });
    return after;
  });
}

/** Looks at the new history as at any other: what is not found clean is not called so. */
async function proveMended(repository: Repository, options: MendOptions, { stdout, env }: Terminal, progress: Progress): Promise<number> {
  const { scan } = await scanned(repository, { ...options, all: true }, progress);
  const style = styleFor(stdout, env);
  for (const item of scan.held) stdout.write(`${prettyResult(describe(item), style, false).join('\n')}\n`);
  const counts = countResults(scan.held.map(({ answer }) => answer.result));
  stdout.write(`looked at again: ${scan.scanned} blobs, ${counts.violates} of which leak\n`);
  return exitCodeOf(counts);
}

const WORD_ON_COPIES = `What this does not do: clones, forks, pull requests, caches of the server and backups keep the old commits, and whoever has their
ids can ask for them. After a forced push have the server collect garbage, tell those who cloned, and take what leaked as known.
Every commit after the first one that changes gets another id; signatures of commits and tags are lost.
`;

async function scanned(repository: Repository, { all, policy, format }: HistoryOptions, progress: Progress) {
  const { place } = repository;
  const head = tryGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const judge = await openEngineJudge(repository, {
    door: 'ci',
    // Without an index, policies are those that the default branch has.
    ...(isBare(repository) && head !== undefined ? { treeish: oneLine(head).toString(), isFixed: true } : {}),
    fingerprints: format !== 'pretty',
    ...(policy === undefined ? {} : { policy }),
  });
  if (all !== true && head === undefined) throw new UsageError('there is no commit here yet');
  const stashed = stashEntries(place).map(({ oid }) => oid);
  const from =
    all === true ? ['--all', ...(head === undefined ? [] : [oneLine(head).toString()]), ...stashed] : [oneLine(head as Buffer).toString()];
  if (git(place, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'true')
    throw new UsageError('this clone is shallow: most of its history is not here. Fetch it with git fetch --unshallow');
  return { judge, scan: await scanHistory(repository, judge, { from }, progress) };
}

/** The result with who still holds it, for people. */
function describe({ answer, comings, refs }: Held): FileResult {
  const names = [...new Set(comings.map(({ path }) => displayPath(path)))];
  const commits = [...new Set(comings.map(({ commit }) => commit.slice(0, 12)))];
  const notes = [
    `blob ${answer.request.oid}`,
    ...(names.length > 1 ? [`also named ${some(names.slice(1))}`] : []),
    ...(commits.length > 0 ? [`brought in by ${some(commits)}`] : []),
    heldBy(refs, comings.length > 0),
  ];
  const [first] = comings;
  const named = first === undefined || answer.request.path.length > 0 ? {} : { artifact: displayPath(first.path), nameBytes: first.path };
  return { ...answer.result, ...named, notes: [...answer.result.notes, ...notes] };
}

function heldBy(refs: readonly string[], isOfCommits: boolean): string {
  if (refs.length > 0) return `held by ${some(refs.map((ref) => displayText(ref.replace(/^refs\/(?:heads|tags|remotes)\//, ''))))}`;
  return isOfCommits
    ? 'held by no branch or tag, but by what is checked out or by an older entry of the stash'
    : 'held by a ref that leads to it without a commit';
}

function some(words: readonly string[]): string {
  return words.length <= MOST_NAMED ? words.join(', ') : `${words.slice(0, MOST_NAMED).join(', ')} and ${words.length - MOST_NAMED} more`;
}

function tell(
  results: readonly FileResult[],
  { scanned: count }: HistoryScan,
  { format }: HistoryOptions,
  { stdout, env }: Terminal,
): void {
  if (format !== 'pretty') {
    stdout.write(`${machineReport(format, { results, tool: TOOL, command: 'scan --history' })}\n`);
    return;
  }
  const style = styleFor(stdout, env);
  const lines = results
    .filter(({ status }) => status === 'violates' || status === 'unproven')
    .flatMap((result) => prettyResult(result, style, false));
  const counts = countResults(results);
  lines.push(`${count} blobs of the history looked at: ${prettySummary(counts, style)}`);
  if (counts.violates > 0)
    lines.push(style.dim('exifence history fix prepares a history without them; exifence baseline --history lets them stay'));
  stdout.write(`${lines.join('\n')}\n`);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

async function withGit(terminal: Terminal, work: (repository: Repository) => Promise<number>): Promise<number> {
  try {
    return await work(openAnyRepository({ cwd: terminal.cwd(), env: terminal.env }));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    terminal.stderr.write(`exifence: ${error.message}\n`);
    return EXIT.unproven;
  }
}
