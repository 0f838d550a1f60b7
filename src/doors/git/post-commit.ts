import { EXIT } from '../../core/door.js';
import { changeEntries, pathKey, refreshIndex } from '../../io/git/index-entries.js';
import { readPending, removePending } from '../../io/git/pending.js';
import { openRepository } from '../../io/git/repository.js';
import { git, oneLine } from '../../io/git/run.js';
import { treeEntries } from '../../io/git/staged.js';
import type { HookRun } from './hook-run.js';

/**
 * After `git commit PATH` the user's index may still hold what the commit was cleaned of, and the next commit would
 * bring it back. Where the commit has the clean blob and the index the old one, the index gets the clean one too.
 */
export async function postCommit({ place, stdio }: HookRun): Promise<number> {
  const gitDir = oneLine(git(place, ['rev-parse', '--absolute-git-dir'])).toString();
  const pending = readPending(gitDir);
  if (pending.length === 0) return EXIT.ok;
  const repository = openRepository(place);
  const byPath = new Map(pending.map((change) => [pathKey(change.path), change]));
  const committed = treeEntries(repository.place, 'HEAD', (key) => byPath.has(key));
  const cleaned = committed.flatMap(({ path, oid }) => {
    const change = byPath.get(pathKey(path));
    return change?.newOid === oid ? [change] : [];
  });
  const repaired = cleaned.length === 0 ? [] : changeEntries(repository.place, cleaned);
  if (repaired.length > 0) {
    refreshIndex(repository.place);
    stdio.stderr.write(
      `exifence: ${repaired.length === 1 ? 'one image' : `${repaired.length} images`} cleaned in the index too, as in the commit\n`,
    );
  }
  removePending(gitDir);
  return EXIT.ok;
}
