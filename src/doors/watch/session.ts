import { displayPath } from '../../core/display.js';
import type { Unreadable } from '../../core/judgement.js';
import { TOOL } from '../../core/tool.js';
import { UsageError } from '../../core/usage-error.js';
import { judge } from '../../engine/judge.js';
import { lookAndScrub } from '../../engine/scrub.js';
import { IoError } from '../../io/io-error.js';
import type { StateFolder } from '../../io/state/state-folder.js';
import type { WatchSettings } from '../../policy/types.js';
import { whyAttributesStay } from '../../service/beyond/attributes-along.js';
import { reasonOf } from '../../service/file-job.js';
import { fileOptions } from '../../service/file-options.js';
import { Journal } from '../../service/journal/journal.js';
import type { Policies } from '../../service/policies.js';
import type { LookThreads, ThreadLook } from '../../service/threads/look-threads.js';
import { besideOf } from './beside.js';
import { openCleanStore } from './clean-store.js';
import { Deliveries } from './deliveries.js';
import { bugOf, type WatchLog } from './events.js';
import type { WatchJob } from './file-worker.js';
import { type FolderSettings, foldersToWatch } from './folders.js';
import { Holds } from './holds.js';
import { PolicyBook } from './policy-book.js';
import { type RunWatchOptions, runWatch } from './run.js';

/** What is watched, and by what policy. */
export interface Plan {
  readonly book: PolicyBook;
  readonly folders: readonly FolderSettings[];
  readonly settings: WatchSettings;
}

export interface PlanOptions {
  /** On the command line. */
  readonly names: readonly string[];
  readonly cwd: string;
  /** `--policy`: a file or a preset. */
  readonly policy?: string;
  /** Watched, and made if missing, where no folder is named. */
  readonly fallbackFolder?: string;
  readonly say: (line: string) => void;
}

export interface SessionOptions extends Pick<RunWatchOptions, 'onNumbers' | 'sweepProgress'> {
  readonly state: StateFolder;
  readonly cwd: string;
  readonly policy?: string;
  /** Where files are looked at; on the event loop where there are none. */
  readonly threads?: LookThreads;
  readonly log: WatchLog;
  readonly polling: boolean;
  readonly signal: AbortSignal;
}

/** Settles slower than any program pauses between two writes would make everything slow; faster than this sees files half-done. */
const LEAST_SETTLE_MS = 20;

/** How often the vault is looked through for what has expired. */
const TIDY_MS = 60 * 60 * 1000;
/** How often receipts that are owed are tried again. */
const PAY_MS = 10_000;

/** Reads the policies and finds the folders. Throws `UsageError`, and what a policy that cannot be used throws. */
export async function planWatch({ names, cwd, policy: override, fallbackFolder, say }: PlanOptions): Promise<Plan> {
  const book = new PolicyBook(cwd, override);
  const policy = await book.for().forFolder(names[0] ?? fallbackFolder ?? '.');
  const folders = foldersToWatch({
    names,
    settings: policy.watch,
    policyFolder: policy.rootDirectory ?? cwd,
    cwd,
    ...(fallbackFolder === undefined ? {} : { fallbackFolder }),
    say,
  });
  // A policy that cannot be used is told now, not with the first file.
  for (const { path, policy: own } of folders) await book.for(own).forFolder(path);
  book.watchAround([...folders.map(({ path }) => path), cwd]);
  return { book, folders, settings: policy.watch };
}

/** Watches by one plan until the signal. */
export async function runSession(plan: Plan, options: SessionOptions): Promise<void> {
  const { folders, settings, book } = plan;
  const { state, log, cwd, signal } = options;
  const holds = new Holds({
    folders,
    state,
    vault: settings.vault,
    cwd,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    log,
    onBug: (error) => log({ kind: 'bug', file: '', ...bugOf(error) }),
  });
  const deliveries = new Deliveries(folders, state, settings.vault, holds);
  const tagFor = tagsOf(book, deliveries);
  const store = openCleanStore(state.room('store'), tagFor);
  if (store.trouble !== undefined) log({ kind: 'trouble', ...store.trouble });
  const journal = new Journal(state.room('journal'));
  await putInOrder(deliveries, journal, log);
  await holds.recover();
  const tidying = setInterval(() => void tidyVault(deliveries, log), TIDY_MS);
  const paying = setInterval(() => void payDebts(deliveries), PAY_MS);
  for (const timer of [tidying, paying]) timer.unref();
  holds.start();
  try {
    await runWatch({
      folders,
      deliveryFor: (path, given) => deliveries.deliveryFor(path, given),
      onDelivered: (path, delivered) => deliveries.onDelivered(path, delivered),
      journal,
      ...(store.store === undefined ? {} : { store: store.store }),
      jobFor: (path) => {
        const folder = deliveries.folderOf(path);
        return besideAlong(path, book.for(folder?.policy), options.threads, folder?.hold !== undefined);
      },
      reasonOf: reasonFor,
      log,
      signal,
      settleMs: Math.max(LEAST_SETTLE_MS, settings.settleMs),
      polling: options.polling,
      ...(settings.backend === undefined ? {} : { backend: settings.backend }),
      onSeen: (path, isComing) => {
        book.onSeen(path.toString());
        if (isComing) options.threads?.warm();
      },
      ...(options.onNumbers === undefined ? {} : { onNumbers: options.onNumbers }),
      ...(options.sweepProgress === undefined ? {} : { sweepProgress: options.sweepProgress }),
    });
  } finally {
    clearInterval(tidying);
    clearInterval(paying);
    await holds.stop();
    await store.store?.close();
    journal.close();
  }
}

/** What a file counts as clean by: its policy, and what its folder does with files. */
function tagsOf(book: PolicyBook, deliveries: Deliveries): (path: Buffer) => Promise<string | undefined> {
  return async (path) => {
    const folder = deliveries.folderOf(path);
    // What is held back leaves its folder.
    if (folder === undefined || folder.hold !== undefined || folder.mode === 'quarantine') return undefined;
    const { effective } = await book.for(folder.policy).forFile(path);
    return `${TOOL} ${effective.sha256} ${folder.mode} ${folder.outbox ?? ''}`;
  };
}

/** What a run that was stopped has left is taken away or finished before anything new is begun. */
async function putInOrder(deliveries: Deliveries, journal: Journal, log: WatchLog): Promise<void> {
  const { removed, finished, left, receipts, tornBytes } = await deliveries.recover(journal);
  if (receipts + tornBytes > 0) log({ kind: 'receipts-mended', written: receipts, tornBytes });
  if (removed.length + finished.length + left.length > 0)
    log({
      kind: 'strays',
      removed: removed.length,
      finished: finished.map(displayPath),
      left: left.map(({ path, reason }) => ({ file: displayPath(path), reason })),
    });
  await tidyVault(deliveries, log);
}

/** Receipts that could not be written, for want of space, are written as soon as they can be. */
async function payDebts(deliveries: Deliveries): Promise<void> {
  try {
    await deliveries.payDebts();
  } catch (error) {
    // That they are owed was told with the first.
    if (!(error instanceof IoError)) throw error;
  }
}

async function tidyVault(deliveries: Deliveries, log: WatchLog): Promise<void> {
  try {
    const expired = await deliveries.tidyVault();
    if (expired > 0) log({ kind: 'vault-expired', originals: expired });
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    log({ kind: 'trouble', message: `the vault could not be looked through: ${error.message}`, hint: error.hint });
  }
}

/** A policy below the folder that cannot be used leaves its files as they are; the daemon goes on with the others. */
function reasonFor(error: unknown): Unreadable {
  if (error instanceof UsageError)
    return { code: 'unusable-policy', byteOffset: 0, message: error.userMessage, hint: 'mend the policy file, then touch this file' };
  return reasonOf(error);
}

async function besideAlong(...given: Parameters<typeof jobFor>): Promise<WatchJob> {
  const [path, policies] = given;
  const beside = await besideOf(path, policies);
  const job = await jobFor(...given);
  return beside === undefined ? job : { ...job, beside };
}

/** `tellsPlace`: whether what is decided about the file depends on where and when it was taken. */
async function jobFor(path: Buffer, policies: Policies, threads: LookThreads | undefined, tellsPlace: boolean): Promise<WatchJob> {
  const {
    options,
    enforce: { watch: enforce },
    folder,
  } = await fileOptions(policies, path);
  const attributesStay = (file: Buffer): Promise<string | undefined> => whyAttributesStay(file, options.policy);
  const { visual } = options.policy;
  if (visual !== undefined) {
    const { pictureReading } = await import('../../service/visual/picture-reading.js');
    const reading = await pictureReading(visual, folder, { judge, lookAndScrub });
    return {
      enforce,
      attributesStay,
      look: async (source) =>
        enforce === 'fix' ? reading.lookAndScrub(source, options) : { outcome: await reading.judge(source, options) },
    };
  }
  if (threads !== undefined) {
    let looked: ThreadLook | undefined;
    return {
      enforce,
      attributesStay,
      look: async (source) => {
        looked = await threads.look(source, options, { scrubs: enforce === 'fix', tellsPlace });
        return looked.look;
      },
      end: () => looked?.end(),
    };
  }
  return {
    enforce,
    attributesStay,
    look: (source) => (enforce === 'fix' ? lookAndScrub(source, options) : { outcome: judge(source, options) }),
  };
}
