import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { changeEntries, type EntryChange, refreshIndex } from './index-entries.js';
import type { Repository } from './repository.js';
import { GitError } from './run.js';

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

/** Changes the entries in the index of the commit and, with `git commit PATH`, in the one that will stay. Throws `GitError`. */
export function changeBothIndexes(repository: Repository, changes: readonly EntryChange[]): EntryChange[] {
  const made = changeEntries(repository.place, changes);
  const second = secondIndex(repository);
  if (second !== undefined) onSecond(() => changeEntries(repository.place, made, { indexFile: second }));
  return made;
}

export function refreshBothIndexes(repository: Repository): void {
  refreshIndex(repository.place);
  const second = secondIndex(repository);
  if (second !== undefined) refreshIndex(repository.place, { indexFile: second });
}

/** The second index is repaired after the commit where it cannot be changed now. */
function onSecond(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
}
