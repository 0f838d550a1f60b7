import { parentPort } from 'node:worker_threads';
import { LocalEngine } from '../engine.js';
import { VisualError } from '../types.js';
import type { Answer, Call } from './messages.js';

/** Answers calls from the thread that started this one, one after the other: models take both cores by themselves. */
export function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('this file is a worker: it runs in a thread of its own');
  const engine = new LocalEngine();
  let last = Promise.resolve();
  port.on('message', (call: Call) => {
    last = last.then(async () => port.postMessage(await answerTo(engine, call)));
  });
}

async function answerTo(engine: LocalEngine, { id, name, parameters }: Call): Promise<Answer> {
  try {
    return { id, result: await (engine[name] as (...given: readonly unknown[]) => Promise<unknown>)(...parameters) };
  } catch (error) {
    if (error instanceof VisualError) return { id, error: { code: error.code, message: error.message, hint: error.hint } };
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
