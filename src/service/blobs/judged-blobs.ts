import { displayPath } from '../../core/display.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { Unreadable } from '../../core/judgement.js';
import { type Blob, MAX_BLOB_BYTES, readBlobs } from '../../io/git/blobs.js';
import type { EntryChange } from '../../io/git/index-entries.js';
import { parsePointer, readLfsObject } from '../../io/git/lfs.js';
import type { Repository } from '../../io/git/repository.js';
import type { StagedEntry } from '../../io/git/staged.js';
import type { BlobJudge, JudgedBlob, OpenBlobJudge } from './blob-judge.js';
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

/**
 * Judges blobs in order, one at a time in memory. A blob whose name claims no image is judged where its first bytes show
 * one, and else left out.
 */
export async function* judgedBlobs<Request extends BlobRequest>(
  repository: Repository,
  judge: BlobJudge,
  requests: readonly Request[],
  onBlob: () => void = () => undefined,
): AsyncGenerator<BlobAnswer<Request>> {
  const wanted = (head: Uint8Array, index: number): boolean =>
    mayBeImageName((requests[index] as Request).path) || judge.looksLikeImage(head);
  const oids = requests.map(({ oid }) => oid);
  for await (const blob of readBlobs(repository.place, oids, { maxBytes: MAX_BLOB_BYTES, headBytes: SNIFF_BYTES, wanted })) {
    onBlob();
    if (blob.kind === 'unwanted') continue;
    const request = requests[blob.index] as Request;
    yield { request, ...(await answer(repository, judge, request.path, blob)) };
  }
}

async function answer(
  repository: Repository,
  judge: BlobJudge,
  path: Buffer,
  blob: Exclude<Blob, { kind: 'unwanted' }>,
): Promise<JudgedBlob & { readonly lfs: boolean }> {
  if (blob.kind !== 'read') return { ...(await unproven(judge, path, reasonFor(blob))), lfs: false };
  const pointer = parsePointer(blob.bytes);
  if (pointer === undefined) return { ...(await judge.judge(path, blob.bytes)), lfs: false };
  const content = readLfsObject(repository, pointer, MAX_BLOB_BYTES);
  if (content === undefined) return { ...(await unproven(judge, path, LFS_MISSING)), lfs: true };
  const { result, enforce } = await judge.judge(path, content);
  // The pointer in the index has to follow the content, which only Git LFS itself can store.
  return { result, enforce, lfs: true };
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
