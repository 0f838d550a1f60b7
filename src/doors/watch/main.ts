import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import type { Unreadable } from '../../core/judgement.js';
import { UsageError } from '../../core/usage-error.js';
import { judge } from '../../engine/judge.js';
import { lookAndScrub } from '../../engine/scrub.js';
import { IoError } from '../../io/io-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { whyAttributesStay } from '../../service/beyond/attributes-along.js';
import { reasonOf } from '../../service/file-job.js';
import { fileOptions } from '../../service/file-options.js';
import { Journal } from '../../service/journal/journal.js';
import { Policies, today } from '../../service/policies.js';
import { Deliveries } from './deliveries.js';
import { bugOf, type WatchLog } from './events.js';
import type { WatchJob } from './file-worker.js';
import { lockFolders } from './folder-locks.js';
import { foldersToWatch } from './folders.js';
import { Holds } from './holds.js';
import { type LogStreams, openLog } from './log.js';
import { runWatch } from './run.js';
import { type StoppableProcess, untilSignal } from './signals.js';

export interface WatchMainOptions {
  /** `--policy`: a file or a preset. */
  readonly policy?: string;
  /** Watched, and made if missing, where no folder is named. */
  readonly fallbackFolder?: string;
}

/** The process as the daemon sees it. */
export interface WatchProcess extends LogStreams, StoppableProcess {
  cwd(): string;
}

/** Settles slower than any program pauses between two writes would make everything slow; faster than this sees files half-done. */
const LEAST_SETTLE_MS = 20;

/** How often the vault is looked through for what has expired. */
const TIDY_MS = 60 * 60 * 1000;
/** How often receipts that are owed are tried again. */
const PAY_MS = 10_000;

/** `exifence watch`: until a signal. Throws `UsageError`, and what a policy that cannot be used throws. */
export async function watchMain(names: readonly string[], options: WatchMainOptions, process: WatchProcess): Promise<number> {
  const cwd = process.cwd();
  const book = policyBook(cwd, options.policy);
  const policy = await book().forFolder(names[0] ?? options.fallbackFolder ?? '.');
  const folders = foldersToWatch({
    names,
    settings: policy.watch,
    policyFolder: policy.rootDirectory ?? cwd,
    cwd,
    ...(options.fallbackFolder === undefined ? {} : { fallbackFolder: options.fallbackFolder }),
    say: (line) => process.stdout.write(`${line}\n`),
  });
  // A policy that cannot be used is told now, not with the first file.
  for (const { path, policy: own } of folders) await book(own).forFolder(path);
  const state = stateFolder(process.env);
  const release = lockFolders(folders, state);
  const log = openLog(process);
  const holds = new Holds({
    folders,
    state,
    vault: policy.watch.vault,
    cwd,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    log,
    onBug: (error) => log({ kind: 'bug', file: '', ...bugOf(error) }),
  });
  const deliveries = new Deliveries(folders, state, policy.watch.vault, holds);
  const journal = new Journal(state.room('journal'));
  await putInOrder(deliveries, journal, log);
  await holds.recover();
  const ended = await untilSignal(process, async (signal) => {
    const tidying = setInterval(() => void tidyVault(deliveries, log), TIDY_MS);
    const paying = setInterval(() => void payDebts(deliveries), PAY_MS);
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(tidying);
        clearInterval(paying);
      },
      { once: true },
    );
    holds.start();
    await runWatch({
      folders,
      deliveryFor: (path, given) => deliveries.deliveryFor(path, given),
      onDelivered: (path, delivered) => deliveries.onDelivered(path, delivered),
      journal,
      jobFor: (path) => jobFor(path, book(deliveries.folderOf(path)?.policy)),
      reasonOf: reasonFor,
      log,
      signal,
      settleMs: Math.max(LEAST_SETTLE_MS, policy.watch.settleMs),
      polling: process.env.EXIFENCE_POLLING === '1',
      ...progress(process),
    });
    await holds.stop();
    return EXIT.ok;
  });
  journal.close();
  release();
  return ended;
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

/** The policies as of today: allow-list entries expire while the daemon runs. A folder's own policy stands above the others. */
function policyBook(cwd: string, override: string | undefined): (own?: string) => Policies {
  const books = new Map<string | undefined, Policies>();
  return (own) => {
    const named = own ?? override;
    const date = today();
    let policies = books.get(named);
    if (policies?.options.today !== date) {
      policies = new Policies({ cwd, today: date, ...(named === undefined ? {} : { override: named }) });
      books.set(named, policies);
    }
    return policies;
  };
}

async function jobFor(path: Buffer, policies: Policies): Promise<WatchJob> {
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
  return {
    enforce,
    attributesStay,
    look: (source) => (enforce === 'fix' ? lookAndScrub(source, options) : { outcome: judge(source, options) }),
  };
}

/** On a terminal: how far the first sweep has come. */
function progress(process: WatchProcess): { onSweepProgress?: (files: number) => void } {
  if (process.stderr.isTTY !== true) return {};
  return {
    onSweepProgress: (files) => {
      if (files % 500 === 0) process.stderr.write(`\rlooked at ${files} files\r`);
    },
  };
}
