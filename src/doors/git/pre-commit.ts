import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../core/door.js';
import type { FileResult } from '../../core/result.js';
import { writeBlob } from '../../io/git/blobs.js';
import { type EntryChange, pathKey } from '../../io/git/index-entries.js';
import { changeBothIndexes, isPartialIndex, refreshBothIndexes } from '../../io/git/indexes.js';
import { removePending, writePending } from '../../io/git/pending.js';
import { openRepository, type Repository } from '../../io/git/repository.js';
import { GitError, tryGit } from '../../io/git/run.js';
import { type StagedEntry, stagedEntries } from '../../io/git/staged.js';
import { unstagedPaths, updateWorkTree, type WorkTreeOutcome } from '../../io/git/work-tree.js';
import type { BlobJudge } from '../../service/blobs/blob-judge.js';
import { type BlobAnswer, type CommitItem, judgedBlobs, openEngine } from '../../service/blobs/judged-blobs.js';
import type { HookName, HookRun } from './hook-run.js';
import { reportCommit } from './report.js';

/** Looks at the staged images and blocks the commit, cleans the index or lets it pass. Gives the exit code. */
export async function preCommit(name: HookName, staged: readonly StagedEntry[], run: HookRun): Promise<number> {
  const repository = openRepository(run.place);
  const entries = notFromParents(repository, staged, run.place.env);
  if (entries.length === 0) return EXIT.ok;
  // Git makes a merge's commit from the index as it was before this hook: a change would not come into it.
  const mayFix = name === 'pre-commit';
  const judge = await (run.openJudge ?? openEngine)(repository, {});
  const items = await judgeAll(repository, judge, entries, { mayFix, force: run.fix });
  const exitCode = exitCodeFor(items);
  const applied = exitCode === EXIT.ok ? await apply(repository, items) : { items: items.map(notDone), empty: false };
  const refused = applied.empty && run.place.env.GIT_INDEX_FILE !== undefined;
  await reportCommit({ repository, run, items: applied.items, merging: !mayFix, nothingLeft: refused });
  return exitCode === EXIT.ok && refused ? EXIT.violations : exitCode;
}

/** In a merge: what is the same in one of its other parents came from there, and was there before. */
function notFromParents(repository: Repository, entries: readonly StagedEntry[], env: NodeJS.ProcessEnv): readonly StagedEntry[] {
  let left = entries;
  for (const parent of otherParents(repository, env)) {
    const keys = new Set(left.map(({ path }) => pathKey(path)));
    const differing = new Set(stagedEntries(repository.place, (key) => keys.has(key), parent).map(({ path }) => pathKey(path)));
    left = left.filter(({ path }) => differing.has(pathKey(path)));
  }
  return left;
}

/** The commits being merged: git notes them in a file, or in names of variables while `git merge` itself runs. */
function otherParents({ gitDir }: Repository, env: NodeJS.ProcessEnv): string[] {
  const oids = Object.keys(env).flatMap((name) => /^GITHEAD_([0-9a-f]{40,64})$/.exec(name)?.[1] ?? []);
  try {
    oids.push(
      ...readFileSync(join(gitDir, 'MERGE_HEAD'), 'latin1')
        .split('\n')
        .filter((line) => /^[0-9a-f]{40,64}$/.test(line)),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return [...new Set(oids)];
}

async function judgeAll(
  repository: Repository,
  judge: BlobJudge,
  entries: readonly StagedEntry[],
  { mayFix, force }: { readonly mayFix: boolean; readonly force: boolean },
): Promise<CommitItem[]> {
  const items: CommitItem[] = [];
  let blocked = false;
  for await (const answer of judgedBlobs(repository, judge, entries)) {
    const enforce = force ? 'fix' : answer.enforce;
    const fixing: boolean = mayFix && !blocked && enforce === 'fix' && answer.result.status === 'violates';
    const item: CommitItem = fixing ? await fixed(repository, { ...answer, enforce }) : { ...answer, enforce };
    blocked ||= exitCodeFor([item]) !== EXIT.ok;
    items.push(item);
  }
  return items;
}

/** Writes the clean blob; no index knows of it yet. */
async function fixed(repository: Repository, answer: BlobAnswer<StagedEntry>): Promise<CommitItem> {
  const { bytes, result } = (await answer.fix?.()) ?? {};
  if (result === undefined) return answer;
  if (bytes === undefined) return { ...answer, result };
  const { mode, path, oid: oldOid } = answer.request;
  return { ...answer, result, change: { mode, path, oldOid, newOid: await writeBlob(repository.place, bytes) } };
}

/** Worst first. A policy that only warns lets everything pass. */
function exitCodeFor(items: readonly CommitItem[]): number {
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return strict.some(({ result }) => result.status === 'violates') ? EXIT.violations : EXIT.ok;
}

/** Where the commit is blocked, nothing is cleaned: all of it or none. */
function notDone(item: CommitItem): CommitItem {
  const fixable = item.change !== undefined || (item.enforce === 'fix' && !item.lfs && item.result.status === 'violates');
  return fixable ? { ...item, result: { ...item.result, status: 'would-fix' } } : item;
}

/** Puts the clean blobs into the index, then brings the work tree after it. */
async function apply(repository: Repository, items: readonly CommitItem[]): Promise<{ items: readonly CommitItem[]; empty: boolean }> {
  const changes = items.flatMap(({ change }) => change ?? []);
  if (changes.length === 0) return { items, empty: false };
  removePending(repository.gitDir);
  if (isPartialIndex(repository)) writePending(repository, changes);
  const made = changeBothIndexes(repository, changes);
  if (made.length !== changes.length)
    throw new GitError('update-index', undefined, 'an image was staged anew while it was being cleaned; commit again');
  const outcomes = await updateWorkTree(repository, made);
  refreshBothIndexes(repository);
  const unstaged = unstagedPaths(repository);
  return {
    items: items.map((item) =>
      item.change === undefined ? item : { ...item, result: withNotes(item.result, noteOn(item.change, outcomes, unstaged)) },
    ),
    empty: isEmptyCommit(repository),
  };
}

function noteOn({ path }: EntryChange, outcomes: ReadonlyMap<string, WorkTreeOutcome>, unstaged: ReadonlySet<string>): readonly string[] {
  const outcome = outcomes.get(pathKey(path));
  switch (outcome?.kind) {
    case 'replaced':
      return unstaged.has(pathKey(path))
        ? [...outcome.notes, 'a filter of git changes it on its way in: git shows the cleaned file as modified']
        : outcome.notes;
    case 'differs':
      return ['your file in the folder is not what was staged, so it was left as it is; clean it with exifence scrub'];
    case 'failed':
      return [`your file in the folder could not be replaced (${outcome.reason}); clean it with exifence scrub`];
    default:
      return [];
  }
}

function withNotes(result: FileResult, notes: readonly string[]): FileResult {
  return { ...result, notes: [...result.notes, ...notes] };
}

/**
 * True where the clean index is the last commit again: git decided before the hook that there is something to commit, and
 * would make an empty one. A merge may be empty.
 */
function isEmptyCommit(repository: Repository): boolean {
  if (otherParents(repository, {}).length > 0) return false;
  return tryGit(repository.place, ['diff-index', '--cached', '--quiet', '--ita-invisible-in-index', 'HEAD', '--']) !== undefined;
}
