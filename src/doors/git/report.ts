import { relative } from 'node:path/posix';
import { countResults } from '../../core/result.js';
import { pathKey } from '../../io/git/index-entries.js';
import { isTemporaryIndex } from '../../io/git/indexes.js';
import type { Repository } from '../../io/git/repository.js';
import { GitError, git, oneLine } from '../../io/git/run.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { styleFor } from '../../report/style.js';
import type { BlobAnswer, CommitItem, PushRequest } from '../../service/blobs/judged-blobs.js';
import type { HookRun } from './hook-run.js';
import { ownCommand, scrubCommand } from './shell.js';

export interface CommitReport {
  readonly repository: Repository;
  readonly run: HookRun;
  readonly items: readonly CommitItem[];
  /** Git runs us before it makes a merge's commit, and goes on from the index when the user commits. */
  readonly merging: boolean;
  readonly nothingLeft: boolean;
}

/** What was found, where and why; and the one command that mends it. */
export async function reportCommit(report: CommitReport): Promise<void> {
  const { repository, run, items } = report;
  const { stderr } = run.stdio;
  const style = styleFor(stderr, run.place.env);
  const results = items.map(({ result }) => result);
  const lines = results.flatMap((result) => prettyResult(result, style, false));
  if (lines.length === 0) return;
  lines.push(`exifence: ${prettySummary(countResults(results), style)}`);
  if (report.nothingLeft) {
    lines.push(
      'exifence: nothing is left to commit: what was staged differed from the last commit in metadata only. To commit all the same, commit again',
    );
  } else {
    const advice = adviceFor(report, ownCommand(run.place.env, repository.top));
    if (advice !== undefined) lines.push(advice);
  }
  stderr.write(`${lines.join('\n')}\n`);
}

function adviceFor({ repository, run, items, merging }: CommitReport, command: string): string | undefined {
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  const fixable = strict.filter(({ result }) => result.status === 'violates' || result.status === 'would-fix');
  // What the hook was to fix and could not, Git LFS must be there for.
  const byHand = fixable.some(({ result, lfs, enforce }) => lfs && enforce === 'fix' && result.status === 'violates');
  const words = fixable.map(({ request }) => fromPrefix(request.path, run.place.env));
  if (byHand && !merging) return fixWith(scrubCommand(command, words, true));
  if (strict.some(({ result }) => result.status === 'unproven')) return 'exifence: the commit was stopped; nothing was changed';
  if (fixable.length === 0) return undefined;
  if (merging && fixable.every(({ enforce }) => enforce === 'fix'))
    return 'exifence: git takes no changes at this point of a merge. To clean them and finish it:\n    git commit';
  // The index of `git commit PATH` and `-a` is gone by the time that the user can type.
  if (isTemporaryIndex(repository)) return fixWith(scrubCommand(command, words, false));
  return fixWith(`${command} hook run pre-commit --fix`);
}

function fixWith(command: string): string {
  return `exifence: to clean them, then commit again:\n    ${command}`;
}

/** The path as the user would write it in the folder that git was started in. */
function fromPrefix(path: Buffer, env: NodeJS.ProcessEnv): Buffer {
  const prefix = env.GIT_PREFIX ?? '';
  // As latin1 every byte is a character, and the slashes are where they were.
  const fromThere = prefix === '' ? path : Buffer.from(relative(Buffer.from(prefix).toString('latin1'), path.toString('latin1')), 'latin1');
  return fromThere[0] === 0x2d ? Buffer.concat([Buffer.from('./'), fromThere]) : fromThere;
}

/** What a push would take along: which image, in which commit. */
export async function reportPush(repository: Repository, run: HookRun, items: readonly BlobAnswer<PushRequest>[]): Promise<void> {
  const { stderr } = run.stdio;
  const style = styleFor(stderr, run.place.env);
  const lines = items.flatMap(({ result, request }) =>
    prettyResult({ ...result, notes: [...result.notes, `added by commit ${request.commit.slice(0, 12)}`] }, style, false),
  );
  lines.push(`exifence: ${prettySummary(countResults(items.map(({ result }) => result)), style)}`);
  if (items.some(({ enforce }) => enforce !== 'warn')) lines.push(pushAdvice(repository, items, ownCommand(run.place.env, repository.top)));
  stderr.write(`${lines.join('\n')}\n`);
}

function pushAdvice(repository: Repository, items: readonly BlobAnswer<PushRequest>[], command: string): string {
  const byName = new Map(
    items.filter(({ result }) => result.status === 'violates').map(({ request }) => [pathKey(request.path), request.path]),
  );
  if (byName.size === 0) return 'exifence: the push was stopped';
  const mend = `${scrubCommand(command, [...byName.values()], true)} && git commit --amend --no-edit`;
  const [commit = ''] = items.map((item) => item.request.commit);
  const onlyTip = items.every(({ request }) => request.commit === commit) && commit === tipOf(repository);
  if (onlyTip) return `exifence: to clean the last commit, then push again:\n    ${mend}`;
  return `exifence: the commits have to be made anew before they are shared. Mark each as "edit" in git rebase --interactive, and at each run:\n    ${mend}`;
}

function tipOf({ place }: Repository): string | undefined {
  try {
    return oneLine(git(place, ['rev-parse', '--verify', '--quiet', 'HEAD'])).toString();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
