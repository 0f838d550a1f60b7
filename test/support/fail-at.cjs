// Loaded before a program: counts every call that writes to the disk, and fails the one that it is told with an errno. What undoes the
// work goes through the same disk: with FAIL_ON every later call fails, too.
const fs = require('node:fs');

let at = Number(process.env.FAIL_AT ?? 0);
let code = process.env.FAIL_WITH ?? 'EIO';
let goesOn = process.env.FAIL_ON === '1';
const log = process.env.FAIL_LOG === undefined ? undefined : fs.openSync(process.env.FAIL_LOG, 'a');
const { writeSync } = fs;
let count = 0;

// For a program that does its work many times over: counts anew from here on. Returns how many calls there were.
globalThis.failAt = (nextAt, nextCode, nextGoesOn) => {
  const before = count;
  [count, at, code, goesOn] = [0, nextAt, nextCode, nextGoesOn];
  return before;
};

function due(name) {
  count++;
  if (log !== undefined) writeSync(log, `${name}\n`);
  return at > 0 && (count === at || (goesOn && count > at));
}

function failure() {
  return Object.assign(new Error(`${code}: injected`), { code, errno: -5, syscall: 'injected' });
}

for (const name of [
  'openSync',
  'writeSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'mkdirSync',
  'fchmodSync',
  'fchownSync',
  'futimesSync',
  'ftruncateSync',
  'fsyncSync',
]) {
  const real = fs[name];
  fs[name] = function watched(...args) {
    if (name === 'openSync' && (args[1] === undefined || args[1] === 'r' || (typeof args[1] === 'number' && (args[1] & 3) === 0)))
      return real.apply(this, args);
    if (due(name)) throw failure();
    return real.apply(this, args);
  };
}
const { fsync } = fs;
fs.fsync = function watched(fd, callback) {
  if (due('fsync')) process.nextTick(callback, failure());
  else fsync.call(this, fd, callback);
};
