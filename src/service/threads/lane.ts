import type { MessagePort } from 'node:worker_threads';
import type { Piscina as Pool } from 'piscina';
import { LimitError } from '../../core/error.js';
import { errorOf } from './carried-error.js';
import type { Looked, LookTask, Opening, Proof, Request, TaskResult } from './messages.js';

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
const YOUNG_MB = 8;

/** Threads of one kind. Started when they are needed, ended when they are not. */
export class Lane {
  #pool: Promise<Pool> | undefined;
  #started: Pool | undefined;
  readonly #talks = new Map<number, Talk>();
  #lastKey = 0;

  constructor(private readonly options: LaneOptions) {}

  get numbers(): ThreadNumbers {
    return { threads: this.#started?.threads.length ?? 0, waiting: this.#started?.queueSize ?? 0 };
  }

  /** Begins to talk with a thread about a file. */
  async talk(task: Omit<LookTask, 'key'>, limitMs: number): Promise<Talk> {
    const pool = await this.#open();
    const key = ++this.#lastKey;
    const talk = new Talk(limitMs, {
      onEnd: () => this.#talks.delete(key),
      // A signal of the pool's would do it too, but a task that has one gets no other beside it.
      onLate: () => void Promise.all(pool.threads.map((thread) => thread.terminate())).catch(() => undefined),
    });
    this.#talks.set(key, talk);
    pool.run({ ...task, key } satisfies LookTask).then(
      (result: TaskResult) => talk.onResult(result),
      (error: unknown) => {
        talk.fail(error);
        // The pool starts no thread for files that wait for the one that was lost.
        if (pool.queueSize > 0) pool.run(undefined).catch(() => undefined);
      },
    );
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
      // A thread that sleeps between two tasks never gets to let go of the ports of the last.
      atomics: 'disabled',
    });
    pool.on('message', ({ key, looked, port }: Opening) => {
      const talk = this.#talks.get(key);
      if (talk === undefined) port.close();
      else talk.onOpening(looked, port);
    });
    // A thread that fails before it takes a file: unheard, this would end the program.
    pool.on('error', (error: unknown) => {
      if (lost(error) instanceof NoThread) for (const talk of [...this.#talks.values()]) talk.fail(error);
    });
    this.#started = pool;
    return pool;
  }
}

type Said = Looked | Proof;

/** One file's talk with its thread. */
export class Talk {
  #port: MessagePort | undefined;
  readonly #said: Said[] = [];
  #failure: Error | undefined;
  /** Where somebody waits: has a look at what there is. */
  #look: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(
    private readonly limitMs: number,
    private readonly on: { readonly onEnd: () => void; readonly onLate: () => void },
  ) {
    this.#startClock();
  }

  /** The task is at its end. */
  onResult(result: TaskResult): void {
    if (result !== undefined) this.#hear(result);
    else if (this.#port === undefined) this.fail(new LostThread(new LimitError('thread', 0, 'the thread that looked at it said nothing')));
  }

  /** There is more to come. */
  onOpening(looked: Looked, port: MessagePort): void {
    if (this.#ended) {
      port.close();
      return;
    }
    this.#port = port;
    port.on('message', (proof: Proof) => this.#hear(proof));
    this.#hear(looked);
  }

  /** The thread is gone, or there was none. */
  fail(error: unknown): void {
    this.#failure ??= lost(error);
    this.#look();
  }

  say(request: Request): void {
    if (request.kind === 'prove') this.#startClock();
    this.#port?.postMessage(request);
  }

  /** What was seen. Throws what the thread threw, and `LostThread` where it is lost or takes too long: it is ended then. */
  looked(): Promise<Looked> {
    return this.#next('looked');
  }

  /** What was proven; throws as `looked` does. */
  proven(): Promise<Extract<Proof, { kind: 'proven' }>> {
    return this.#next('proven');
  }

  end(): void {
    this.#ended = true;
    this.on.onEnd();
    this.#stopClock();
    if (this.#failure === undefined) this.say({ kind: 'end' });
    this.#port?.close();
  }

  async #next<K extends Said['kind']>(kind: K): Promise<Extract<Said, { kind: K }>> {
    const said = await new Promise<Said>((resolve, reject) => {
      this.#look = () => {
        const first = this.#said.shift();
        if (first !== undefined) resolve(first);
        else if (this.#failure !== undefined) reject(this.#failure);
      };
      this.#look();
    });
    this.#stopClock();
    if (said.kind === 'failed') throw errorOf(said.error);
    if (said.kind !== kind) throw new Error(`the thread said ${said.kind} where it was asked for ${kind}`);
    return said as Extract<Said, { kind: K }>;
  }

  #hear(said: Said): void {
    this.#said.push(said);
    this.#look();
  }

  /** Runs while the thread works, not while it waits for what is written. */
  #startClock(): void {
    if (this.#timer !== undefined || this.#ended) return;
    this.#timer = setTimeout(() => {
      const seconds = Math.round(this.limitMs / 1000);
      this.fail(new LostThread(new LimitError('time', 0, `looking at it took longer than ${seconds} seconds, and was ended`)));
      this.on.onLate();
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
