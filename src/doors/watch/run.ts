import { displayPath } from '../../core/display.js';
import type { Unreadable } from '../../core/judgement.js';
import type { RewriteOptions } from '../../io/replace-file.js';
import type { WatchBackend } from '../../policy/types.js';
import type { Delivered, Delivery, DeliveryOptions } from '../../service/delivery/delivery.js';
import { InPlaceDelivery } from '../../service/delivery/in-place.js';
import type { Journal } from '../../service/journal/journal.js';
import type { CleanStore } from './clean-store.js';
import { bugOf, type WatchLog } from './events.js';
import { FileWorker, type WatchJob } from './file-worker.js';
import { type FirstSweepOptions, withProgress } from './first-sweep.js';
import { KnownFiles } from './known.js';
import { PathQueue } from './queue.js';
import { Root, type WatchedFolder } from './root.js';
import { Settler } from './settler.js';
import { Sweeper } from './sweeper.js';

export interface RunWatchOptions {
  readonly folders: readonly WatchedFolder[];
  /** How the folder that a path lies in brings its files to their end; `undefined` where nothing is to be done with this one. In place, keeping nothing, if left out. */
  readonly deliveryFor?: (path: Buffer, options: DeliveryOptions) => Delivery | undefined;
  /** Puts on record what was written. */
  readonly onDelivered?: (path: Buffer, delivered: Delivered) => Promise<void>;
  readonly journal?: Journal;
  /** What earlier runs have found clean. */
  readonly store?: CleanStore;
  /** What the policy says about a file. Throws `UsageError` where the policy cannot be used. */
  readonly jobFor: (path: Buffer) => Promise<WatchJob>;
  /** Why a file could not be taken to its end. Throws where that was not foreseen. */
  readonly reasonOf: (error: unknown) => Unreadable;
  readonly log: WatchLog;
  /** Aborted: the file at hand is finished, the rest is left to the next start. */
  readonly signal: AbortSignal;
  /** A file that is not known came into sight; `isComing`: it has just begun to come, and will be at rest in a moment. */
  readonly onSeen?: (path: Buffer, isComing: boolean) => void;
  /** Told how far the first sweep of each folder has come; whether files shall be counted for that. */
  readonly sweepProgress?: Pick<FirstSweepOptions, 'onProgress' | 'counts'>;
  /** Handed a function that tells how much there is to do at any moment. */
  readonly onNumbers?: (numbers: () => WatchNumbers) => void;
  readonly settleMs?: number;
  readonly giveUpMs?: number;
  readonly firstRetryMs?: number;
  readonly resweepMs?: number;
  readonly guardMs?: number;
  readonly polling?: boolean;
  readonly backend?: WatchBackend;
  readonly rewriteOptions?: RewriteOptions;
  /** How long to wait for the file at hand when stopped. */
  readonly stopMs?: number;
}

/** How much there is to do. */
export interface WatchNumbers {
  /** Files that are not at rest yet. */
  readonly settling: number;
  readonly waiting: number;
  readonly running: number;
  /** Files that need no look until they change. */
  readonly known: number;
}

export interface WatchTotals {
  readonly cleaned: number;
  readonly unreadable: number;
}

const DEFAULTS = {
  settleMs: 150,
  giveUpMs: 5_000,
  firstRetryMs: 5_000,
  resweepMs: 600_000,
  troubledResweepMs: 15_000,
  guardMs: 2_000,
  stopMs: 10_000,
  queueCapacity: 4_096,
  /** While some files wait for the disk, the next is looked at. */
  workers: 4,
};

/** Files that came just before the start are waited for, but not one that is written on and on. */
const SETTLE_ROUNDS = 4;

/** Watches folders, sweeps them, and cleans what comes, until the signal. Throws only on our own bug at the start. */
export async function runWatch(options: RunWatchOptions): Promise<WatchTotals> {
  const { log, signal } = options;
  const given = { ...DEFAULTS, ...definedOf(options) };
  const known = new KnownFiles();
  const roots: Root[] = [];
  const rootOf = (path: Buffer): Root | undefined => roots.find((root) => root.holds(path));
  let overflowed = false;
  const onBug = (error: unknown, path?: Buffer): void =>
    log({ kind: 'bug', file: path === undefined ? '' : displayPath(path), ...bugOf(error) });

  const onSeen = (path: Buffer, isComing: boolean): void => {
    options.journal?.note('seen', path);
    options.onSeen?.(path, isComing);
  };

  const worker = new FileWorker({
    deliveryFor: options.deliveryFor ?? ((_path, given) => new InPlaceDelivery(given)),
    ...(options.onDelivered === undefined ? {} : { onDelivered: options.onDelivered }),
    ...(options.journal === undefined ? {} : { journal: options.journal }),
    ...(options.store === undefined ? {} : { store: options.store }),
    jobFor: options.jobFor,
    reasonOf: options.reasonOf,
    known,
    log,
    giveUpMs: given.giveUpMs,
    firstRetryMs: given.firstRetryMs,
    comeBack: (path, afterMs) => settler.hint(path, Math.max(afterMs, given.settleMs)),
    ...(options.rewriteOptions === undefined ? {} : { rewriteOptions: options.rewriteOptions }),
  });
  const queue = new PathQueue((path) => worker.handle(path), {
    workers: given.workers,
    capacity: given.queueCapacity,
    onBroken: onBug,
  });
  const settler: Settler = new Settler({
    settleMs: given.settleMs,
    onSeen: (path) => onSeen(path, true),
    isKnown: (path, identity) => known.has(path, identity),
    onSettled: (path) => {
      if (queue.add(path) || overflowed) return;
      overflowed = true;
      catchUp().catch(onBug);
    },
    onFolder: (path) => rootOf(path)?.onFolderFound(path),
  });
  options.onNumbers?.(() => ({ settling: settler.size, waiting: queue.waiting, running: queue.running, known: known.size }));
  const sweeper = new Sweeper({
    queue,
    settler,
    known,
    log,
    signal,
    onSeen: (path) => onSeen(path, false),
    onFolder: (path) => rootOf(path)?.onFolderSeen(path),
  });

  /** More came than is kept: what was let go is found by a sweep. */
  async function catchUp(): Promise<void> {
    await queue.room();
    overflowed = false;
    for (const root of roots) await root.sweep();
  }

  // At once, also in the middle of the first sweep: what is not begun is left to the next start.
  const stopping = aborted(signal).then(() => {
    settler.stop();
    return queue.stop();
  });

  for (const folder of options.folders) {
    roots.push(
      new Root({
        folder,
        polling: options.polling === true || folder.polling === true,
        backend: options.backend ?? 'auto',
        onBug,
        settler,
        sweeper,
        log,
        guardMs: given.guardMs,
        resweepMs: given.resweepMs,
        troubledResweepMs: given.troubledResweepMs,
      }),
    );
    log({ kind: 'watching', folder: displayPath(folder.path), recursive: folder.recursive });
  }
  // Watched first, swept then: nothing falls between.
  await Promise.race([Promise.all(roots.map((root) => root.start())), stopping]);
  for (const [index, root] of roots.entries()) {
    const started = performance.now();
    const folder = options.folders[index] as WatchedFolder;
    const sweep = async (seen?: (files: number) => void): Promise<number> => {
      const found = await root.sweep(seen);
      await atRest(settler, given.settleMs * SETTLE_ROUNDS);
      await queue.drained();
      return found;
    };
    const { sweepProgress } = options;
    const files = await (sweepProgress === undefined ? sweep() : withProgress(folder, { ...sweepProgress, queue, settler, signal }, sweep));
    if (!signal.aborted)
      log({
        kind: 'swept',
        folder: displayPath(folder.path),
        files,
        durationMs: Math.round(performance.now() - started),
      });
  }
  if (!signal.aborted) log({ kind: 'ready', folders: roots.length });
  await aborted(signal);
  log({ kind: 'stopping' });
  await within(Promise.all([stopping, ...roots.map((root) => root.stop())]), given.stopMs);
  log({ kind: 'stopped', ...worker.totals });
  return worker.totals;
}

function definedOf<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function aborted(signal: AbortSignal): Promise<void> {
  return signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Waits until no file is in motion, but no longer than this. */
async function atRest(settler: Settler, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (settler.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Waits for the work, but no longer than this. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
