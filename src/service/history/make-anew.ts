import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath, displayText } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { isBare, type Repository } from '../../io/git/repository.js';
import { GitError, type GitPlace, git, tryGit } from '../../io/git/run.js';
import { dropKept, keepStash, restoreStash } from '../../io/git/stash.js';
import type { Mending } from './mend-history.js';
import { mendRefs } from './mend-refs.js';

/** What filter-repo is told besides the callback: no commit is left out because its pictures became the same as before. */
export const FILTER_OPTIONS = ['--prune-empty', 'never', '--prune-degenerate', 'never'] as const;

/** Git names what it is in the middle of by these files. */
const UNDER_WAY = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG', 'rebase-merge', 'rebase-apply'] as const;

export function hasFilterRepo(place: GitPlace): boolean {
  return tryGit(place, ['filter-repo', '--version']) !== undefined;
}

/**
 * Runs git filter-repo, which sets index and work tree to the new head by force, and sees to what it leaves as it was: older entries of the
 * stash, and refs that lead to a file or a folder rather than a commit. Throws `UsageError` where work would be lost, and `GitError`.
 */
export function makeHistoryAnew(repository: Repository, { callback, clean }: Mending): void {
  const { place } = repository;
  refuseWhereWorkIsLost(repository);
  const stash = keepStash(place);
  const run = spawnSync(
    'git',
    ['filter-repo', '--force', '--quiet', ...FILTER_OPTIONS, '--blob-callback', readFileSync(callback, 'utf8')],
    {
      cwd: place.cwd,
      env: place.env,
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 2 ** 28,
      windowsHide: true,
    },
  );
  if (run.status !== 0) {
    dropKept(place, stash);
    throw new GitError('filter-repo', run.status ?? undefined, displayText(run.stderr.toString().trim().slice(0, 2000)));
  }
  restoreStash(place, stash);
  // What filter-repo kept because such a ref still led to it can go now.
  if (mendRefs(place, clean)) git(place, ['gc', '--quiet', '--prune=now']);
}

function refuseWhereWorkIsLost(repository: Repository): void {
  const { place, gitDir } = repository;
  const refuse = (why: string): never => {
    throw new UsageError(`${why}: git filter-repo would throw that away. Do it in a fresh clone, or see to it first`);
  };
  const underWay = UNDER_WAY.find((name) => existsSync(join(gitDir, name)));
  if (underWay !== undefined) refuse(`git is in the middle of something here (${underWay})`);
  const trees = git(place, ['worktree', 'list', '--porcelain'])
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('worktree '));
  if (trees.length > 1) refuse(`other work trees hang on this repository (${displayPath((trees[1] as string).slice(9))})`);
  if (isBare(repository)) return;
  const changed = git(place, ['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=dirty']);
  if (changed.length > 0) refuse('there are changes that are not committed');
}
