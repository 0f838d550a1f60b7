import { GitError, type GitPlace, git, type RunOptions } from './run.js';

/** Git's file modes that matter here. */
const MODE = Object.freeze({ file: '100644', executable: '100755', symlink: '120000', submodule: '160000', none: '000000' });

/** One path that differs from what it is compared with, as it is in the index. */
export interface StagedEntry {
  /** Six octal digits. */
  readonly mode: string;
  /** The blob, in full: 40 or 64 hex digits. */
  readonly oid: string;
  /** From the root of the work tree, with `/`; bytes of any encoding. */
  readonly path: Buffer;
}

/**
 * What the index holds that `treeish` does not: added, copied, changed in content or in type. Without `treeish`, compared
 * with the last commit, or with nothing before the first one. Entries that are only announced (intent-to-add) are not
 * part of a commit and left out. Only paths that `wanted` lets through, which gets them as `pathKey` does. Throws `GitError`.
 */
export function stagedEntries(
  place: GitPlace,
  wanted: (pathKey: string) => boolean,
  treeish?: string,
  options: RunOptions = {},
): StagedEntry[] {
  return parseRaw(rawDifference(place, treeish, options), wanted);
}

const RAW = ['--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--ita-invisible-in-index', '--diff-filter=ACMRT'];
/** Settings of the user's that the first of the two commands heeds, and the second does not. */
const PLAIN = ['--no-relative', '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none'];

/** Without a tree `git diff` compares with HEAD, and knows by itself when there is none yet: one process, the hook's only one. */
function rawDifference(place: GitPlace, treeish: string | undefined, options: RunOptions): Buffer {
  if (treeish !== undefined) return git(place, ['diff-index', ...RAW, treeish, '--'], options);
  try {
    return git(place, ['diff', ...RAW, ...PLAIN, '--'], options);
  } catch (error) {
    // Outside of a repository `git diff` compares any two files and complains of its options instead.
    if (error instanceof GitError && error.exitCode === 129) git(place, ['rev-parse', '--git-dir']);
    throw error;
  }
}

/** The id of the tree that holds nothing, in this repository's hash. */
export function emptyTree(place: GitPlace): string {
  return git(place, ['hash-object', '-t', 'tree', '--stdin']).toString('latin1').trim();
}

/** git-diff-index(1), "raw output format", with -z: `:old-mode new-mode old-oid new-oid status NUL path NUL`. */
function parseRaw(raw: Buffer, wanted: (pathKey: string) => boolean): StagedEntry[] {
  // As latin1 every byte is a character: one split is many times faster than a search per path.
  const fields = raw.toString('latin1').split('\0');
  const entries: StagedEntry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1] as string;
    if (!wanted(path)) continue;
    const [oldMode, mode, , oid] = (fields[at] as string).split(' ');
    if (oldMode?.[0] !== ':' || mode === undefined || oid === undefined || path === '') {
      throw new GitError('diff', undefined, 'its output is not in the form that was asked for');
    }
    entries.push({ mode, oid, path: Buffer.from(path, 'latin1') });
  }
  if (fields.length % 2 !== 1) throw new GitError('diff', undefined, 'its output is not in the form that was asked for');
  return entries;
}

/** True where the entry is a file's content: a symlink's target and a submodule's commit are none. */
export function isFile({ mode }: { readonly mode: string }): boolean {
  return mode === MODE.file || mode === MODE.executable;
}

/** The entries of a commit's tree, all folders deep, whose path, as `pathKey` gives it, `wanted` lets through. Throws `GitError`. */
export function treeEntries(place: GitPlace, treeish: string, wanted: (key: string) => boolean): StagedEntry[] {
  const records = git(place, ['ls-tree', '-r', '-z', '--full-tree', treeish]).toString('latin1').split('\0');
  const entries: StagedEntry[] = [];
  for (const record of records.slice(0, -1)) {
    const tab = record.indexOf('\t');
    const key = record.slice(tab + 1);
    if (!wanted(key)) continue;
    const [mode, , oid] = record.slice(0, tab).split(' ');
    if (mode === undefined || oid === undefined)
      throw new GitError('ls-tree', undefined, 'its output is not in the form that was asked for');
    entries.push({ mode, oid, path: Buffer.from(key, 'latin1') });
  }
  return entries;
}
