import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { type EntryChange, indexEntries, pathKey } from '../../io/git/index-entries.js';
import { changeIndex, refreshBothIndexes, releaseStrayLock } from '../../io/git/indexes.js';
import { inUseError, type Pending, readPending, removePending, setPendingAside } from '../../io/git/pending.js';
import { inWorkTree, type Repository } from '../../io/git/repository.js';
import { tryGit } from '../../io/git/run.js';
import { openRunFolder, removeIfEmpty, stateFolder, strayRunFolders } from '../../io/git/run-folder.js';
import { treeEntries } from '../../io/git/staged.js';
import { updateWorkTree } from '../../io/git/work-tree.js';
import { IoError } from '../../io/io-error.js';
import { directoryOf } from '../../io/path-bytes.js';
import { removeStrayTemps } from '../../io/stray.js';
import type { HookStdio } from './stdio.js';

/**
 * Finishes what a run that was killed had begun: where the index has the clean blobs, the work tree follows; where it does not, nothing
 * was done. After `git commit PATH` the user's index follows the commit. Then takes away what such runs left. Throws `GitError`
 * where another run is at work.
 */
export async function recover(repository: Repository, stdio: HookStdio): Promise<void> {
  const { gitDir } = repository;
  if (!existsSync(stateFolder(gitDir))) return;
  const found = readPending(gitDir);
  if (found.kind === 'found' && found.inUse) throw inUseError();
  const strays = strayRunFolders(gitDir);
  if (found.kind === 'unreadable') {
    const aside = setPendingAside(gitDir);
    stdio.stderr.write(
      `exifence: the note of a commit that was being cleaned cannot be read; it is now ${displayPath(aside)}. Look at git status before you commit\n`,
    );
  }
  if (found.kind === 'found') {
    releaseLocks(repository, found.pending, strays);
    await finish(repository, found.pending, stdio);
    removePending(gitDir);
  }
  for (const folder of strays) rmSync(folder, { recursive: true, force: true });
  removeIfEmpty(stateFolder(gitDir));
}

function releaseLocks({ gitDir }: Repository, { indexFile }: Pending, strays: readonly string[]): void {
  const copies = strays.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  for (const file of new Set([indexFile, resolve(gitDir, 'index'), resolve(gitDir, 'index.lock')])) releaseStrayLock(file, copies);
}

async function finish(repository: Repository, pending: Pending, stdio: HookStdio): Promise<void> {
  const done = pending.isTemporary ? pending.changes : inIndex(repository, pending.changes, 'newOid');
  if (done.length === 0) return;
  const folders = new Map(done.map(({ path }) => directoryOf(inWorkTree(repository, path))).map((path) => [pathKey(path), path]));
  for (const folder of folders.values()) await removeStrays(folder);
  const outcomes = await updateWorkTree(repository, done);
  const replaced = [...outcomes.values()].filter(({ kind }) => kind === 'replaced').length;
  const folder = openRunFolder(repository.gitDir);
  try {
    const followed = pending.isTemporary ? followCommit(repository, folder, pending.changes) : 0;
    if (replaced + followed > 0 || !pending.isTemporary) refreshBothIndexes(repository, folder);
    if (followed > 0) say(stdio, `${count(followed)} cleaned in the index too, as in the commit`);
  } finally {
    folder.remove();
  }
  if (replaced > 0) say(stdio, `${count(replaced)} cleaned in your folder, which a run that was stopped had begun`);
}

async function removeStrays(folder: Buffer): Promise<void> {
  try {
    await removeStrayTemps(folder);
  } catch (error) {
    // The folder is gone, and all that was in it.
    if (!(error instanceof IoError)) throw error;
  }
}

function inIndex(repository: Repository, changes: readonly EntryChange[], which: 'oldOid' | 'newOid'): EntryChange[] {
  const byPath = new Map(changes.map((change) => [pathKey(change.path), change]));
  return indexEntries(repository.place, (key) => byPath.has(key)).flatMap(({ path, oid, stage }) => {
    const change = byPath.get(pathKey(path));
    return stage === 0 && change?.[which] === oid ? [change] : [];
  });
}

/**
 * After `git commit PATH` the user's index may still hold what the commit was cleaned of, and the next commit would bring it back.
 * Where the commit has the clean blob and the index the old one, the index gets the clean one too.
 */
function followCommit(repository: Repository, folder: ReturnType<typeof openRunFolder>, changes: readonly EntryChange[]): number {
  if (tryGit(repository.place, ['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined) return 0;
  const old = new Map(inIndex(repository, changes, 'oldOid').map((change) => [pathKey(change.path), change]));
  if (old.size === 0) return 0;
  const cleaned = treeEntries(repository.place, 'HEAD', (key) => old.has(key)).flatMap(({ path, oid }) => {
    const change = old.get(pathKey(path));
    return change?.newOid === oid ? [change] : [];
  });
  return cleaned.length === 0 ? 0 : changeIndex(repository, folder, repository.indexFile, cleaned).length;
}

function count(images: number): string {
  return images === 1 ? 'one image' : `${images} images`;
}

function say({ stderr }: HookStdio, text: string): void {
  stderr.write(`exifence: ${text}\n`);
}
