import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Repository } from './repository.js';
import { GitError, git, oneLine, tryGit } from './run.js';

/** What stands in a repository for content that Git LFS keeps elsewhere. */
export interface LfsPointer {
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The specification's bound: "a pointer file must be smaller than 1024 bytes". */
const POINTER_BYTES = 1024;

/** Git LFS specification, "the pointer": keys in order after `version`, `oid` and `size` among them. */
export function parsePointer(bytes: Uint8Array): LfsPointer | undefined {
  if (bytes.byteLength >= POINTER_BYTES) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!/^version https:\/\/[^\s]+\/spec\/v1\n/.test(text)) return undefined;
  const sha256 = /\noid sha256:([0-9a-f]{64})\n/.exec(text)?.[1];
  const size = /\nsize (\d{1,15})\n?$/m.exec(text)?.[1];
  return sha256 === undefined || size === undefined ? undefined : { sha256, sizeBytes: Number(size) };
}

/** True where a blob's first bytes are a pointer's: what it stands for has to be looked at. */
export function looksLikePointer(head: Uint8Array): boolean {
  return parsePointer(head) !== undefined;
}

const stores = new WeakMap<Repository, string>();

/** git-lfs-config(5), `lfs.storage`: relative to the git folder that all work trees share. */
function storeOf(repository: Repository): string {
  const known = stores.get(repository);
  if (known !== undefined) return known;
  const set = tryGit(repository.place, ['config', '--type=path', '--get', 'lfs.storage']);
  const store = join(resolve(repository.commonDir, set === undefined ? 'lfs' : oneLine(set).toString() || 'lfs'), 'objects');
  stores.set(repository, store);
  return store;
}

/** The content from the repository's own LFS store. `undefined` where it is not there, or is not what the pointer says. */
export function readLfsObject(repository: Repository, { sha256, sizeBytes }: LfsPointer, maxBytes: number): Buffer | undefined {
  const file = join(storeOf(repository), sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || stats.size !== sizeBytes || sizeBytes > maxBytes) return undefined;
  const bytes = readFileSync(file);
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
}

/**
 * Gives content to Git LFS as `git add` would, and takes its pointer, checked against the content and the store. The path goes into
 * Git LFS's own messages only. Throws `GitError` where Git LFS is not installed or does otherwise.
 */
export function cleanIntoLfs(repository: Repository, bytes: Uint8Array): Buffer {
  const pointer = git(repository.place, ['lfs', 'clean'], { input: bytes });
  const parsed = parsePointer(pointer);
  if (parsed === undefined || parsed.sizeBytes !== bytes.byteLength || readLfsObject(repository, parsed, bytes.byteLength) === undefined)
    throw new GitError('lfs', undefined, 'it gave no pointer to what it was given');
  return pointer;
}

/** Those of the paths that .gitattributes give to Git LFS, as keys. Throws `GitError`. */
export function lfsPaths(repository: Repository, paths: readonly Buffer[]): Set<string> {
  if (paths.length === 0) return new Set();
  const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));
  const fields = git(repository.place, ['check-attr', '--cached', '-z', '--stdin', 'filter'], { input }).toString('latin1').split('\0');
  const found = new Set<string>();
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === 'lfs') found.add(fields[at] as string);
  return found;
}
