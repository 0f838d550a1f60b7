import { createHash } from 'node:crypto';
import type { Repository } from '../../io/git/repository.js';
import type { BlobJudge } from '../blobs/blob-judge.js';
import { type BlobAnswer, judgedBlobs } from '../blobs/judged-blobs.js';
import type { RangeRequest } from './requests.js';

/** Where a blob that violates the policy is by now. */
export type Standing =
  /** The head has it. */
  | 'present'
  /** The head has its clean version under the same name. Commits on the way still hold it. */
  | 'mended'
  /** The head has something else there, or nothing. Commits on the way still hold it. */
  | 'past';

/** One image of a range, and what was found. */
export interface RangeItem extends BlobAnswer<RangeRequest> {
  readonly standing: Standing;
}

/** Judges what a range brings in, one blob at a time in memory. Only what was an image, or may be one, is given. */
export async function* checkRange(repository: Repository, judge: BlobJudge, requests: readonly RangeRequest[]): AsyncGenerator<RangeItem> {
  for await (const answer of judgedBlobs(repository, judge, requests)) {
    const { request, result } = answer;
    const isPast = request.now !== request.oid;
    const clean = result.status === 'violates' && isPast && request.now !== undefined ? await answer.fix?.() : undefined;
    const isMended = clean?.bytes !== undefined && blobId(clean.bytes, request.oid.length) === request.now;
    yield { ...answer, standing: isMended ? 'mended' : isPast ? 'past' : 'present' };
  }
}

/** gitglossary(7), "object name": the hash over type, length and content; 40 digits are SHA-1, 64 are SHA-256. */
function blobId(bytes: Uint8Array, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}
