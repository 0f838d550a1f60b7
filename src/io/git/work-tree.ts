import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readPieces } from '../../bytes/apply-edits.js';
import type { Replacement } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { IoError } from '../io-error.js';
import { directoryOf } from '../path-bytes.js';
import { rewriteFile } from '../replace-file.js';
import { MAX_BLOB_BYTES, readBlobs } from './blobs.js';
import { type EntryChange, pathKey } from './index-entries.js';
import { parsePointer, readLfsObject } from './lfs.js';
import { inWorkTree, type Repository } from './repository.js';
import { git, tryGit } from './run.js';

/** What became of a file in the work tree after its entry in the index was changed. */
export type WorkTreeOutcome =
  /** It held the same as the index did, and now holds the new content. */
  | { readonly kind: 'replaced'; readonly notes: readonly string[] }
  /** It holds something else than was staged: unstaged work. Not touched. */
  | { readonly kind: 'differs' }
  /** There is no plain file of that name. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Brings the work tree's files after their entries, each only where it holds exactly the entry's old content. */
export async function updateWorkTree(repository: Repository, changes: readonly EntryChange[]): Promise<Map<string, WorkTreeOutcome>> {
  const outcomes = new Map<string, WorkTreeOutcome>();
  const pointers = await oldPointers(repository, changes);
  const blobs = readBlobs(
    repository.place,
    changes.map(({ newOid }) => newOid),
    { maxBytes: MAX_BLOB_BYTES },
  );
  for await (const blob of blobs) {
    const change = changes[blob.index] as EntryChange;
    const outcome: WorkTreeOutcome =
      blob.kind === 'read'
        ? await updateOne(repository, change, { bytes: blob.bytes, oldPointer: pointers.get(change.oldOid) })
        : { kind: 'failed', reason: 'git does not give the clean blob back' };
    outcomes.set(pathKey(change.path), outcome);
  }
  return outcomes;
}

/** Those of the old blobs that are pointers of Git LFS, with the SHA-256 of what they stand for. */
async function oldPointers(repository: Repository, changes: readonly EntryChange[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const oids = changes.map(({ oldOid }) => oldOid);
  // Only what is as small as a pointer is held.
  for await (const blob of readBlobs(repository.place, oids, { maxBytes: 1024 })) {
    const pointer = blob.kind === 'read' ? parsePointer(blob.bytes) : undefined;
    if (pointer !== undefined) found.set(oids[blob.index] as string, pointer.sha256);
  }
  return found;
}

interface Contents {
  /** The new blob. */
  readonly bytes: Buffer;
  /** SHA-256 of what the old blob stands for, where it is a pointer of Git LFS. */
  readonly oldPointer: string | undefined;
}

async function updateOne(repository: Repository, change: EntryChange, contents: Contents): Promise<WorkTreeOutcome> {
  const { path } = change;
  try {
    if (leavesWorkTree(repository, path)) return { kind: 'absent' };
    const { proof, notes } = await rewriteFile(inWorkTree(repository, path), (source) => {
      const replacement = replacementFor(repository, change, contents, source);
      return replacement === undefined ? { outcome: undefined } : { outcome: undefined, replacement };
    });
    return proof === undefined ? { kind: 'differs' } : { kind: 'replaced', notes };
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (error.code === 'not-found' || error.code === 'is-a-symlink' || error.code === 'is-a-directory') return { kind: 'absent' };
    return error.code === 'changed-meanwhile' ? { kind: 'differs' } : { kind: 'failed', reason: error.message };
  }
}

/** What the file shall hold, where it holds what was staged: as it is, as Git LFS or as another filter of git puts it there. */
function replacementFor(
  repository: Repository,
  { path, oldOid, newOid }: EntryChange,
  { bytes, oldPointer }: Contents,
  source: Source,
): Replacement<true> | undefined {
  const digits = oldOid.length;
  const pointer = parsePointer(bytes);
  const content = pointer === undefined ? undefined : readLfsObject(repository, pointer, MAX_BLOB_BYTES);
  if (blobIdOf(source, digits) === oldOid) {
    // An image that became a pointer stays an image in the folder; a pointer that was never fetched stays one.
    return exactly(content !== undefined && oldPointer === undefined ? content : bytes);
  }
  if (oldPointer !== undefined) {
    return content !== undefined && hashOf(source, 'sha256', '') === oldPointer ? exactly(content) : undefined;
  }
  if (pointer !== undefined || source.byteLength > MAX_BLOB_BYTES) return undefined;
  if (filteredId(repository, path, source.read(0, source.byteLength)) !== oldOid) return undefined;
  const smudged = tryGit(repository.place, ['cat-file', '--filters', `--path=${pathText(path)}`, newOid]);
  if (smudged === undefined || filteredId(repository, path, smudged) !== newOid) return undefined;
  return exactly(smudged);
}

/** The id of the blob that `git add` would make of these bytes at this path. */
function filteredId(repository: Repository, path: Buffer, bytes: Uint8Array): string | undefined {
  // Names that are not text cannot be passed on as an argument.
  if (!Buffer.from(pathText(path)).equals(path)) return undefined;
  return tryGit(repository.place, ['hash-object', `--path=${pathText(path)}`, '--stdin'], { input: bytes })
    ?.toString('latin1')
    .trim();
}

function pathText(path: Buffer): string {
  return path.toString();
}

function exactly(bytes: Uint8Array): Replacement<true> {
  const expected = createHash('sha256').update(bytes).digest('hex');
  return {
    pieces: [bytes],
    verify: async (output) => {
      if (output.byteLength !== bytes.byteLength || hashOf(output, 'sha256', '') !== expected)
        throw new IoError('write-failed', 'what was written is not what reads back', 'check the disk');
      return true;
    },
  };
}

/** True where a folder of the path is a symlink: git takes the file as not there, and it may lie anywhere. */
function leavesWorkTree(repository: Repository, path: Buffer): boolean {
  try {
    // Only the native one takes a name as bytes; Node's types do not know that.
    const folder = realpathSync.native(directoryOf(inWorkTree(repository, path)), { encoding: 'buffer' }) as unknown as Buffer;
    const expected = directoryOf(inWorkTree({ ...repository, top: realpathSync.native(repository.top) }, path));
    return !folder.equals(expected);
  } catch {
    return true;
  }
}

/** The id that git would give a file's bytes, no filter applied. 40 digits are SHA-1, 64 are SHA-256. */
function blobIdOf(source: Source, digits: number): string {
  return hashOf(source, digits === 64 ? 'sha256' : 'sha1', `blob ${source.byteLength}\0`);
}

function hashOf(source: Source, algorithm: 'sha1' | 'sha256', head: string): string {
  const hash = createHash(algorithm).update(head);
  for (const piece of readPieces(source, 0, source.byteLength)) hash.update(piece);
  return hash.digest('hex');
}

/** The paths whose file in the work tree is not what the index says, as keys. */
export function unstagedPaths(repository: Repository): Set<string> {
  const listed = git(repository.place, ['diff-files', '--name-only', '-z']);
  return new Set(listed.toString('latin1').split('\0').filter(Boolean));
}
