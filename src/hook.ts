import { hookMain } from './doors/git/main.js';

hookMain(process.argv.slice(2), process.env, process).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`exifence: internal error: ${error instanceof Error ? error.name : 'unknown'}\n`);
    process.exitCode = 70;
  },
);
