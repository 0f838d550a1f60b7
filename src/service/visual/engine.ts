import { existsSync } from 'node:fs';
import type { VisualEngine } from '../../visual/engine.js';
import { VisualError } from '../../visual/types.js';

/** Where the built program keeps the thread's file: beside itself, or above its chunks. */
const PLACES = ['./visual-worker.mjs', '../visual-worker.mjs'];

let shared: Promise<VisualEngine> | undefined;

/** The engine of this program, made when it is first needed: models are loaded once. In a thread where there is a build to run it from. */
export function visualEngine(): Promise<VisualEngine> {
  shared ??= makeEngine();
  return shared;
}

async function makeEngine(): Promise<VisualEngine> {
  const script = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (script !== undefined) return new (await import('../../visual/worker/thread-engine.js')).ThreadEngine(script);
  try {
    return new (await import('../../visual/engine.js')).LocalEngine();
  } catch {
    return new NoEngine();
  }
}

/** Stands where this program came as one file, without what looks at pictures: each picture is one that could not be checked. */
class NoEngine implements VisualEngine {
  look(): Promise<never> {
    return refused();
  }

  redact(): Promise<never> {
    return refused();
  }

  preview(): Promise<never> {
    return refused();
  }

  async close(): Promise<void> {}
}

async function refused(): Promise<never> {
  throw new VisualError(
    'no-runtime',
    'the part that looks at pictures is not installed beside this program',
    'install exifence with npm and use its command',
  );
}
