import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { writeNewFile } from '../../io/write-new.js';

/** What the system's clocks say at one moment. */
export interface ClockReading {
  /** Since 1970; may jump in both directions. */
  readonly wallMs: number;
  /** Never goes back while the system (or, without `bootId`, this process) runs; counts the time asleep where the system tells. */
  readonly steadyMs: number;
  /** Which start of the system `steadyMs` counts from. Absent where that is not known: it then counts from this process's start. */
  readonly bootId?: string;
}

export type SystemClock = () => ClockReading;

interface Stamp extends ClockReading {
  readonly heldMs: number;
}

const NAME = 'clock.json';

/**
 * The clock that delays are counted by. It advances as real time does: while the system runs by its steady clock, which no
 * one can set, and over a restart of the system by the wall clock since the last stamp. A wall clock that was set forward
 * releases nothing early, one that was set back prolongs nothing; over a restart of the system one set back counts as no
 * time at all.
 */
export class HoldClock {
  readonly #started: ClockReading;
  readonly #startedMs: number;

  /** `folder`: the room of what is held. */
  constructor(
    private readonly folder: string,
    private readonly system: SystemClock = systemClock,
  ) {
    this.#started = system();
    const stamp = readStamp(join(folder, NAME));
    this.#startedMs = stamp === undefined ? this.#started.wallMs : stamp.heldMs + elapsedMs(stamp, this.#started);
  }

  /** Milliseconds; only differences mean something. */
  nowMs(): number {
    return this.#startedMs + Math.max(0, this.system().steadyMs - this.#started.steadyMs);
  }

  wallMs(): number {
    return this.system().wallMs;
  }

  /** What the wall clock said when this clock was opened. */
  get startedWallMs(): number {
    return this.#started.wallMs;
  }

  /** Puts the present down for the next run. Throws `IoError`. */
  async save(): Promise<void> {
    const stamp: Stamp = { ...this.system(), heldMs: this.nowMs() };
    await writeNewFile(Buffer.from(join(this.folder, NAME)), [Buffer.from(`${JSON.stringify(stamp)}\n`)], async () => undefined, {
      overwrite: true,
      mode: 0o600,
    });
  }
}

/** Between two runs. */
function elapsedMs(stamp: ClockReading, now: ClockReading): number {
  const sameBoot = stamp.bootId !== undefined && stamp.bootId === now.bootId;
  return Math.max(0, sameBoot ? now.steadyMs - stamp.steadyMs : now.wallMs - stamp.wallMs);
}

function readStamp(path: string): Stamp | undefined {
  try {
    const { heldMs, wallMs, steadyMs, bootId } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Stamp>;
    if (![heldMs, wallMs, steadyMs].every((value) => Number.isFinite(value))) return undefined;
    return { heldMs, wallMs, steadyMs, ...(typeof bootId === 'string' ? { bootId } : {}) } as Stamp;
  } catch {
    return undefined;
  }
}

let boot: { readonly id: string | undefined } | undefined;

/** Linux names its starts and counts the time asleep; elsewhere the process's own clock has to do. */
export const systemClock: SystemClock = () => {
  boot ??= { id: bootIdNow() };
  return boot.id === undefined
    ? { wallMs: Date.now(), steadyMs: performance.now() }
    : { wallMs: Date.now(), steadyMs: uptime() * 1000, bootId: boot.id };
};

function bootIdNow(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || undefined;
  } catch {
    return undefined;
  }
}
