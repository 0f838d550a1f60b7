import { ByteQueue } from './byte-queue.js';
import { isLoose, openLoose } from './loose-blobs.js';
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
  /** Where objects may lie in files of their own. Without it all are read through git. */
  readonly objectsDir?: string;
}

export const MAX_BLOB_BYTES = 2 ** 30;

/**
 * The content of many objects, in order. Those that lie in files of their own in `objectsDir` are read from there, a few ahead; the others
 * through one git process. Throws `GitError`.
 */
export async function* readBlobs(place: GitPlace, oids: readonly string[], options: ReadBlobsOptions): AsyncGenerator<Blob> {
  const { objectsDir } = options;
  if (objectsDir === undefined || oids.length === 0) return yield* throughGit(place, oids, options);
  const ahead = new Ahead(oids, objectsDir, options);
  let others: AsyncGenerator<Blob> | undefined;
  try {
    const loose = await ahead.areLoose();
    const elsewhere = oids.flatMap((_, index) => (loose[index] === true ? [] : [index]));
    const inner = (index: number): number => elsewhere[index] as number;
    others = throughGit(
      place,
      elsewhere.map((index) => oids[index] as string),
      { ...options, ...(options.wanted === undefined ? {} : { wanted: (head, index) => options.wanted?.(head, inner(index)) === true }) },
    );
    for (const [index, oid] of oids.entries()) {
      if (loose[index] === true) yield { ...((await ahead.next(index)) ?? (await oneThroughGit(place, oid, index, options))), index };
      else yield { ...((await others.next()).value as Blob), index };
    }
  } finally {
    await others?.return(undefined);
  }
}

/** An object that was packed meanwhile, or that is damaged: git says which. */
async function oneThroughGit(place: GitPlace, oid: string, index: number, options: ReadBlobsOptions): Promise<Blob> {
  const { wanted, ...rest } = options;
  const one = { ...rest, ...(wanted === undefined ? {} : { wanted: (head: Uint8Array) => wanted(head, index) }) };
  for await (const blob of throughGit(place, [oid], one)) return blob;
  throw new GitError('cat-file', undefined, 'it gave no answer');
}

/** So many objects in files of their own are read while those before them are judged. */
const AHEAD_FILES = 8;
/** A larger one is read when it is its turn. */
const AHEAD_BYTES = 8 * 2 ** 20;
/** How many files are looked for at a time. */
const LOOK_AT_ONCE = 64;

/** What came of reading ahead; a function where that waits for its turn. */
type Begun = Blob | undefined | (() => Promise<Blob | undefined>);

/** Reads loose objects some way ahead of who asks for them. */
class Ahead {
  readonly #begun = new Map<number, Promise<Begun>>();
  #loose: readonly boolean[] = [];
  #next = 0;

  constructor(
    private readonly oids: readonly string[],
    private readonly objectsDir: string,
    private readonly options: ReadBlobsOptions,
  ) {}

  /** Which of them are in files of their own. */
  async areLoose(): Promise<readonly boolean[]> {
    const loose: boolean[] = [];
    for (let at = 0; at < this.oids.length; at += LOOK_AT_ONCE)
      loose.push(...(await Promise.all(this.oids.slice(at, at + LOOK_AT_ONCE).map((oid) => isLoose(this.objectsDir, oid)))));
    this.#loose = loose;
    return loose;
  }

  /** `undefined` where it cannot be read after all. To be asked for each that is loose, in order. */
  async next(index: number): Promise<Blob | undefined> {
    this.#begin();
    const begun = await this.#begun.get(index);
    this.#begun.delete(index);
    this.#begin();
    return typeof begun === 'function' ? begun() : begun;
  }

  #begin(): void {
    while (this.#next < this.oids.length && this.#begun.size < AHEAD_FILES) {
      const index = this.#next++;
      if (this.#loose[index] !== true) continue;
      const reading = this.#read(index);
      // Whoever asks for it hears of it; nobody may.
      reading.catch(() => undefined);
      this.#begun.set(index, reading);
    }
  }

  async #read(index: number): Promise<Begun> {
    const { wanted, headBytes = 64, maxBytes } = this.options;
    const loose = await openLoose(this.objectsDir, this.oids[index] as string, headBytes);
    if (loose === undefined) return undefined;
    const { type, head, sizeBytes } = loose;
    if (type !== 'blob') return { index, kind: 'no-blob' };
    if (head.length < Math.min(headBytes, sizeBytes)) return undefined;
    if (wanted?.(head, index) === false) return { index, kind: 'unwanted' };
    if (sizeBytes > maxBytes) return { index, kind: 'too-large', sizeBytes };
    const read = async (): Promise<Blob | undefined> => {
      try {
        return { index, kind: 'read', bytes: await loose.content() };
      } catch {
        return undefined;
      }
    };
    return sizeBytes > AHEAD_BYTES ? read : read();
  }
}

async function* throughGit(place: GitPlace, oids: readonly string[], options: ReadBlobsOptions): AsyncGenerator<Blob> {
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
