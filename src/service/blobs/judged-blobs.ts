import { displayPath } from '../../core/display.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { Unreadable } from '../../core/judgement.js';
import type { FileResult } from '../../core/result.js';
import { type Blob, MAX_BLOB_BYTES, readBlobs } from '../../io/git/blobs.js';
import type { EntryChange } from '../../io/git/index-entries.js';
import { cleanIntoLfs, looksLikePointer, parsePointer, readLfsObject } from '../../io/git/lfs.js';
import type { Repository } from '../../io/git/repository.js';
import { GitError } from '../../io/git/run.js';
import type { StagedEntry } from '../../io/git/staged.js';
import type { BlobJudge, FixedBlob, JudgedBlob, OpenBlobJudge } from './blob-judge.js';
import { SNIFF_BYTES } from './disguised.js';

/** A blob to look at, and the name it goes by. */
export interface BlobRequest {
  readonly oid: string;
  readonly path: Buffer;
}

export interface BlobAnswer<Request extends BlobRequest> extends JudgedBlob {
  readonly request: Request;
  /** The index holds a pointer; what was judged is what Git LFS keeps for it. */
  readonly lfs: boolean;
}

/** One staged image, and what was found and done. */
export interface CommitItem extends BlobAnswer<StagedEntry> {
  readonly change?: EntryChange;
}

/** A blob that is to be pushed, by one of its names. */
export interface PushRequest extends BlobRequest {
  readonly commit: string;
}

/** The engine with the repository's policies; loaded where there is something to judge. */
export const openEngine: OpenBlobJudge = async (repository, view) => (await import('./engine-judge.js')).openEngineJudge(repository, view);

export interface JudgeBlobsOptions {
  /** Called for each blob looked at. */
  readonly onBlob?: () => void;
  /** True for a path that .gitattributes give to Git LFS: an image itself is flagged there. */
  readonly belongsToLfs?: (path: Buffer) => boolean;
}

/**
 * Judges blobs in order, one at a time in memory; one that goes by many names in a row is read once. A blob whose name claims no
 * image is judged where its first bytes show one, or a pointer of Git LFS, and else left out.
 */
export async function* judgedBlobs<Request extends BlobRequest>(
  repository: Repository,
  judge: BlobJudge,
  requests: readonly Request[],
  { onBlob = () => undefined, belongsToLfs = () => false }: JudgeBlobsOptions = {},
): AsyncGenerator<BlobAnswer<Request>> {
  const groups = sameBlobs(requests);
  const shows = (head: Uint8Array): boolean => looksLikePointer(head) || judge.looksLikeImage(head);
  const wanted = (head: Uint8Array, index: number): boolean =>
    (groups[index] as Request[]).some(({ path }) => mayBeImageName(path)) || shows(head);
  const oids = groups.map(([first]) => (first as Request).oid);
  const { place, objectsDir } = repository;
  for await (const blob of readBlobs(place, oids, { maxBytes: MAX_BLOB_BYTES, headBytes: SNIFF_BYTES, wanted, objectsDir })) {
    onBlob();
    if (blob.kind === 'unwanted') continue;
    for (const request of groups[blob.index] as Request[]) {
      if (blob.kind === 'read' && !mayBeImageName(request.path) && !shows(blob.bytes.subarray(0, SNIFF_BYTES))) continue;
      yield { request, ...(await answer(repository, judge, request.path, blob, belongsToLfs)) };
    }
  }
}

function sameBlobs<Request extends BlobRequest>(requests: readonly Request[]): Request[][] {
  const groups: Request[][] = [];
  for (const request of requests) {
    const last = groups.at(-1);
    if (last?.[0]?.oid === request.oid) last.push(request);
    else groups.push([request]);
  }
  return groups;
}

async function answer(
  repository: Repository,
  judge: BlobJudge,
  path: Buffer,
  blob: Exclude<Blob, { kind: 'unwanted' }>,
  belongsToLfs: (path: Buffer) => boolean,
): Promise<JudgedBlob & { readonly lfs: boolean }> {
  if (blob.kind !== 'read') return { ...(await unproven(judge, path, reasonFor(blob))), lfs: false };
  const pointer = parsePointer(blob.bytes);
  if (pointer === undefined) {
    const judged = await judge.judge(path, blob.bytes);
    return belongsToLfs(path) ? { ...shouldBePointer(repository, judged, blob.bytes), lfs: true } : { ...judged, lfs: false };
  }
  const content = readLfsObject(repository, pointer, MAX_BLOB_BYTES);
  if (content === undefined) return { ...(await unproven(judge, path, LFS_MISSING)), lfs: true };
  const judged = await judge.judge(path, content);
  const { fix, ...rest } = judged;
  return { ...rest, lfs: true, ...(fix === undefined ? {} : { fix: () => fixedInLfs(repository, fix, judged.result) }) };
}

/** The clean content goes to Git LFS, as `git add` would give it there; the pointer to it goes to git. */
async function fixedInLfs(repository: Repository, fix: () => Promise<FixedBlob>, before: FileResult): Promise<FixedBlob> {
  const { result, bytes } = await fix();
  if (bytes === undefined) return { result };
  try {
    return { result, bytes: cleanIntoLfs(repository, bytes) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { result: { ...before, notes: [...before.notes, 'Git LFS could not store it clean: see that git-lfs is installed'] } };
  }
}

function shouldBePointer(repository: Repository, judged: JudgedBlob, bytes: Uint8Array): JudgedBlob {
  const { status } = judged.result;
  if (status === 'unproven' || status === 'skipped') return judged;
  const result: FileResult = {
    ...judged.result,
    status: 'violates',
    notes: [...judged.result.notes, 'the attributes give it to Git LFS, but the image itself is staged and not a pointer to it'],
  };
  const fixed = judged.fix ?? (async () => ({ bytes, result: { ...result, status: 'fixed' as const } }));
  return { ...judged, result, fix: () => fixedInLfs(repository, fixed, result) };
}

async function unproven(judge: BlobJudge, path: Buffer, unreadable: Unreadable): Promise<JudgedBlob> {
  const result = { artifact: displayPath(path), nameBytes: path, status: 'unproven', unreadable, notes: [] } as const;
  return { result, enforce: await judge.enforcementFor(path) };
}

const LFS_MISSING: Unreadable = {
  code: 'lfs-object-missing',
  byteOffset: 0,
  message: 'git holds a Git LFS pointer, and what it points to is not in this repository',
  hint: 'fetch it with git lfs pull, then run again',
};

function reasonFor(blob: Exclude<Blob, { kind: 'read' | 'unwanted' }>): Unreadable {
  switch (blob.kind) {
    case 'too-large':
      return {
        code: 'limit-blobBytes',
        byteOffset: 0,
        message: `it has ${blob.sizeBytes} bytes; at most ${MAX_BLOB_BYTES} are held in memory`,
        hint: 'scrub the file with exifence scrub, or keep it out of git',
      };
    case 'missing':
      return {
        code: 'blob-missing',
        byteOffset: 0,
        message: 'git does not have its content here',
        hint: 'fetch it, or check the repository with git fsck',
      };
    case 'no-blob':
      return {
        code: 'no-blob',
        byteOffset: 0,
        message: 'git has something else than a file under this id',
        hint: 'check the repository with git fsck',
      };
  }
}
