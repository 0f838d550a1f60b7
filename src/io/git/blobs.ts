import { ByteQueue } from './byte-queue.js';
import { GitError, type GitPlace, startGit } from './run.js';

/** What came of one request. `index` is its place among the requests. */
export type Blob =
  | { readonly index: number; readonly kind: 'read'; readonly bytes: Buffer }
  /** `wanted` did not want it: only its first bytes were held. */
  | { readonly index: number; readonly kind: 'unwanted' }
  | { readonly index: number; readonly kind: 'too-large'; readonly sizeBytes: number }
  /** Not in this repository: a partial clone without its server, or damage. */
  | { readonly index: number; readonly kind: 'missing' }
  | { readonly index: number; readonly kind: 'no-blob' };

export interface ReadBlobsOptions {
  /** A larger one is not held in memory. */
  readonly maxBytes: number;
  /** Looks at the first `headBytes` bytes and says whether the rest is wanted. */
  readonly wanted?: (head: Uint8Array, index: number) => boolean;
  readonly headBytes?: number;
}

export const MAX_BLOB_BYTES = 2 ** 30;

/** The content of many objects, in order, one at a time in memory, through one git process. Throws `GitError`. */
export async function* readBlobs(place: GitPlace, oids: readonly string[], options: ReadBlobsOptions): AsyncGenerator<Blob> {
  if (oids.length === 0) return;
  const { child, ended } = startGit(place, ['cat-file', '--batch', '--buffer']);
  try {
    child.stdin.end(`${oids.join('\n')}\n`);
    const queue = new ByteQueue(child.stdout);
    for (let index = 0; index < oids.length; index++) yield await oneBlob(queue, index, options);
    await ended;
  } catch (error) {
    if (error instanceof RangeError) await ended;
    throw error instanceof RangeError ? new GitError('cat-file', undefined, error.message) : error;
  } finally {
    child.stdout.destroy();
    child.kill();
  }
}

/** git-cat-file(1), "batch output": `oid type size LF content LF`, or `oid missing LF`. */
async function oneBlob(queue: ByteQueue, index: number, options: ReadBlobsOptions): Promise<Blob> {
  const [, type, size] = (await queue.line()).split(' ');
  if (type === 'missing') return { index, kind: 'missing' };
  const sizeBytes = Number(size);
  if (type === undefined || !/^\d+$/.test(size ?? '') || !Number.isSafeInteger(sizeBytes)) {
    throw new GitError('cat-file', undefined, 'its output is not in the form that was asked for');
  }
  const drop = async (rest: number): Promise<void> => queue.skip(rest + 1);
  if (type !== 'blob') {
    await drop(sizeBytes);
    return { index, kind: 'no-blob' };
  }
  const head = await queue.take(Math.min(sizeBytes, options.wanted === undefined ? 0 : (options.headBytes ?? 64)));
  if (options.wanted?.(head, index) === false) {
    await drop(sizeBytes - head.length);
    return { index, kind: 'unwanted' };
  }
  if (sizeBytes > options.maxBytes) {
    await drop(sizeBytes - head.length);
    return { index, kind: 'too-large', sizeBytes };
  }
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  head.copy(bytes);
  await queue.fill(bytes.subarray(head.length));
  await queue.skip(1);
  return { index, kind: 'read', bytes };
}
