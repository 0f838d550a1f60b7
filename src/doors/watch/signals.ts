/** The part of a process that ends it. */
export interface StoppableProcess {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
  exit(code?: number): never;
}

type StopSignal = 'SIGINT' | 'SIGTERM';

const NUMBERS: Readonly<Record<StopSignal, number>> = { SIGINT: 2, SIGTERM: 15 };

/** After the end of the work: how long something that hangs may keep the process. */
const LINGER_MS = 1_000;

/**
 * Runs work until the first signal ends it in order. A second signal ends the process at once, with the code that shells give
 * such an end: what is written is whole at every moment, so that nothing is lost.
 */
export async function untilSignal(process: StoppableProcess, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const listeners = Object.entries(NUMBERS).map(([name, number]): [StopSignal, () => void] => [
    name as StopSignal,
    () => {
      if (stop.signal.aborted) process.exit(128 + number);
      stop.abort();
    },
  ]);
  for (const [name, listener] of listeners) process.on(name, listener);
  try {
    const code = await work(stop.signal);
    setTimeout(() => process.exit(code), LINGER_MS).unref();
    return code;
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener);
  }
}
