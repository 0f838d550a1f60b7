// Run as a process of its own: the daemon on toy images, where each file takes as long as it is told.
import { EXIT } from '../../src/core/door.js';
import { openLog } from '../../src/doors/watch/log.js';
import { runWatch } from '../../src/doors/watch/run.js';
import { untilSignal } from '../../src/doors/watch/signals.js';
import { toyJob } from './toy.js';

const [directory, slowMs, stopMs] = process.argv.slice(2) as [string, string, string];

void untilSignal(process, async (signal) => {
  await runWatch({
    folders: [{ path: directory, recursive: true }],
    jobFor: async () => toyJob('fix'),
    reasonOf: (error) => {
      throw error;
    },
    log: openLog(process),
    signal,
    stopMs: Number(stopMs),
    rewriteOptions: {
      beforeReplace: () => {
        process.stdout.write('at hand\n');
        return new Promise((resolve) => setTimeout(resolve, Number(slowMs)));
      },
    },
  });
  return EXIT.ok;
}).then((code) => {
  process.exitCode = code;
});
