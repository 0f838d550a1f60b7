import { GitError, type GitPlace, git, type RunOptions } from './run.js';

/** Git's file modes that matter here. */
export const MODE = Object.freeze({ file: '100644', executable: '100755', symlink: '120000', submodule: '160000', none: '000000' });

/** One path that differs from what it is compared with, as it is in the index. */
export interface StagedEntry {
  /** Six octal digits. */
  readonly mode: string;
  /** The blob, in full: 40 or 64 hex digits. */
  readonly oid: string;
  /** From the root of the work tree, with `/`; bytes of any encoding. */
  readonly path: Buffer;
}

const COLON = 0x3a;
const NUL = 0;
const TAB = 0x09;

/**
 * What the index holds that `treeish` does not: added, copied, changed in content or in type. Without `treeish`, compared
 * with the last commit, or with nothing before the first one. Entries that are only announced (intent-to-add) are not
 * part of a commit and left out. Only paths that `wanted` lets through. Throws `GitError`.
 */
export function stagedEntries(
  place: GitPlace,
  wanted: (path: Buffer) => boolean,
  treeish?: string,
  options: RunOptions = {},
): StagedEntry[] {
  return parseRaw(rawDifference(place, treeish, options), wanted);
}

function rawDifference(place: GitPlace, treeish: string | undefined, options: RunOptions): Buffer {
  const compare = (tree: string): Buffer =>
    git(
      place,
      [
        'diff-index',
        '--cached',
        '--raw',
        '-z',
        '--no-abbrev',
        '--no-renames',
        '--ita-invisible-in-index',
        '--diff-filter=ACMRT',
        tree,
        '--',
      ],
      options,
    );
  if (treeish !== undefined) return compare(treeish);
  try {
    return compare('HEAD');
  } catch (error) {
    // Before the first commit HEAD names nothing; any other failure shows itself again.
    if (!(error instanceof GitError) || error.exitCode !== 128) throw error;
    if (headExists(place)) throw error;
    return compare(emptyTree(place));
  }
}

export function headExists(place: GitPlace): boolean {
  try {
    git(place, ['rev-parse', '--verify', '--quiet', 'HEAD']);
    return true;
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return false;
    throw error;
  }
}

/** The id of the tree that holds nothing, in this repository's hash. */
export function emptyTree(place: GitPlace): string {
  return git(place, ['hash-object', '-t', 'tree', '--stdin']).toString('latin1').trim();
}

/** git-diff-index(1), "raw output format", with -z: `:old-mode new-mode old-oid new-oid status NUL path NUL`. */
function parseRaw(raw: Buffer, wanted: (path: Buffer) => boolean): StagedEntry[] {
  const entries: StagedEntry[] = [];
  for (let at = 0; at < raw.length; ) {
    const metaEnd = raw.indexOf(NUL, at);
    const pathEnd = metaEnd < 0 ? -1 : raw.indexOf(NUL, metaEnd + 1);
    if (raw[at] !== COLON || pathEnd < 0) throw new GitError('diff-index', undefined, 'its output is not in the form that was asked for');
    const path = raw.subarray(metaEnd + 1, pathEnd);
    if (wanted(path)) {
      const [, mode, , oid] = raw.toString('latin1', at + 1, metaEnd).split(' ');
      if (mode === undefined || oid === undefined)
        throw new GitError('diff-index', undefined, 'its output is not in the form that was asked for');
      entries.push({ mode, oid, path: Buffer.from(path) });
    }
    at = pathEnd + 1;
  }
  return entries;
}

/** True where the entry is a file's content: a symlink's target and a submodule's commit are none. */
export function isFile({ mode }: { readonly mode: string }): boolean {
  return mode === MODE.file || mode === MODE.executable;
}

/** The entries of a commit's tree, all folders deep, that `wanted` lets through. Throws `GitError`. */
export function treeEntries(place: GitPlace, treeish: string, wanted: (path: Buffer) => boolean): StagedEntry[] {
  const listing = git(place, ['ls-tree', '-r', '-z', '--full-tree', treeish]);
  const entries: StagedEntry[] = [];
  for (let at = 0; at < listing.length; ) {
    const end = listing.indexOf(NUL, at);
    const tab = listing.indexOf(TAB, at);
    if (end < 0 || tab < 0 || tab > end) throw new GitError('ls-tree', undefined, 'its output is not in the form that was asked for');
    const path = listing.subarray(tab + 1, end);
    const [mode, , oid] = listing.toString('latin1', at, tab).split(' ');
    if (mode === undefined || oid === undefined)
      throw new GitError('ls-tree', undefined, 'its output is not in the form that was asked for');
    if (wanted(path)) entries.push({ mode, oid, path: Buffer.from(path) });
    at = end + 1;
  }
  return entries;
}
