import { existsSync } from 'node:fs';
import { LookThreads, type LookThreadsOptions } from './look-threads.js';

/** Where the built program keeps the threads' file: beside itself, or above its chunks. */
const PLACES = ['./look-worker.mjs', '../look-worker.mjs'];

/** The threads of a built program; `undefined` where it runs from its sources. */
export function openLookThreads(options: Omit<LookThreadsOptions, 'script'>): LookThreads | undefined {
  const script = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  return script === undefined ? undefined : new LookThreads({ script, ...options });
}
