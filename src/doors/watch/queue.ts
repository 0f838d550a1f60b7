interface Entry {
  readonly path: Buffer;
  /** Counts up: what came first has the smaller one. */
  readonly ticket: number;
}

export interface PathQueueOptions {
  readonly workers: number;
  /** More than this many paths are not kept: the caller comes back to them. */
  readonly capacity: number;
  /** The work must not throw; what it throws all the same is our bug, and comes here. */
  readonly onBroken: (error: unknown, path: Buffer) => void;
}

/** Work on paths, in the order they came, each path once while it waits and never twice at a time. */
export class PathQueue {
  readonly #waiting = new Map<string, Entry>();
  readonly #running = new Map<string, Entry>();
  /** Paths that came again while they were worked on. */
  readonly #again = new Map<string, Buffer>();
  #waiters: { readonly met: () => boolean; readonly resolve: () => void }[] = [];
  #lastTicket = 0;
  #stopped = false;

  constructor(
    private readonly work: (path: Buffer) => Promise<void>,
    private readonly options: PathQueueOptions,
  ) {}

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** False where the queue is full. */
  add(path: Buffer): boolean {
    const key = path.toString('latin1');
    if (this.#stopped || this.#waiting.has(key)) return true;
    if (this.#running.has(key)) {
      this.#again.set(key, path);
      return true;
    }
    if (this.#waiting.size >= this.options.capacity) return false;
    this.#waiting.set(key, { path, ticket: ++this.#lastTicket });
    this.#start();
    return true;
  }

  /** Resolves as soon as fewer than half of the places are taken. */
  room(): Promise<void> {
    return this.#until(() => this.#stopped || this.#waiting.size < this.options.capacity / 2);
  }

  /** Resolves when all that came before this call is done, whatever came after. */
  drained(): Promise<void> {
    const last = this.#lastTicket;
    return this.#until(() => {
      const first = this.#waiting.values().next().value?.ticket ?? Number.POSITIVE_INFINITY;
      return first > last && [...this.#running.values()].every(({ ticket }) => ticket > last);
    });
  }

  /** Forgets what waits; resolves when what runs is done. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    this.#again.clear();
    this.#tell();
    return this.drained();
  }

  #until(met: () => boolean): Promise<void> {
    return met() ? Promise.resolve() : new Promise((resolve) => this.#waiters.push({ met, resolve }));
  }

  #tell(): void {
    const met = this.#waiters.filter((waiter) => waiter.met());
    if (met.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }

  #start(): void {
    while (this.#running.size < this.options.workers) {
      const next = this.#waiting.entries().next();
      if (next.done === true) return;
      const [key, entry] = next.value;
      this.#waiting.delete(key);
      this.#running.set(key, entry);
      void this.#run(key, entry.path);
    }
  }

  async #run(key: string, path: Buffer): Promise<void> {
    try {
      await this.work(path);
    } catch (error) {
      this.options.onBroken(error, path);
    }
    this.#running.delete(key);
    const again = this.#again.get(key);
    this.#again.delete(key);
    // Also where the queue is full: it was let in once.
    if (again !== undefined) this.#waiting.set(key, { path: again, ticket: ++this.#lastTicket });
    this.#start();
    this.#tell();
  }
}
