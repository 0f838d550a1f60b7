import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../core/door.js';
import type { Plan } from '../../core/part.js';
import type { FileResult } from '../../core/result.js';
import { pathKey } from '../../io/git/index-entries.js';
import { lfsPaths } from '../../io/git/lfs.js';
import { inWorkTree, type Repository } from '../../io/git/repository.js';
import { tryGit } from '../../io/git/run.js';
import { openRunFolder, type RunFolder } from '../../io/git/run-folder.js';
import { type StagedEntry, stagedEntries } from '../../io/git/staged.js';
import { unsharedObjects } from '../../io/git/unshared.js';
import { writeLooseBlob } from '../../io/git/write-blob.js';
import type { BlobJudge, FixedBlob } from '../../service/blobs/blob-judge.js';
import { type BlobAnswer, type CommitItem, judgedBlobs, openEngine } from '../../service/blobs/judged-blobs.js';
import { applyFixes } from './apply.js';
import type { HookName, HookRun } from './hook-run.js';
import { reportCommit } from './report.js';

export interface StagedCommit {
  readonly repository: Repository;
  readonly staged: readonly StagedEntry[];
  /** Opened by whoever needed it first. */
  readonly judge?: BlobJudge;
}

/** Looks at the staged images and blocks the commit, cleans the index or lets it pass. Gives the exit code. */
export async function preCommit(name: HookName, { repository, staged, judge: opened }: StagedCommit, run: HookRun): Promise<number> {
  const entries = notFromParents(repository, staged, run.place.env);
  if (entries.length === 0) return EXIT.ok;
  // Git makes a merge's commit from the index as it was before this hook: a change would not come into it.
  const mayFix = name === 'pre-commit';
  const judge = opened ?? (await (run.openJudge ?? openEngine)(repository, {}));
  const folder = lazyFolder(repository);
  try {
    const items = await judgeAll(repository, judge, entries, { mayFix, force: run.fix, folder: folder.get });
    const exitCode = exitCodeFor(items);
    const done = exitCode === EXIT.ok ? await applyFixes(repository, folder.get, items) : items.map(notDone);
    const refused = items.some(({ change }) => change !== undefined) && exitCode === EXIT.ok && isEmptyCommit(repository, run.place.env);
    await reportCommit({ repository, run, items: done, merging: !mayFix, nothingLeft: refused });
    return refused ? EXIT.violations : exitCode;
  } finally {
    folder.remove();
  }
}

/** The run's folder, made where something is written. */
function lazyFolder({ gitDir }: Repository): { readonly get: () => RunFolder; readonly remove: () => void } {
  let folder: RunFolder | undefined;
  return {
    get: () => {
      folder ??= openRunFolder(gitDir);
      return folder;
    },
    remove: () => folder?.remove(),
  };
}

/**
 * In a merge: what is the same in one of its other parents came from there, and was there before. That excuses nothing which only this
 * repository has so far: a branch that was committed past the hook.
 */
function notFromParents(repository: Repository, entries: readonly StagedEntry[], env: NodeJS.ProcessEnv): readonly StagedEntry[] {
  const parents = otherParents(repository, env);
  if (parents.length === 0 || entries.length === 0) return entries;
  const hasHead = tryGit(repository.place, ['rev-parse', '--verify', '--quiet', 'HEAD']) !== undefined;
  const unshared = unsharedObjects(repository.place, parents, { hasHead });
  let left = entries;
  for (const parent of parents) {
    const keys = new Set(left.map(({ path }) => pathKey(path)));
    const differing = new Set(stagedEntries(repository.place, (key) => keys.has(key), parent).map(({ path }) => pathKey(path)));
    left = left.filter(({ path, oid }) => differing.has(pathKey(path)) || unshared.has(oid));
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

interface JudgeAll {
  readonly mayFix: boolean;
  readonly force: boolean;
  readonly folder: () => RunFolder;
}

async function judgeAll(
  repository: Repository,
  judge: BlobJudge,
  entries: readonly StagedEntry[],
  { mayFix, force, folder }: JudgeAll,
): Promise<CommitItem[]> {
  const items: CommitItem[] = [];
  let blocked = false;
  const inLfs = pathsOfLfs(repository, entries);
  const belongsToLfs = (path: Buffer): boolean => inLfs.has(pathKey(path));
  for await (const { fix, ...answer } of judgedBlobs(repository, judge, entries, { belongsToLfs })) {
    const enforce = force ? 'fix' : answer.enforce;
    const fixing: boolean = mayFix && !blocked && enforce === 'fix' && answer.result.status === 'violates';
    const item: CommitItem =
      fixing && fix !== undefined ? await fixed(repository, folder(), { ...answer, enforce }, fix) : { ...answer, enforce };
    blocked ||= exitCodeFor([item]) !== EXIT.ok;
    items.push({ ...item, result: forReport(item.result) });
  }
  return items;
}

/** Asked only where attributes can say so: it is one process more for every commit. */
function pathsOfLfs(repository: Repository, entries: readonly StagedEntry[]): ReadonlySet<string> {
  const folders = new Set(['']);
  for (const { path } of entries) {
    const key = pathKey(path);
    for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) folders.add(key.slice(0, at + 1));
  }
  const named = (folder: string): Buffer => inWorkTree(repository, Buffer.from(`${folder}.gitattributes`, 'latin1'));
  const mayBe =
    existsSync(join(repository.commonDir, 'lfs')) ||
    existsSync(join(repository.commonDir, 'info', 'attributes')) ||
    [...folders].some((folder) => existsSync(named(folder)));
  return mayBe
    ? lfsPaths(
        repository,
        entries.map(({ path }) => path),
      )
    : new Set();
}

/** What a report shows. The parts hold the bytes of the image, of which ten thousand would not fit into memory. */
function forReport(result: FileResult): FileResult {
  const { judgement } = result;
  if (judgement === undefined) return result;
  const { inspection: _, verdict, ...rest } = judgement;
  return {
    ...result,
    judgement: { ...rest, decisions: [], verdict: verdict.kind === 'violates' ? { kind: 'violates', plan: DONE } : verdict },
  };
}

const DONE: Plan = Object.freeze({ actionOf: () => ({ kind: 'keep' as const }), touches: () => false });

/** Writes the clean blob; no index knows of it yet. */
async function fixed(
  repository: Repository,
  folder: RunFolder,
  answer: BlobAnswer<StagedEntry>,
  fix: () => Promise<FixedBlob>,
): Promise<CommitItem> {
  const { bytes, result } = await fix();
  if (bytes === undefined) return { ...answer, result };
  const { mode, path, oid: oldOid } = answer.request;
  return { ...answer, result, change: { mode, path, oldOid, newOid: writeLooseBlob(repository, folder, bytes, oldOid.length) } };
}

/** Worst first. A policy that only warns lets everything pass. */
function exitCodeFor(items: readonly CommitItem[]): number {
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return strict.some(({ result }) => result.status === 'violates') ? EXIT.violations : EXIT.ok;
}

/** Where the commit is blocked, nothing is cleaned: all of it or none. */
function notDone(item: CommitItem): CommitItem {
  const fixable =
    item.change !== undefined || (item.enforce === 'fix' && item.result.status === 'violates' && item.result.notes.length === 0);
  return fixable ? { ...item, result: { ...item.result, status: 'would-fix' } } : item;
}

/**
 * True where the clean index is the last commit again: git decided before the hook that there is something to commit, and
 * would make an empty one. A merge may be empty, and so may what is cleaned by hand.
 */
function isEmptyCommit(repository: Repository, env: NodeJS.ProcessEnv): boolean {
  if (env.GIT_INDEX_FILE === undefined || otherParents(repository, {}).length > 0) return false;
  return tryGit(repository.place, ['diff-index', '--cached', '--quiet', '--ita-invisible-in-index', 'HEAD', '--']) !== undefined;
}
