// Loaded before the hook: counts every call that writes to the disk or starts a process, and kills this process at the one it is told.
const fs = require('node:fs');
const children = require('node:child_process');

const at = Number(process.env.KILL_AT ?? 0);
const { openSync, writeSync } = fs;
const log = process.env.KILL_LOG === undefined ? undefined : openSync(process.env.KILL_LOG, 'a');
let count = 0;

function watch(module, name) {
  const real = module[name];
  module[name] = function watched(...args) {
    // Files that are only read are no change.
    if (name === 'openSync' && (args[1] === undefined || args[1] === 'r' || args[1] === 0)) return real.apply(this, args);
    count++;
    if (log !== undefined) writeSync(log, `${name}\n`);
    if (count === at) {
      process.kill(process.pid, 'SIGKILL');
      // The signal is on its way; nothing may happen until it is here.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
    }
    return real.apply(this, args);
  };
}

for (const name of [
  'openSync',
  'writeSync',
  'writeFileSync',
  'copyFileSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'chmodSync',
  'fchmodSync',
  'fchownSync',
  'futimesSync',
  'utimesSync',
  'ftruncateSync',
  'fsyncSync',
  'fsync',
])
  watch(fs, name);
for (const name of ['spawn', 'spawnSync']) watch(children, name);
