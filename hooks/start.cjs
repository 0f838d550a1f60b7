// Starts the hook's bundle with what V8 compiled of it the last time: half of a short run would go into compiling. What is kept is
// named by the content of the bundle and by what compiled it, so that another is never taken for it. Where it cannot be kept, the
// bundle runs all the same.
'use strict';
const { createHash, randomBytes } = require('node:crypto');
const { readFileSync, renameSync, unlinkSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { join } = require('node:path');
const { Script, constants } = require('node:vm');

const bundle = join(__dirname, 'hook-main.cjs');
const source = readFileSync(bundle);
const maker = `${process.version}-${process.arch}-${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
const kept = join(__dirname, `hook-main.${maker}.cache`);

const cachedData = readIfThere(kept);
const script = new Script(wrap(source.toString()), {
  filename: bundle,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(cachedData === undefined ? {} : { cachedData }),
});
if (cachedData === undefined || script.cachedDataRejected) process.once('exit', keep);
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(bundle), module_, bundle, __dirname);

/** After the run: by then V8 has compiled what a run needs. Written beside and renamed, as several hooks may run at once. */
function keep() {
  const beside = `${kept}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, script.createCachedData(), { flag: 'wx', mode: 0o644 });
    renameSync(beside, kept);
  } catch {
    try {
      unlinkSync(beside);
    } catch {
      // There is none.
    }
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
