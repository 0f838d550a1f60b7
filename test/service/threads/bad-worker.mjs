// Stands for a thread that comes upon a file which it cannot bear. What to do is the file's name.
import { existsSync } from 'node:fs';

const real = new URL('../../../dist/look-worker.mjs', import.meta.url);

export default async function onTask(task) {
  if (task === undefined) return;
  switch (task.artifact) {
    case 'hangs':
      for (;;) existsSync('.');
    case 'bursts': {
      const kept = [];
      for (;;) kept.push(new Array(100_000).fill(kept.length));
    }
    case 'exits':
      return process.exit(7);
    case 'throws':
      throw new TypeError('CANARY in a message');
    case 'says nothing':
      return;
    default:
      return (await import(real)).default(task);
  }
}
