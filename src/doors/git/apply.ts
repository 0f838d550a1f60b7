import type { FileResult } from '../../core/result.js';
import { type EntryChange, pathKey } from '../../io/git/index-entries.js';
import { changeBothIndexes, isPartialIndex, isTemporaryIndex, refreshBothIndexes } from '../../io/git/indexes.js';
import { removePending, writePending } from '../../io/git/pending.js';
import type { Repository } from '../../io/git/repository.js';
import type { RunFolder } from '../../io/git/run-folder.js';
import { unstagedPaths, updateWorkTree, type WorkTreeOutcome } from '../../io/git/work-tree.js';
import type { CommitItem } from '../../service/blobs/judged-blobs.js';

/**
 * Puts the clean blobs into the index, then brings the work tree after it. The journal is there before the first change and until the
 * last: whenever this is stopped, the next run finishes it (`recover.ts`). Throws `GitError`; the index is then as it was.
 */
export async function applyFixes(repository: Repository, openFolder: () => RunFolder, items: readonly CommitItem[]): Promise<CommitItem[]> {
  const changes = items.flatMap(({ change }) => change ?? []);
  if (changes.length === 0) return [...items];
  const folder = openFolder();
  const { gitDir, indexFile } = repository;
  writePending(gitDir, folder, { indexFile, isTemporary: isTemporaryIndex(repository), changes });
  try {
    changeBothIndexes(repository, folder, changes);
  } catch (error) {
    removePending(gitDir);
    throw error;
  }
  const outcomes = await updateWorkTree(repository, changes);
  refreshBothIndexes(repository, folder);
  // After `git commit PATH` the step after the commit looks whether the user's index followed.
  if (!isPartialIndex(repository)) removePending(gitDir);
  const unstaged = unstagedPaths(repository);
  return items.map((item) =>
    item.change === undefined ? item : { ...item, result: withNotes(item.result, noteOn(item.change, outcomes, unstaged)) },
  );
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
