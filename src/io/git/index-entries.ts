import { GitError, type GitPlace, git, type RunOptions } from './run.js';
import type { StagedEntry } from './staged.js';

/** An entry of the index with the marks that a replacement would lose. */
export interface IndexEntry extends StagedEntry {
  /** 0, or 1 to 3 in a conflict. */
  readonly stage: number;
  /** Outside of a sparse checkout: not in the work tree, and not missed there. */
  readonly skipWorktree: boolean;
  /** The user asked git not to look at the file. */
  readonly assumeUnchanged: boolean;
}

const NUL = 0;

/** The entries whose path, as `pathKey` gives it, `wanted` lets through. `place` is the top of the work tree. Throws `GitError`. */
export function indexEntries(place: GitPlace, wanted: (key: string) => boolean, options: RunOptions = {}): IndexEntry[] {
  const records = git(place, ['ls-files', '--stage', '-v', '-z', '--full-name'], options).toString('latin1').split('\0');
  if (records.pop() !== '') throw unexpected();
  const entries: IndexEntry[] = [];
  for (const record of records) {
    const tab = record.indexOf('\t');
    const key = record.slice(tab + 1);
    if (wanted(key)) entries.push(parseEntry(record.slice(0, tab), Buffer.from(key, 'latin1')));
  }
  return entries;
}

/** git-ls-files(1): `tag mode oid stage`; the tag is `S` for skip-worktree, in lower case for assume-unchanged. */
function parseEntry(head: string, path: Buffer): IndexEntry {
  const [tag, mode, oid, stage] = head.split(' ');
  if (tag === undefined || mode === undefined || oid === undefined || stage === undefined) throw unexpected();
  return { mode, oid, path, stage: Number(stage), skipWorktree: tag.toUpperCase() === 'S', assumeUnchanged: tag !== tag.toUpperCase() };
}

function unexpected(): GitError {
  return new GitError('ls-files', undefined, 'its output is not in the form that was asked for');
}

/** A path as a key of a map: every byte a character. */
export function pathKey(path: Uint8Array): string {
  return Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1');
}

/** One entry's new content. */
export interface EntryChange {
  readonly mode: string;
  readonly path: Buffer;
  readonly oldOid: string;
  readonly newOid: string;
}

/**
 * Gives entries of one index their new content, all of them or none: git writes a new index beside the old one and renames
 * it. Mode and marks stay. Entries that no longer hold `oldOid` are left alone: someone staged something else meanwhile.
 * Returns the changes made. Throws `GitError` (another git holds the index, the disk is full …).
 */
export function changeEntries(place: GitPlace, changes: readonly EntryChange[], options: RunOptions = {}): EntryChange[] {
  const byPath = new Map(changes.map((change) => [pathKey(change.path), change]));
  const standing = indexEntries(place, (key) => byPath.has(key), options).filter(
    ({ path, oid, stage }) => stage === 0 && byPath.get(pathKey(path))?.oldOid === oid,
  );
  if (standing.length === 0) return [];
  const made = standing.map((entry) => ({ ...(byPath.get(pathKey(entry.path)) as EntryChange), mode: entry.mode }));
  const lines = made.flatMap(({ mode, newOid, path }) => [Buffer.from(`${mode} ${newOid} 0\t`), path, Buffer.from([NUL])]);
  git(place, ['update-index', '-z', '--index-info'], { ...options, input: Buffer.concat(lines) });
  markAgain(
    place,
    standing.filter(({ skipWorktree }) => skipWorktree),
    '--skip-worktree',
    options,
  );
  markAgain(
    place,
    standing.filter(({ assumeUnchanged }) => assumeUnchanged),
    '--assume-unchanged',
    options,
  );
  return made;
}

function markAgain(place: GitPlace, entries: readonly IndexEntry[], mark: string, options: RunOptions): void {
  if (entries.length === 0) return;
  const input = Buffer.concat(entries.flatMap(({ path }) => [path, Buffer.from([NUL])]));
  git(place, ['update-index', mark, '-z', '--stdin'], { ...options, input });
}

/** Tells the index how the files look now, so that nothing shows as changed that is not. Failing is no harm. */
export function refreshIndex(place: GitPlace, options: RunOptions = {}): void {
  try {
    git(place, ['update-index', '-q', '--refresh'], options);
  } catch (error) {
    // It exits 1 where some file needs an update, which is nothing new, and fails where another git holds the index.
    if (!(error instanceof GitError)) throw error;
  }
}
