import { Worker } from 'node:worker_threads';
import type { VisualEngine } from '../engine.js';
import type { LookRequest, Redacted, RedactRequest, Seen } from '../request.js';
import { type Box, VisualError } from '../types.js';
import type { Answer, Call } from './messages.js';

/** A picture that takes longer is given up, and its thread with it. */
const LIMIT_MS = 180_000;
/** Models, pictures and their copies fit well into this; a picture made to need more ends the thread, not the program. */
const HEAP_MB = 700;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The engine in a thread of its own, started when it is first needed. The caller's event loop stays free. */
export class ThreadEngine implements VisualEngine {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** `script`: the file that serves. */
  constructor(
    readonly script: URL,
    readonly limitMs: number = LIMIT_MS,
  ) {}

  look(bytes: Uint8Array, request: LookRequest): Promise<Seen> {
    return this.#call('look', [bytes, request]) as Promise<Seen>;
  }

  redact(bytes: Uint8Array, request: RedactRequest): Promise<Redacted | undefined> {
    return this.#call('redact', [bytes, request]) as Promise<Redacted | undefined>;
  }

  preview(before: Uint8Array, after: Uint8Array, boxes: readonly Box[]): Promise<Uint8Array> {
    return this.#call('preview', [before, after, boxes]) as Promise<Uint8Array>;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #call(name: Call['name'], parameters: readonly unknown[]): Promise<unknown> {
    const worker = this.#started();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#giveUp(
          new VisualError(
            'timeout',
            `the picture took longer than ${this.limitMs / 1000} seconds`,
            'make it smaller, or look at it by hand',
          ),
        );
      }, this.limitMs);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.ref();
      worker.postMessage({ id, name, parameters } satisfies Call);
    });
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.script, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    worker.on('message', (answer: Answer) => this.#onAnswer(answer));
    worker.on('error', (error) =>
      this.#giveUp(
        (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new VisualError('out-of-memory', 'the picture needs more memory than a run may take', 'make it smaller')
          : error instanceof Error
            ? error
            : new Error(String(error)),
      ),
    );
    this.#worker = worker;
    return worker;
  }

  #onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    // An idle thread does not keep the program from ending.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('result' in answer) waiting.resolve(answer.result);
    else if ('error' in answer) waiting.reject(new VisualError(answer.error.code, answer.error.message, answer.error.hint));
    else waiting.reject(new Error(answer.bug));
  }

  /** The thread is ended: what it still had to do fails with it, and the next call starts another. */
  #giveUp(error: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
    worker?.terminate().catch(() => undefined);
  }
}
