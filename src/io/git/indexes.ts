import { copyFileSync, existsSync, linkSync, lstatSync, readFileSync, realpathSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { identityOf, sameIdentity } from '../identity.js';
import { changeEntries, type EntryChange, refreshIndex } from './index-entries.js';
import type { Repository } from './repository.js';
import { GitError } from './run.js';
import { type RunFolder, syncPath } from './run-folder.js';

/** True where git committed from an index made for this one commit: after a failure nothing of it stays. */
export function isTemporaryIndex({ indexFile }: Repository): boolean {
  return indexFile.endsWith('.lock');
}

/** `git commit PATH` (builtin/commit.c, prepare_index): the commit is made from this one … */
export function isPartialIndex({ indexFile }: Repository): boolean {
  return /^next-index-\d+\.lock$/.test(basename(indexFile));
}

/**
 * … and this one, held by the same git, becomes the user's index once the commit is made. Not found where the user's
 * index has another name than git's default; the step after the commit then repairs it.
 */
function secondIndex(repository: Repository): string | undefined {
  if (!isPartialIndex(repository)) return undefined;
  const held = join(dirname(repository.indexFile), 'index.lock');
  return existsSync(held) ? held : undefined;
}

/**
 * Changes a copy of an index, and puts the copy in its place by git's own rule: first the lock, then the rename. Git's processes work
 * on the copy only, so that one that is killed leaves no lock behind. Throws `GitError` where another git holds the index.
 */
function swapIndex<T>(folder: RunFolder, named: string, work: (copy: string) => T): T {
  const indexFile = realpathSync(named);
  const copy = folder.newFile();
  const before = identityOf(lstatSync(indexFile, { bigint: true }));
  copyFileSync(indexFile, copy);
  const result = work(copy);
  syncPath(copy);
  const lock = `${indexFile}.lock`;
  takeLock(copy, lock);
  try {
    if (!sameIdentity(identityOf(lstatSync(indexFile, { bigint: true })), before))
      throw new GitError('update-index', undefined, 'the index was changed by another program meanwhile; commit again');
    renameSync(lock, indexFile);
  } catch (error) {
    unlinkSync(lock);
    throw error;
  }
  syncPath(dirname(indexFile));
  return result;
}

/** A second name of the copy: whoever finds the lock of a killed run can see whose it is. */
function takeLock(copy: string, lock: string): void {
  try {
    linkSync(copy, lock);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw heldError(lock);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    try {
      writeFileSync(lock, readFileSync(copy), { flag: 'wx' });
    } catch (second) {
      throw (second as NodeJS.ErrnoException).code === 'EEXIST' ? heldError(lock) : second;
    }
    syncPath(lock);
  }
}

function heldError(lock: string): GitError {
  return new GitError(
    'update-index',
    undefined,
    `another git holds the index (${basename(lock)} is there); wait for it, or delete the file if no git is running, then commit again`,
  );
}

/** Takes away the lock of a run that was killed between the lock and the rename. */
export function releaseStrayLock(indexFile: string, strays: readonly string[]): void {
  const lock = `${indexFile}.lock`;
  const held = lstatSync(lock, { throwIfNoEntry: false, bigint: true });
  if (held === undefined || !held.isFile()) return;
  for (const stray of strays) {
    const stats = lstatSync(stray, { throwIfNoEntry: false, bigint: true });
    if (stats === undefined || !stats.isFile() || stats.size !== held.size) continue;
    const isOurs = (stats.ino === held.ino && stats.dev === held.dev) || readFileSync(stray).equals(readFileSync(lock));
    if (!isOurs) continue;
    unlinkSync(lock);
    return;
  }
}

/** Changes the entries in the index of the commit and, with `git commit PATH`, in the one that will stay. Throws `GitError`. */
export function changeBothIndexes(repository: Repository, folder: RunFolder, changes: readonly EntryChange[]): void {
  const { place, indexFile } = repository;
  swapIndex(folder, indexFile, (copy) => {
    const made = changeEntries(place, changes, { indexFile: copy });
    if (made.length !== changes.length)
      throw new GitError('update-index', undefined, 'an image was staged anew while it was being cleaned; commit again');
  });
  const second = secondIndex(repository);
  if (second !== undefined) onSecond(() => swapIndex(folder, second, (copy) => changeEntries(place, changes, { indexFile: copy })));
}

/** Changes those entries of an index that still hold their old content. Returns the changes made. Throws `GitError`. */
export function changeIndex(repository: Repository, folder: RunFolder, indexFile: string, changes: readonly EntryChange[]): EntryChange[] {
  return swapIndex(folder, indexFile, (copy) => changeEntries(repository.place, changes, { indexFile: copy }));
}

/** Tells the indexes how the files look now, so that nothing shows as changed that is not. Failing is no harm. */
export function refreshBothIndexes(repository: Repository, folder: RunFolder): void {
  const second = secondIndex(repository);
  for (const indexFile of [repository.indexFile, ...(second === undefined ? [] : [second])])
    onSecond(() => swapIndex(folder, indexFile, (copy) => refreshIndex(repository.place, { indexFile: copy })));
}

/** The second index is repaired after the commit where it cannot be changed now. */
function onSecond(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
}
