import { displayPath } from '../../core/display.js';
import { IoError } from '../../io/io-error.js';
import type { HeldIndex } from '../../service/hold/held-index.js';
import { arrivedFile, type HeldRecord } from '../../service/hold/record.js';
import type { Release } from '../../service/hold/release.js';
import type { CategoryCounts, WatchLog } from './events.js';

export interface HoldTimerOptions {
  readonly index: HeldIndex;
  readonly release: (id: string) => Promise<Release>;
  readonly log: WatchLog;
  readonly onBug: (error: unknown) => void;
  readonly longestTickMs?: number;
}

/** No timer runs longer: the system's cannot count 25 days, and what others did in the room is to be seen. */
const LONGEST_TICK_MS = 30_000;
const SHORTEST_TICK_MS = 20;
/** How often the clock of delays is put down while something waits. */
const STAMP_MS = 300_000;
/** What the system refused is tried again, ever more seldom. */
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 600_000;

interface Retry {
  readonly atMs: number;
  readonly afterMs: number;
}

/** Releases what is due, one after the other, for as long as the daemon runs. */
export class HoldTimer {
  readonly #retries = new Map<string, Retry>();
  readonly #told = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #stampedMs = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(private readonly options: HoldTimerOptions) {}

  start(): void {
    this.nudge();
  }

  /** Something has arrived; what comes with it is waited for. */
  soon(): void {
    if (this.#stopped || this.#working !== undefined) {
      this.#again = true;
      return;
    }
    this.#planIn(SHORTEST_TICK_MS);
  }

  /** Something may be due. */
  nudge(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    if (this.#working !== undefined) {
      this.#again = true;
      return;
    }
    this.#working = this.#work()
      .catch(this.options.onBug)
      .finally(() => {
        this.#working = undefined;
        const again = this.#again;
        this.#again = false;
        if (again) this.nudge();
        else this.#plan();
      });
  }

  /** Resolves when the picture at hand is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
    if (this.options.index.size > 0) await this.#stamp().catch(() => undefined);
  }

  async #work(): Promise<void> {
    const { index } = this.options;
    try {
      index.refresh();
    } catch (error) {
      if (!(error instanceof IoError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      return;
    }
    for (const record of this.#due()) {
      if (this.#stopped) return;
      try {
        await this.#release(record);
      } catch (error) {
        // Our own bug; the others are released all the same, and this one is not tried again and again.
        this.#retryLater(record.id, false);
        this.options.onBug(error);
      }
    }
    if (index.size > 0 && index.clock.nowMs() - this.#stampedMs >= STAMP_MS) await this.#stamp();
  }

  /** What may be tried now. */
  #due(): HeldRecord[] {
    const { index } = this.options;
    const nowMs = index.clock.nowMs();
    return index.due().filter(({ id }) => (this.#retries.get(id)?.atMs ?? nowMs) <= nowMs);
  }

  async #release({ id }: HeldRecord): Promise<void> {
    const { index, log } = this.options;
    const result = await this.options.release(id);
    if (result.kind === 'stays') {
      this.#retryLater(id, result.mayPass);
      if (this.#told.get(id) !== result.unreadable.code)
        log({ kind: 'held-on', id, file: displayPath(arrivedFile(result.record)), unreadable: result.unreadable });
      this.#told.set(id, result.unreadable.code);
      return;
    }
    index.drop(id);
    this.#retries.delete(id);
    this.#told.delete(id);
    if (result.kind === 'gone') return;
    const { record, output, done, notes } = result;
    log({
      kind: 'released',
      id,
      file: displayPath(arrivedFile(record)),
      output: displayPath(output),
      removed: countsOf(done.receipt?.decisions ?? []),
      notes,
    });
  }

  /** What the file itself is does not pass by waiting: the next start looks again, and so may its owner. */
  #retryLater(id: string, mayPass: boolean): void {
    const before = this.#retries.get(id);
    const afterMs = before === undefined ? FIRST_RETRY_MS : Math.min(before.afterMs * 2, LAST_RETRY_MS);
    this.#retries.set(id, { afterMs, atMs: mayPass ? this.options.index.clock.nowMs() + afterMs : Number.POSITIVE_INFINITY });
  }

  async #stamp(): Promise<void> {
    this.#stampedMs = this.options.index.clock.nowMs();
    try {
      await this.options.index.clock.save();
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
    }
  }

  #plan(): void {
    if (this.#stopped) return;
    // What became due while another was released is not in the time that is left to the next.
    if (this.#due().length > 0) {
      this.#planIn(0);
      return;
    }
    const next = Math.min(this.options.index.nextMs() ?? Number.POSITIVE_INFINITY, this.#nextRetryMs());
    this.#planIn(Math.max(SHORTEST_TICK_MS, Math.min(next, this.options.longestTickMs ?? LONGEST_TICK_MS)));
  }

  #planIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.nudge(), ms);
    this.#timer.unref();
  }

  #nextRetryMs(): number {
    const nowMs = this.options.index.clock.nowMs();
    return Math.min(...[...this.#retries.values()].map(({ atMs }) => atMs - nowMs), Number.POSITIVE_INFINITY);
  }
}

function countsOf(decisions: readonly { readonly category: string }[]): CategoryCounts {
  const counts: Record<string, number> = {};
  for (const { category } of decisions) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}
