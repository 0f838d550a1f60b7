import { pathKey } from './index-entries.js';
import { GitError, type GitPlace, git } from './run.js';
import { emptyTree, isFile } from './staged.js';

/** One line that git gives to a pre-push hook. */
export interface PushedRef {
  readonly localRef: string;
  /** All zeros where the ref is deleted on the other side. */
  readonly localOid: string;
  readonly remoteRef: string;
  /** All zeros where the other side has no such ref yet. */
  readonly remoteOid: string;
}

/** githooks(5), pre-push: `local-ref SP local-oid SP remote-ref SP remote-oid LF`. Throws `GitError` on another form. */
export function parsePushedRefs(input: Uint8Array): PushedRef[] {
  const lines = Buffer.from(input).toString('latin1').split('\n');
  return lines.filter(Boolean).map((line) => {
    const [localRef, localOid, remoteRef, remoteOid, more] = line.split(' ');
    if (localRef === undefined || remoteRef === undefined || !isOid(localOid) || !isOid(remoteOid) || more !== undefined) {
      throw new GitError('push', undefined, 'the list of refs is not in the form that githooks(5) gives');
    }
    return { localRef, localOid, remoteRef, remoteOid };
  });
}

function isOid(text: string | undefined): text is string {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function isNoOid(oid: string): boolean {
  return /^0+$/.test(oid);
}

/** A blob that a push adds, and where it shows first: oldest commit last, as git lists them. */
export interface PushedBlob {
  readonly oid: string;
  /** All distinct names that it goes by: each may have a policy of its own. */
  readonly paths: readonly Buffer[];
  /** A commit that brings it in; for a tag on a tree or a blob, that object. */
  readonly commit: string;
}

/** Names in one push, all blobs together. */
const MAX_NAMES = 2_000_000;

/** What the other side has besides the refs that are pushed to: what is known of a remote by its name, or all that is here. */
export type Known = { readonly remote: string } | 'all refs' | 'nothing else';

/**
 * The blobs that commits bring in which the other side does not have: those not reached from what it is known to have.
 * What a merge takes over unchanged from one of its parents is that parent's. Throws `GitError`.
 */
export function pushedBlobs(place: GitPlace, refs: readonly PushedRef[], other: Known): PushedBlob[] {
  const pushed = refs.filter(({ localOid }) => !isNoOid(localOid));
  if (pushed.length === 0) return [];
  const collected = new Collected();
  const commits: string[] = [];
  for (const { ref, oid, type } of peel(place, pushed)) {
    if (type === 'commit') commits.push(oid);
    else if (type === 'tree')
      collectRaw(
        collected,
        git(place, ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', emptyTree(place), oid, '--']),
        oid,
      );
    else if (type === 'blob') collected.add(oid, Buffer.from(ref, 'latin1'), oid);
    else throw new GitError('push', undefined, 'an object that is to be pushed is missing here');
  }
  if (commits.length === 0) return collected.all();
  const known = refs.map(({ remoteOid }) => remoteOid).filter((oid) => !isNoOid(oid));
  const range = `${[...commits, ...known.map((oid) => `^${oid}`)].join('\n')}\n`;
  const added = git(place, ['rev-list', '--ignore-missing', '--stdin', ...notIn(other)], {
    input: Buffer.from(range),
  });
  if (added.length > 0) {
    const listing = ['diff-tree', '--stdin', '-r', '-c', '--root', '--raw', '-z', '--no-renames', '--no-abbrev'];
    collectRaw(collected, git(place, listing, { input: added }), '');
  }
  return collected.all();
}

function notIn(other: Known): string[] {
  if (other === 'all refs') return ['--not', '--all'];
  return other !== 'nothing else' && isRemoteName(other.remote) ? ['--not', `--remotes=${other.remote}`] : [];
}

/** A push may go to an address; only a remote's name leads to refs of what the other side has. */
function isRemoteName(remote: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(remote) && !remote.includes('..');
}

interface Peeled {
  readonly ref: string;
  readonly oid: string;
  readonly type: string;
}

/** What the refs lead to in the end: a tag may stand for a tag, and that for anything. */
function peel(place: GitPlace, refs: readonly PushedRef[]): Peeled[] {
  const input = Buffer.from(refs.map(({ localOid }) => `${localOid}^{}\n`).join(''));
  const lines = git(place, ['cat-file', '--batch-check'], { input }).toString('latin1').split('\n');
  return refs.map(({ localRef }, at) => {
    const [oid = '', type = ''] = (lines[at] ?? '').split(' ');
    return { ref: localRef, oid, type };
  });
}

class Collected {
  #names = 0;
  readonly #blobs = new Map<string, { readonly paths: Map<string, Buffer>; readonly commit: string }>();

  add(oid: string, path: Buffer, commit: string): void {
    const blob = this.#blobs.get(oid) ?? { paths: new Map(), commit };
    const key = pathKey(path);
    if (!blob.paths.has(key)) {
      if (++this.#names > MAX_NAMES) throw new GitError('push', undefined, `it adds more than ${MAX_NAMES} names; push it in parts`);
      blob.paths.set(key, Buffer.from(path));
    }
    this.#blobs.set(oid, blob);
  }

  all(): PushedBlob[] {
    return [...this.#blobs].map(([oid, { paths, commit }]) => ({ oid, commit, paths: [...paths.values()] }));
  }
}

/**
 * git-diff-tree(1), "raw output format" and "diff format for merges", with -z: a commit's id, then for each path one colon
 * and old mode per parent, the new mode, one old id per parent, the new id, the states; then the path.
 */
function collectRaw(collected: Collected, raw: Buffer, firstCommit: string): void {
  let commit = firstCommit;
  for (let at = 0; at < raw.length; ) {
    const end = raw.indexOf(0, at);
    if (end < 0) throw new GitError('diff-tree', undefined, 'its output is not in the form that was asked for');
    const head = raw.toString('latin1', at, end);
    at = end + 1;
    if (!head.startsWith(':')) {
      commit = head.trim();
      continue;
    }
    const pathEnd = raw.indexOf(0, at);
    if (pathEnd < 0) throw new GitError('diff-tree', undefined, 'its output is not in the form that was asked for');
    const parents = head.lastIndexOf(':') + 1;
    const fields = head.slice(parents).split(' ');
    const [mode, oid] = [fields[parents], fields[2 * parents + 1]];
    if (mode === undefined || oid === undefined)
      throw new GitError('diff-tree', undefined, 'its output is not in the form that was asked for');
    if (isFile({ mode })) collected.add(oid, raw.subarray(at, pathEnd), commit);
    at = pathEnd + 1;
  }
}
