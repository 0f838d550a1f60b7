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
import { inWorkTree, type Repository } from './repository.js';
import { git } from './run.js';

/** What became of a file in the work tree after its entry in the index was changed. */
export type WorkTreeOutcome =
  /** It held the same bytes as the index did, and now holds the new ones. */
  | { readonly kind: 'replaced'; readonly notes: readonly string[] }
  /** It holds something else than was staged: unstaged work, or what a filter makes of it. Not touched. */
  | { readonly kind: 'differs' }
  /** There is no plain file of that name. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Brings the work tree's files after their entries, each only where its bytes are exactly the entry's old ones. */
export async function updateWorkTree(repository: Repository, changes: readonly EntryChange[]): Promise<Map<string, WorkTreeOutcome>> {
  const outcomes = new Map<string, WorkTreeOutcome>();
  const blobs = readBlobs(
    repository.place,
    changes.map(({ newOid }) => newOid),
    { maxBytes: MAX_BLOB_BYTES },
  );
  for await (const blob of blobs) {
    const change = changes[blob.index] as EntryChange;
    const outcome: WorkTreeOutcome =
      blob.kind === 'read'
        ? await updateOne(repository, change, blob.bytes)
        : { kind: 'failed', reason: 'git does not give the clean blob back' };
    outcomes.set(pathKey(change.path), outcome);
  }
  return outcomes;
}

async function updateOne(repository: Repository, { path, oldOid, newOid }: EntryChange, bytes: Buffer): Promise<WorkTreeOutcome> {
  const file = inWorkTree(repository, path);
  try {
    if (leavesWorkTree(repository, path)) return { kind: 'absent' };
    const replacement: Replacement<true> = { pieces: [bytes], verify: async (output) => requireBlob(output, newOid) };
    const { proof, notes } = await rewriteFile(file, (source) =>
      blobIdOf(source, oldOid.length) === oldOid ? { outcome: undefined, replacement } : { outcome: undefined },
    );
    return proof === undefined ? { kind: 'differs' } : { kind: 'replaced', notes };
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (error.code === 'not-found' || error.code === 'is-a-symlink' || error.code === 'is-a-directory') return { kind: 'absent' };
    return error.code === 'changed-meanwhile' ? { kind: 'differs' } : { kind: 'failed', reason: error.message };
  }
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

async function requireBlob(output: Source, oid: string): Promise<true> {
  if (blobIdOf(output, oid.length) !== oid) throw new IoError('write-failed', 'what was written is not what reads back', 'check the disk');
  return true;
}

/** The id that git would give a file's bytes, no filter applied. 40 digits are SHA-1, 64 are SHA-256. */
function blobIdOf(source: Source, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1').update(`blob ${source.byteLength}\0`);
  for (const piece of readPieces(source, 0, source.byteLength)) hash.update(piece);
  return hash.digest('hex');
}

/** The paths whose file in the work tree is not what the index says, as keys. */
export function unstagedPaths(repository: Repository): Set<string> {
  const listed = git(repository.place, ['diff-files', '--name-only', '-z']);
  return new Set(listed.toString('latin1').split('\0').filter(Boolean));
}
