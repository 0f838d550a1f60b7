import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryBlob } from '../../io/git/history.js';
import type { Repository } from '../../io/git/repository.js';
import type { BlobJudge } from '../blobs/blob-judge.js';
import { type BlobAnswer, judgedBlobs } from '../blobs/judged-blobs.js';

/** What `git filter-repo` is given. */
export interface Mending {
  /** Absolute: all of this. The clean versions lie below it, each under the id of what it replaces. */
  readonly folder: string;
  /** Absolute: the folder within it that holds them. */
  readonly clean: string;
  /** Absolute: the body of a callback for blobs, in Python. */
  readonly callback: string;
  readonly mended: number;
  /** Those of which no clean version could be proven. */
  readonly left: readonly BlobAnswer<HistoryBlob>[];
}

/** Writes the clean version of each blob below the git folder, and the callback that puts it in place. Throws `GitError`. */
export async function prepareMending(repository: Repository, judge: BlobJudge, leaking: readonly HistoryBlob[]): Promise<Mending> {
  const folder = join(repository.gitDir, 'exifence', 'history');
  const clean = join(folder, 'blobs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(clean, { recursive: true, mode: 0o700 });
  const left: BlobAnswer<HistoryBlob>[] = [];
  let mended = 0;
  for await (const { fix, ...answer } of judgedBlobs(repository, judge, leaking)) {
    const fixed = answer.lfs ? undefined : await fix?.();
    if (fixed?.bytes === undefined) left.push(answer);
    else {
      writeFileSync(join(clean, answer.request.oid), fixed.bytes, { mode: 0o600 });
      mended++;
    }
  }
  const callback = join(folder, 'callback.py');
  writeFileSync(callback, callbackText(clean), { mode: 0o600 });
  return { folder, clean, callback, mended, left };
}

/** git-filter-repo(1), "callbacks": the body of a function that is handed `blob`, whose `original_id` is bytes. */
function callbackText(folder: string): string {
  // A folder's name may hold anything: hexadecimal digits are a Python literal whatever it is.
  const hex = Buffer.from(folder).toString('hex');
  return [
    'import os',
    `clean = os.path.join(bytes.fromhex("${hex}"), blob.original_id)`,
    'if os.path.exists(clean):',
    '    with open(clean, "rb") as file:',
    '        blob.data = file.read()',
    '',
  ].join('\n');
}
