import { type BigIntStats, lstatSync, realpathSync } from 'node:fs';
import { displayPath } from '../../core/display.js';
import type { Enforcement } from '../../core/door.js';
import { isReaderError } from '../../core/error.js';
import type { Judgement, Unreadable } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { type FileIdentity, identityKey, identityOf } from '../../io/identity.js';
import { IoError, unreadableOfIo } from '../../io/io-error.js';
import { directoryOf, nameOf } from '../../io/path-bytes.js';
import { isPlaceholder } from '../../io/placeholder.js';
import type { RewriteOptions } from '../../io/replace-file.js';
import { Writers } from '../../io/writers.js';
import type { Delivered, Delivery, DeliveryOptions } from '../../service/delivery/delivery.js';
import type { Journal } from '../../service/journal/journal.js';
import type { CleanStore } from './clean-store.js';
import { bugOf, type CategoryCounts, type WatchLog } from './events.js';
import type { KnownFiles } from './known.js';

/** What the policy says about one file. */
export interface WatchJob {
  readonly enforce: Enforcement;
  /** Why extended attributes must not go along with a copy; `undefined` where they may. */
  readonly attributesStay?: (path: Buffer) => Promise<string | undefined>;
  /** Judges the file; where the policy is to be carried out, says how. */
  look(source: Source): Look<Judgement, Receipt> | Promise<Look<Judgement, Receipt>>;
  /** What is told where this turns out to be no picture: it belongs to one, and is not looked into. */
  readonly beside?: Unreadable;
  /** Lets go of what the look keeps for its proof. Called once, when the file is done. */
  end?(): void;
}

export interface FileWorkerOptions {
  /** How the folder that a path lies in brings its files to their end; `undefined` where nothing is to be done with this one. */
  readonly deliveryFor: (path: Buffer, options: DeliveryOptions) => Delivery | undefined;
  /** Puts on record what was written. Throws `IoError` where that fails. */
  readonly onDelivered?: (path: Buffer, delivered: Delivered) => Promise<void>;
  readonly journal?: Journal;
  readonly jobFor: (path: Buffer) => Promise<WatchJob>;
  /** Why a file could not be taken to its end. Throws where that was not foreseen. */
  readonly reasonOf: (error: unknown) => Unreadable;
  readonly known: KnownFiles;
  /** What earlier runs have found clean. */
  readonly store?: CleanStore;
  readonly log: WatchLog;
  /** Have the path looked at again after this time, or sooner if it changes. */
  readonly comeBack: (path: Buffer, afterMs: number) => void;
  /** A file that does not read is taken to be still on its way until it has not changed for this long. */
  readonly giveUpMs: number;
  /** How soon to try again what the system refused; twice as long each time. */
  readonly firstRetryMs: number;
  readonly rewriteOptions?: RewriteOptions;
  readonly writers?: Writers;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
}

/** A complete file that a program still holds open for writing: how often to look, and how long to believe it. */
const BUSY_LOOK_MS = 500;
const BUSY_BELIEVED_MS = 30_000;

/** What the system refuses is tried again, ever more seldom, down to this. */
const LAST_RETRY_MS = 600_000;
/** Somebody is waiting for a full disk to have space again. */
const LAST_FULL_RETRY_MS = 15_000;

/** To read it would fetch it. It is looked at when its content comes. */
const NOT_HERE: Unreadable = {
  code: 'not-on-this-machine',
  byteOffset: 0,
  message: 'only its name and size are here: its content is in a cloud drive, and was not fetched',
  hint: 'have the drive keep it on this machine; it is looked at then',
};

/** What is known of one state of a file that could not be finished. */
interface Patience {
  readonly state: string;
  readonly sinceMs: number;
  retryMs: number;
  told?: string;
}

/** Takes settled files to their end, and knows which to come back to. */
export class FileWorker {
  readonly #patience = new Map<string, Patience>();
  readonly #writers: Writers;
  readonly #nowMs: () => number;
  readonly totals = { cleaned: 0, unreadable: 0 };

  constructor(private readonly options: FileWorkerOptions) {
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#writers = options.writers ?? new Writers(this.#nowMs);
  }

  /** Never throws. */
  async handle(path: Buffer): Promise<void> {
    const stat = statOf(path);
    if (stat === undefined) {
      this.#patience.delete(path.toString('latin1'));
      return;
    }
    const state = identityOf(stat);
    // It may have come again while it was worked on.
    if (this.options.known.has(path, state)) return;
    if (isPlaceholder(path, nameOf(path), stat)) {
      this.#onUnreadable(path, state, NOT_HERE);
      return;
    }
    try {
      await this.#carryOut(path, state);
    } catch (error) {
      this.#onError(path, state, error);
    }
  }

  /** Nothing of the file is read for this. */
  async #wasClean(path: Buffer, state: FileIdentity): Promise<boolean> {
    if (this.options.store === undefined || !(await this.options.store.has(path, state))) return false;
    this.#finish(path, state);
    return true;
  }

  async #carryOut(path: Buffer, state: FileIdentity): Promise<void> {
    const started = this.#nowMs();
    requireNoLinkOnTheWay(path);
    if (await this.#wasClean(path, state)) return;
    const job = await this.options.jobFor(path);
    const delivery = this.options.deliveryFor(path, {
      ...(job.attributesStay === undefined ? {} : { attributesStay: job.attributesStay }),
      ...(this.options.journal === undefined ? {} : { journal: this.options.journal }),
      rewriteOptions: {
        ...this.options.rewriteOptions,
        beforeReplace: async (stat) => {
          requireNoLinkOnTheWay(path);
          await this.options.rewriteOptions?.beforeReplace?.(stat);
        },
      },
    });
    if (delivery === undefined) return;
    this.options.journal?.note('settled', path);
    let delivered: Delivered;
    try {
      delivered = await delivery.deliver(path, (source, stat) => this.#look(job, path, source, stat, delivery.takesAll === true));
    } finally {
      job.end?.();
    }
    await this.#onDelivered(path, job, delivered, started);
  }

  async #onDelivered(path: Buffer, job: WatchJob, delivered: Delivered, started: number): Promise<void> {
    const { outcome, identity, notes, done, undone, known } = delivered;
    const file = displayPath(path);
    const { verdict } = outcome;
    if (verdict.kind === 'unreadable' && done === undefined && known === undefined) {
      this.#onUnreadable(path, identity, verdict.unreadable);
      return;
    }
    if (verdict.kind === 'not-an-image' && job.beside !== undefined && done === undefined) {
      this.#report(path, identity, job.beside);
      return;
    }
    this.#finish(path, identity);
    if (done !== undefined || verdict.kind === 'clean' || verdict.kind === 'not-an-image') await this.options.store?.add(path, identity);
    if (done === undefined) this.options.journal?.note('left', path);
    else await this.#record(path, delivered);
    // What was taken out of sight is told by who keeps it.
    if (known === true || done?.event === 'held') return;
    if (undone === true) this.options.log({ kind: 'undone', file });
    else if (done !== undefined) {
      this.totals.cleaned++;
      this.options.log({
        kind: 'cleaned',
        file,
        ...(done.output === undefined ? {} : { output: displayPath(done.output) }),
        removed: countsOf(outcome),
        durationMs: Math.round(this.#nowMs() - started),
        notes,
        ...(done.receipt === undefined ? {} : { receipt: done.receipt }),
      });
    } else if (verdict.kind === 'violates') this.options.log({ kind: 'violates', file, found: countsOf(outcome), enforce: job.enforce });
    else if (verdict.kind !== 'unreadable') this.options.log({ kind: 'fine', file, verdict: verdict.kind });
  }

  /** The file is done; that nothing can be put on record is told, and does not undo it. */
  async #record(path: Buffer, delivered: Delivered): Promise<void> {
    try {
      await this.options.onDelivered?.(path, delivered);
      this.options.journal?.note('recorded', path);
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      this.options.log({ kind: 'trouble', message: `a receipt could not be written: ${error.message}`, hint: error.hint });
    }
  }

  async #look(job: WatchJob, path: Buffer, source: Source, stat: BigIntStats, takesAll: boolean): Promise<Look<Judgement, Receipt>> {
    const look = await job.look(source);
    const { verdict } = look.outcome;
    if (takesAll && verdict.kind === 'unreadable') {
      const waitMs = this.#stillWaitMs(path, identityOf(stat), verdict.unreadable);
      if (waitMs !== undefined) throw new StillOpen(waitMs);
    }
    if (look.replacement === undefined && !(takesAll && verdict.kind !== 'not-an-image')) return look;
    const patience = this.#patienceFor(path, identityOf(stat));
    if (this.#nowMs() - patience.sinceMs < BUSY_BELIEVED_MS && this.#writers.isBeingWritten(path, stat)) throw new StillOpen(BUSY_LOOK_MS);
    return look;
  }

  #finish(path: Buffer, identity: FileIdentity): void {
    this.#patience.delete(path.toString('latin1'));
    this.options.known.add(path, identity);
  }

  #patienceFor(path: Buffer, identity: FileIdentity): Patience {
    const key = path.toString('latin1');
    const state = identityKey(identity);
    const before = this.#patience.get(key);
    if (before?.state === state) return before;
    const patience = { state, sinceMs: this.#nowMs(), retryMs: this.options.firstRetryMs };
    this.#patience.set(key, patience);
    return patience;
  }

  #onUnreadable(path: Buffer, identity: FileIdentity, unreadable: Unreadable): void {
    const waitMs = this.#stillWaitMs(path, identity, unreadable);
    if (waitMs !== undefined) this.options.comeBack(path, waitMs);
    else this.#report(path, identity, unreadable);
  }

  /** How long a file that does not read may still be on its way. */
  #stillWaitMs(path: Buffer, identity: FileIdentity, { code }: Unreadable): number | undefined {
    // A file of a type that this version does not read is no better when it is complete.
    if (code.startsWith('unsupported-')) return undefined;
    const waitedMs = this.#nowMs() - this.#patienceFor(path, identity).sinceMs;
    const atRestMs = Math.max(waitedMs, Date.now() - Number(identity.ctimeNs / 1_000_000n));
    return atRestMs < this.options.giveUpMs ? Math.max(this.options.giveUpMs - atRestMs, 50) : undefined;
  }

  #report(path: Buffer, identity: FileIdentity, unreadable: Unreadable): void {
    this.#finish(path, identity);
    this.totals.unreadable++;
    this.options.log({ kind: 'unreadable', file: displayPath(path), unreadable });
  }

  #onError(path: Buffer, state: FileIdentity, error: unknown): void {
    if (error instanceof StillOpen) this.options.comeBack(path, error.waitMs);
    else if (error instanceof IoError) this.#onIoError(path, state, error);
    else this.#onOtherError(path, state, error);
  }

  #onOtherError(path: Buffer, state: FileIdentity, error: unknown): void {
    let reason: Unreadable;
    try {
      reason = this.options.reasonOf(error);
    } catch {
      this.#onBug(path, state, error);
      return;
    }
    if (isReaderError(error)) this.#onUnreadable(path, state, reason);
    else this.#report(path, state, reason);
  }

  #onIoError(path: Buffer, state: FileIdentity, error: IoError): void {
    if (error.code === 'changed-meanwhile') this.options.comeBack(path, 0);
    else if (error.code === 'not-found' || error.code.startsWith('is-a-')) this.#patience.delete(path.toString('latin1'));
    else {
      const patience = this.#patienceFor(path, state);
      const retryMs = patience.retryMs;
      patience.retryMs = Math.min(retryMs * 2, error.code === 'disk-full' ? LAST_FULL_RETRY_MS : LAST_RETRY_MS);
      if (patience.told !== error.code)
        this.options.log({ kind: 'failed', file: displayPath(path), unreadable: unreadableOfIo(error), retryMs });
      patience.told = error.code;
      this.options.comeBack(path, retryMs);
    }
  }

  #onBug(path: Buffer, state: FileIdentity, error: unknown): void {
    this.#finish(path, state);
    this.totals.unreadable++;
    this.options.log({ kind: 'bug', file: displayPath(path), ...bugOf(error) });
  }
}

class StillOpen extends Error {
  constructor(readonly waitMs: number) {
    super();
  }
}

function statOf(path: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** The watched folder is a real path: if the file's folder is none any more, a link was put in its way. */
function requireNoLinkOnTheWay(path: Buffer): void {
  const directory = directoryOf(path);
  let real: Buffer;
  try {
    real = realpathSync.native(directory, { encoding: 'buffer' }) as unknown as Buffer;
  } catch {
    throw new IoError('not-found', 'its folder is gone', 'nothing to do');
  }
  if (!real.equals(directory)) throw new IoError('is-a-symlink', 'a folder on its path is a symbolic link now', 'links are not followed');
}

function countsOf({ findings }: Judgement): CategoryCounts {
  const counts: Record<string, number> = {};
  for (const { category } of findings) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}
