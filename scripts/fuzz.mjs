// Mutates built, real and nasty files and takes each through the engine: nothing may escape, hang or tear a file.
// Run: npm run fuzz -- [--runs 100000] [--seed N] [--only INDEX] [--workers 2]. The same seed gives the same cases.

import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

/** What one file may take, and what the slowest moment of a busy machine adds before it is called a hang. */
const SLOW_MS = 2000;
const HANG_MS = 20_000;

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, workers: { type: 'string' } },
});
const natural = (text, fallback) => {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    console.error(`not a whole number: ${text}`);
    process.exit(2);
  }
  return value;
};
const runs = natural(values.runs, 100_000);
const seed = natural(values.seed, Date.now() & 0x7fffffff);
const only = values.only === undefined ? undefined : natural(values.only);
const workers = only === undefined ? Math.max(1, natural(values.workers, Math.min(4, availableParallelism()))) : 1;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(root, 'node_modules', '.fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'test', 'fuzz', 'worker.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['test/fuzz/worker.ts'],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Where the sources say that ../shared lies beside the checkout, the bundle has to say the same.
  define: { __VERSION__: '"fuzz"', 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test', 'support', 'shared.ts')).href) },
});

console.log(
  `seed ${seed}, ${only === undefined ? `${runs} runs, ${workers} workers` : `case ${only} only`}; temporary files in ${tmpdir()}`,
);
const table = new Map();
const bad = [];
let done = 0;
let slow = 0;
let inputs = 0;

function record({ format, outcome }) {
  const row = table.get(format) ?? {};
  row[outcome] = (row[outcome] ?? 0) + 1;
  table.set(format, row);
  done++;
  if (done % 10_000 === 0) console.log(`${done} of ${runs}`);
}

/** Runs a share; where a case hangs, its worker is stopped and another takes the rest. */
async function share(from, to, step) {
  for (let next = from; next < to; ) {
    next = await new Promise((resolve, reject) => {
      const worker = new Worker(bundle, { workerData: { seed, from: next, to, step } });
      let current = next;
      let since = Date.now();
      let loaded = false;
      const watch = setInterval(() => {
        if (!loaded || Date.now() - since < HANG_MS) return;
        bad.push({ index: current, outcome: 'hang' });
        record({ format: 'none', outcome: 'hang' });
        void worker.terminate().then(() => resolve(current + step));
      }, 250);
      worker.on('message', (message) => {
        since = Date.now();
        if (message.inputs !== undefined) {
          loaded = true;
          inputs = message.inputs;
        } else if (message.starts !== undefined) current = message.starts;
        else {
          record(message);
          if (message.ms > SLOW_MS) {
            slow++;
            console.log(`slow: case ${message.ends} (${message.input}, ${message.preset}) took ${message.ms.toFixed(0)} ms`);
          }
          if (['uncaught', 'torn', 'not-proven'].includes(message.outcome)) bad.push({ index: message.ends, ...message });
          if (only !== undefined) console.log(message);
        }
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        clearInterval(watch);
        resolve(to);
      });
    });
  }
}

if (only !== undefined) await share(only, only + 1, 1);
else await Promise.all(Array.from({ length: workers }, (_, index) => share(index, runs, workers)));

console.table(Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1))));
for (const { index, outcome, input = '?', preset = '?', error = '' } of bad.slice(0, 40))
  console.log(`${outcome}: --seed ${seed} --only ${index} (${input}, ${preset}) ${error.split('\n', 4).join('\n')}`);
const count = (outcome) => bad.filter((each) => each.outcome === outcome).length;
console.log(
  `seed ${seed}: ${done} mutated inputs of ${inputs} files; ${count('uncaught')} uncaught errors, ${count('hang')} hangs, ${count('torn')} torn files, ` +
    `${slow} over 2 s, ${count('not-proven')} not proven (original kept)`,
);
process.exitCode = count('uncaught') + count('hang') + count('torn') === 0 && done > 0 ? 0 : 1;
