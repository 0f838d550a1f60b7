import { walk } from '../../io/walk.js';
import type { PathQueue } from './queue.js';
import type { WatchedFolder } from './root.js';
import type { Settler } from './settler.js';

/** How far the first sweep of a folder has come. */
export interface SweepProgress {
  readonly folder: string;
  /** Files that are done: clean already, cleaned, or told of. */
  readonly done: number;
  /** Where it was worth counting. */
  readonly total?: number;
}

export interface FirstSweepOptions {
  readonly queue: PathQueue;
  readonly settler: Settler;
  readonly onProgress: (progress: SweepProgress | undefined) => void;
  /** Whether the files are counted first: a bar needs to know. */
  readonly counts: boolean;
  readonly signal: AbortSignal;
}

const EVERY_MS = 200;

/** Tells how far a sweep comes, and once `undefined` when it is over. `seen`: how many files it has come by. */
export async function withProgress<T>(
  { path, recursive }: WatchedFolder,
  { queue, settler, onProgress, counts, signal }: FirstSweepOptions,
  sweep: (seen: (files: number) => void) => Promise<T>,
): Promise<T> {
  const total = counts ? await countFiles(Buffer.from(path), recursive, signal) : undefined;
  let seen = 0;
  const tell = (): void => {
    const done = Math.max(0, seen - queue.waiting - queue.running - settler.size);
    onProgress({ folder: path, done, ...(total === undefined ? {} : { total }) });
  };
  const timer = setInterval(tell, EVERY_MS);
  try {
    return await sweep((files) => {
      seen = files;
    });
  } finally {
    clearInterval(timer);
    onProgress(undefined);
  }
}

async function countFiles(folder: Buffer, recursive: boolean, signal: AbortSignal): Promise<number> {
  let files = 0;
  for await (const { kind } of walk([folder], { recursive })) {
    if (signal.aborted) break;
    if (kind === 'file') files++;
  }
  return files;
}
