import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError, type GitPlace, git, oneLine, tryGit } from './run.js';
import type { StagedEntry } from './staged.js';

/** The tree of a commit with some of its files replaced. Neither the index nor the work tree is touched. Throws `GitError`. */
export function treeWith(place: GitPlace, treeish: string, changes: readonly StagedEntry[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'exifence-index-'));
  try {
    const indexFile = join(folder, 'index');
    git(place, ['read-tree', treeish], { indexFile });
    const records = changes.map(({ mode, oid, path }) => Buffer.concat([Buffer.from(`${mode} ${oid}\t`), path, Buffer.of(0)]));
    git(place, ['update-index', '-z', '--index-info'], { indexFile, input: Buffer.concat(records) });
    return oneLine(git(place, ['write-tree'], { indexFile })).toString();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Who a commit is by. */
export interface Signature {
  readonly name: string;
  readonly email: string;
}

/** Makes a commit of a tree on top of one parent. Gives its id. Throws `GitError`. */
export function commitTree(place: GitPlace, tree: string, parent: string, message: string, by: Signature): string {
  const env = {
    ...place.env,
    GIT_AUTHOR_NAME: by.name,
    GIT_AUTHOR_EMAIL: by.email,
    GIT_COMMITTER_NAME: by.name,
    GIT_COMMITTER_EMAIL: by.email,
  };
  const args = ['-c', 'commit.gpgSign=false', 'commit-tree', tree, '-p', parent, '-F', '-'];
  return oneLine(git({ ...place, env }, args, { input: Buffer.from(message) })).toString();
}

/** `moved`: by someone else meanwhile. `refused`: the other side does not take it, or cannot be reached. */
export type PushOutcome = { readonly kind: 'pushed' } | { readonly kind: 'moved' } | { readonly kind: 'refused'; readonly why: GitError };

/** Moves a branch of the other side from one commit to another, and only from that one: compare and swap. */
export function pushOver(place: GitPlace, remote: string, branch: string, from: string, to: string): PushOutcome {
  const ref = `refs/heads/${branch}`;
  try {
    git({ ...place, env: { ...place.env, GIT_TERMINAL_PROMPT: '0' } }, [
      'push',
      '--porcelain',
      '--no-verify',
      `--force-with-lease=${ref}:${from}`,
      remote,
      `${to}:${ref}`,
    ]);
    return { kind: 'pushed' };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const listed = tryGit(place, ['ls-remote', '--', remote, ref])?.toString('latin1');
    const isMoved = listed !== undefined && listed.split('\t')[0] !== from;
    return isMoved ? { kind: 'moved' } : { kind: 'refused', why: error };
  }
}
