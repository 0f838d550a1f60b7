import { UsageError } from '../../core/usage-error.js';
import { type GitPlace, git, oneLine, tryGit } from './run.js';

/** One entry of `git stash list`. */
export interface StashEntry {
  readonly oid: string;
  readonly message: string;
}

/** Refs that hold the entries while the stash itself is made anew: a ref has one commit, its log the others. */
const KEPT = 'refs/exifence/stash/';

/** The entries of the stash, newest first. Throws `GitError`. */
export function stashEntries(place: GitPlace): StashEntry[] {
  if (tryGit(place, ['rev-parse', '--verify', '--quiet', 'refs/stash']) === undefined) return [];
  const listed = git(place, ['log', '--walk-reflogs', '-z', '--no-show-signature', '--format=%H %gs', 'refs/stash', '--']).toString();
  return listed
    .split('\0')
    .filter(Boolean)
    .map((line) => ({ oid: line.slice(0, line.indexOf(' ')), message: line.slice(line.indexOf(' ') + 1) }));
}

/** Gives each entry a ref of its own, so that what rewrites refs rewrites them all. Throws `UsageError`, `GitError`. */
export function keepStash(place: GitPlace): readonly StashEntry[] {
  if (git(place, ['for-each-ref', '--count=1', '--format=%(refname)', KEPT]).length > 0)
    throw new UsageError(
      `an earlier run was stopped and left entries of the stash under ${KEPT}: bring them back with git stash store, delete these refs, and run again`,
    );
  const entries = stashEntries(place);
  for (const [at, { oid }] of entries.entries()) git(place, ['update-ref', `${KEPT}${at}`, oid]);
  return entries;
}

/** Takes the refs away where the stash is as it was: nothing was rewritten. Throws `GitError`. */
export function dropKept(place: GitPlace, entries: readonly StashEntry[]): void {
  const now = stashEntries(place);
  if (now.length !== entries.length || now.some(({ oid }, at) => oid !== entries[at]?.oid)) return;
  for (const at of entries.keys()) git(place, ['update-ref', '-d', `${KEPT}${at}`]);
}

/** Puts the stash together again from what the refs lead to by now. Throws `GitError`. */
export function restoreStash(place: GitPlace, entries: readonly StashEntry[]): void {
  if (entries.length === 0) return;
  tryGit(place, ['update-ref', '-d', 'refs/stash']);
  for (const [at, { message }] of [...entries.entries()].reverse()) {
    const oid = oneLine(git(place, ['rev-parse', '--verify', `${KEPT}${at}^{commit}`])).toString();
    git(place, ['stash', 'store', '--message', message, oid]);
  }
  for (const at of entries.keys()) git(place, ['update-ref', '-d', `${KEPT}${at}`]);
}
