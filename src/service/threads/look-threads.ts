import { availableParallelism } from 'node:os';
import { applyEdits } from '../../bytes/apply-edits.js';
import type { LimitError } from '../../core/error.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { judge, unreadableOf } from '../../engine/judge.js';
import type { ScrubOptions } from '../../engine/options.js';
import { lookAndScrub } from '../../engine/scrub.js';
import { FileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { editsOf } from './carried-edits.js';
import { judgementOf } from './carried-judgement.js';
import { Lane, LostThread, NoThread, type ThreadNumbers } from './lane.js';
import type { CarriedSource, Looked, LookTask } from './messages.js';

export interface LookThreadsOptions {
  /** The file that serves. */
  readonly script: URL;
  /** One for each core but the first, and no more than this. */
  readonly mostThreads?: number;
  /** While one waits for what is written of it, the next is read. */
  readonly filesPerThread?: number;
  /** A thread with nothing to do ends after this. */
  readonly idleMs?: number;
  /** What the thread may take for a file of no length, and for each MiB more. */
  readonly limitMs?: number;
  readonly limitMsPerMiB?: number;
  /** Of its heap; a file made to need more ends the thread, not the program. */
  readonly heapMb?: number;
  /** More files than this are not taken in: the caller waits. */
  readonly queue?: number;
  /** Told once where no thread can be started: files are then looked at in the thread that calls. */
  readonly onTrouble?: (message: string) => void;
}

const DEFAULTS = { mostThreads: 4, filesPerThread: 4, idleMs: 60_000, limitMs: 60_000, limitMsPerMiB: 250, heapMb: 512, queue: 1_024 };

/** How a file is to be looked at. */
export interface LookAsk {
  readonly scrubs: boolean;
  /** Whether the judgement shall say where and when a picture was taken. */
  readonly tellsPlace: boolean;
}

/** A look in another thread, which keeps what it parsed until `end`. */
export interface ThreadLook {
  readonly look: Look<Judgement, Receipt>;
  /** Lets the thread go. To be called in any case, once the file is done. */
  end(): void;
}

/** Looks at files in threads of their own: the event loop stays free, and a file that hangs or bursts one costs no more than that. */
export class LookThreads {
  readonly #given: typeof DEFAULTS;
  readonly #onTrouble: (message: string) => void;
  readonly #shared: Lane;
  readonly #alone: Lane;
  #cannotStart = false;
  #lastAlone: Promise<void> = Promise.resolve();

  constructor({ script, onTrouble, ...given }: LookThreadsOptions) {
    this.#given = { ...DEFAULTS, ...given };
    this.#onTrouble = onTrouble ?? (() => {});
    const { mostThreads, filesPerThread, ...lane } = this.#given;
    // One core is the main thread's, which writes.
    const threads = Math.max(1, Math.min(mostThreads, availableParallelism() - 1));
    this.#shared = new Lane({ ...lane, script, threads, filesPerThread });
    this.#alone = new Lane({ ...lane, script, threads: 1, filesPerThread: 1 });
  }

  get numbers(): ThreadNumbers {
    const lanes = [this.#shared.numbers, this.#alone.numbers];
    return { threads: lanes.reduce((sum, { threads }) => sum + threads, 0), waiting: lanes.reduce((sum, { waiting }) => sum + waiting, 0) };
  }

  /**
   * Judges a file and plans its edits, as `lookAndScrub` does. What the thread throws comes out here; a thread that is lost or takes too
   * long makes the file one that could not be checked. The source must stay open until `end`.
   */
  async look(source: Source, options: ScrubOptions, ask: LookAsk): Promise<ThreadLook> {
    if (this.#cannotStart) return here(source, options, ask);
    try {
      return await this.#lookIn(this.#shared, source, options, ask);
    } catch (error) {
      if (error instanceof NoThread) return this.#lookHere(error, source, options, ask);
      if (!(error instanceof LostThread)) throw error;
    }
    // Whose fault it was shows where a file has a thread to itself, and nobody waits behind it.
    const last = this.#lastAlone;
    let release = (): void => {};
    this.#lastAlone = new Promise((resolve) => {
      release = resolve;
    });
    await last;
    try {
      const { look, end } = await this.#lookIn(this.#alone, source, options, ask);
      return {
        look,
        end: () => {
          end();
          release();
        },
      };
    } catch (error) {
      release();
      if (error instanceof NoThread) return this.#lookHere(error, source, options, ask);
      if (error instanceof LostThread) return { look: { outcome: unchecked(options, error.reason) }, end: () => {} };
      throw error;
    }
  }

  async #lookIn(lane: Lane, source: Source, options: ScrubOptions, ask: LookAsk): Promise<ThreadLook> {
    const talk = await lane.talk(taskOf(source, options, ask), this.#limitMs(source));
    let looked: Looked;
    try {
      looked = await talk.looked();
    } catch (error) {
      talk.end();
      throw error;
    }
    const outcome = allowedOr(judgementOf(looked.judgement), looked.contentSha256, options);
    if (looked.edits === undefined || outcome.verdict.kind === 'allowed') {
      talk.end();
      return { look: { outcome }, end: () => {} };
    }
    const edits = editsOf(looked.edits);
    const verify = async (output: Source): Promise<Receipt> => {
      talk.say({ kind: 'prove', output: carrySource(output) });
      try {
        return (await talk.proven()).receipt;
      } catch (error) {
        if (!(error instanceof LostThread)) throw error;
        throw new IoError('thread-lost', `while it was proven, ${error.reason.message}`, 'nothing to do: it is tried again');
      }
    };
    return {
      look: { outcome, replacement: { pieces: { [Symbol.iterator]: () => applyEdits(source, edits) }, verify } },
      end: () => talk.end(),
    };
  }

  #lookHere(error: NoThread, source: Source, options: ScrubOptions, ask: LookAsk): ThreadLook {
    if (!this.#cannotStart) this.#onTrouble(error.message);
    this.#cannotStart = true;
    return here(source, options, ask);
  }

  /** Starts a thread where there is none: a file is on its way. */
  warm(): void {
    if (!this.#cannotStart) this.#shared.warm();
  }

  async close(): Promise<void> {
    await Promise.all([this.#shared.close(), this.#alone.close()]);
  }

  #limitMs({ byteLength }: Source): number {
    return this.#given.limitMs + Math.ceil(byteLength / 2 ** 20) * this.#given.limitMsPerMiB;
  }
}

function here(source: Source, options: ScrubOptions, { scrubs }: LookAsk): ThreadLook {
  return { look: scrubs ? lookAndScrub(source, options) : { outcome: judge(source, options) }, end: () => {} };
}

function taskOf(source: Source, { artifact, name, policy, tool, allowed }: ScrubOptions, ask: LookAsk): Omit<LookTask, 'key'> {
  return {
    source: carrySource(source),
    artifact,
    ...(name === undefined ? {} : { name }),
    policy,
    tool,
    asksForHash: allowed !== undefined,
    ...ask,
  };
}

function carrySource(source: Source): CarriedSource {
  return source instanceof FileSource ? { fd: source.fd } : { bytes: source.read(0, source.byteLength) };
}

/** As the engine does it: exceptions are asked only where something is wrong. */
function allowedOr(judgement: Judgement, contentSha256: string | undefined, { allowed }: ScrubOptions): Judgement {
  const entry = contentSha256 === undefined ? undefined : allowed?.(contentSha256);
  return entry === undefined ? judgement : { ...judgement, verdict: { kind: 'allowed', reason: entry.reason, owner: entry.owner } };
}

function unchecked({ artifact }: ScrubOptions, error: LimitError): Judgement {
  return { artifact, verdict: { kind: 'unreadable', unreadable: unreadableOf(error) }, decisions: [], findings: [] };
}
