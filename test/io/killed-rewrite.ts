// Run as a process of its own: rewrites one file and kills itself at the call on the file system that it is told.
import { rewriteFile } from '../../src/io/replace-file.js';
import { watchedOps } from './faulty-ops.js';
import { cleanLook } from './look.js';

const [path, at, when] = process.argv.slice(2) as [string, string, string];

function die({ number }: { readonly number: number }): void {
  if (number !== Number(at)) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen until it is here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

const ops = when === 'before' ? watchedOps(die) : watchedOps(() => undefined, die);
rewriteFile(Buffer.from(path), cleanLook(), { ops }).then(
  () => process.exit(0),
  () => process.exit(1),
);
