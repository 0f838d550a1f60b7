import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { WatchEvent } from '../../src/doors/watch/events.js';
import { type RunWatchOptions, runWatch, type WatchTotals } from '../../src/doors/watch/run.js';
import { isClean, toyJob } from './toy.js';

export interface Daemon {
  readonly events: WatchEvent[];
  of<K extends WatchEvent['kind']>(kind: K): Extract<WatchEvent, { kind: K }>[];
  stop(): Promise<WatchTotals>;
}

const running: Daemon[] = [];

afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop();
});

/** Starts the daemon on toy images, in this process, and waits until it is ready. */
export async function start(directory: string, options: Partial<RunWatchOptions> = {}): Promise<Daemon> {
  const events: WatchEvent[] = [];
  const stop = new AbortController();
  const of = <K extends WatchEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<WatchEvent, { kind: K }> => event.kind === kind);
  const done = runWatch({
    folders: [{ path: directory, recursive: true }],
    jobFor: async () => toyJob('fix'),
    reasonOf: (error) => {
      throw error;
    },
    log: (event) => events.push(event),
    signal: stop.signal,
    backend: process.env.EXIFENCE_TEST_BACKEND === 'native' ? 'native' : 'chokidar',
    ...options,
  });
  const daemon: Daemon = {
    events,
    of,
    stop: () => {
      stop.abort();
      return done;
    },
  };
  running.push(daemon);
  await until(() => of('ready').length > 0);
  return daemon;
}

/** Waits until something is so. No test passes because this gave up. */
export async function until(met: () => boolean, whatMs = 20_000): Promise<void> {
  const end = Date.now() + whatMs;
  while (!met()) {
    if (Date.now() > end) throw new Error(`it did not come about: ${met}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** False also where a file goes away while it is looked at: the next look will tell. */
export function allClean(directory: string): boolean {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(directory, name))
      .filter((path) => lstatSync(path).isFile())
      .every((path) => isClean(readFileSync(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
