import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina as Pool } from 'piscina';
import { LimitError } from '../../core/error.js';
import { errorOf } from './carried-error.js';
import type { Answer, LookTask, Request } from './messages.js';

interface LaneOptions {
  /** The file that serves. */
  readonly script: URL;
  readonly threads: number;
  readonly filesPerThread: number;
  readonly idleMs: number;
  readonly heapMb: number;
  readonly queue: number;
}

/** How many threads there are, and how many files wait for one. */
export interface ThreadNumbers {
  readonly threads: number;
  readonly waiting: number;
}

/** No thread can be started on this machine, or not now. */
export class NoThread extends Error {}

/** The thread is gone, by this file or by another that it had at the same time. */
export class LostThread extends Error {
  constructor(readonly reason: LimitError) {
    super(reason.message);
  }
}

/** V8 lets a young generation grow to several times this before it pays. */
const YOUNG_MB = 16;

/** Threads of one kind. Started when they are needed, ended when they are not. */
export class Lane {
  #pool: Promise<Pool> | undefined;
  #started: Pool | undefined;
  readonly #talks = new Set<Talk>();

  constructor(private readonly options: LaneOptions) {}

  get numbers(): ThreadNumbers {
    return { threads: this.#started?.threads.length ?? 0, waiting: this.#started?.queueSize ?? 0 };
  }

  /** Begins to talk with a thread about a file. */
  async talk(task: Omit<LookTask, 'port'>, limitMs: number): Promise<Talk> {
    const talk: Talk = new Talk(await this.#open(), task, limitMs, () => this.#talks.delete(talk));
    this.#talks.add(talk);
    return talk;
  }

  warm(): void {
    if (this.numbers.threads > 0) return;
    // What a thread cannot do shows with the first file.
    void this.#open()
      .then((pool) => pool.run(undefined))
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = undefined;
    this.#started = undefined;
    await pool?.destroy();
  }

  #open(): Promise<Pool> {
    this.#pool ??= this.#start();
    return this.#pool;
  }

  async #start(): Promise<Pool> {
    const { Piscina } = await import('piscina');
    const { script, threads, filesPerThread, idleMs, heapMb, queue } = this.options;
    const pool = new Piscina({
      filename: script.href,
      minThreads: 0,
      maxThreads: threads,
      concurrentTasksPerWorker: filesPerThread,
      idleTimeout: idleMs,
      maxQueue: queue,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
      recordTiming: false,
    });
    // A thread that fails before it takes a file: unheard, this would end the program.
    pool.on('error', (error: unknown) => {
      if (lost(error) instanceof NoThread) for (const talk of [...this.#talks]) talk.fail(error);
    });
    this.#started = pool;
    return pool;
  }
}

/** One file's talk with its thread. */
export class Talk {
  readonly #port: MessagePort;
  #threadId: number | undefined;
  readonly #answers: Answer[] = [];
  #failure: Error | undefined;
  /** Where somebody waits: has a look at what there is. */
  #look: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(
    private readonly pool: Pool,
    task: Omit<LookTask, 'port'>,
    private readonly limitMs: number,
    private readonly onEnd: () => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (answer: Answer) => {
      if (answer.kind === 'begun') {
        this.#threadId = answer.threadId;
        return this.#startClock();
      }
      this.#answers.push(answer);
      this.#look();
    });
    pool.run({ ...task, port: port2 }, { transferList: [port2] }).then(
      // What it said last may be on its way still; it has no cause to take long.
      () => this.#startClock(),
      (error: unknown) => {
        this.fail(error);
        // The pool starts no thread for files that wait for the one that was lost.
        if (pool.queueSize > 0) pool.run(undefined).catch(() => undefined);
      },
    );
  }

  /** The thread is gone, or there was none. */
  fail(error: unknown): void {
    this.#failure ??= lost(error);
    this.#look();
  }

  say(request: Request): void {
    this.#startClock();
    this.#port.postMessage(request);
  }

  /** Throws what the thread threw, and `LostThread` where it is lost or takes too long: it is ended then. */
  async next<K extends Answer['kind']>(kind: K): Promise<Extract<Answer, { kind: K }>> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#look = () => {
        const said = this.#answers.shift();
        if (said !== undefined) resolve(said);
        else if (this.#failure !== undefined) reject(this.#failure);
      };
      this.#look();
    });
    this.#stopClock();
    if (answer.kind === 'failed') throw errorOf(answer.error);
    if (answer.kind !== kind) throw new Error(`the thread said ${answer.kind} where it was asked for ${kind}`);
    return answer as Extract<Answer, { kind: K }>;
  }

  end(): void {
    this.#ended = true;
    this.onEnd();
    this.#stopClock();
    if (this.#failure === undefined) this.#port.postMessage({ kind: 'end' } satisfies Request);
    this.#port.close();
  }

  /** Runs while the thread works, not while it waits for what is written. */
  #startClock(): void {
    if (this.#timer !== undefined || this.#ended) return;
    this.#timer = setTimeout(() => {
      const seconds = Math.round(this.limitMs / 1000);
      this.fail(new LostThread(new LimitError('time', 0, `looking at it took longer than ${seconds} seconds, and was ended`)));
      // Not by a signal of the pool's: a task that has one gets no other beside it.
      const worker = this.pool.threads.find(({ threadId }) => threadId === this.#threadId);
      worker?.terminate().catch(() => undefined);
    }, this.limitMs);
  }

  #stopClock(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** A thread that is gone took the file's talk along. Its own words may quote the file. */
function lost(error: unknown): Error {
  if (error instanceof LostThread) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ERR_WORKER_INIT_FAILED' || code === 'ERR_MODULE_NOT_FOUND' || code === 'EAGAIN')
    return new NoThread(`no thread can be started (${code}): files are looked at one by one`);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new LostThread(new LimitError('memory', 0, 'looking at it needs more memory than a file may take'));
  const what = code ?? (error instanceof Error ? error.name : typeof error);
  return new LostThread(new LimitError('thread', 0, `the thread that looked at it was lost (${what})`));
}
