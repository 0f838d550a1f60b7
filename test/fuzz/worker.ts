import { parentPort, workerData } from 'node:worker_threads';
import { fuzzInputs } from './inputs.js';
import { caseOf, runCase } from './one-case.js';

/** Runs its share of the cases and says before each which it is, so that who watches can name the one that hangs. */
const { seed, from, to, step } = workerData as { seed: number; from: number; to: number; step: number };
const inputs = await fuzzInputs();
parentPort?.postMessage({ inputs: inputs.length });
for (let index = from; index < to; index += step) {
  parentPort?.postMessage({ starts: index });
  const item = caseOf(seed, index, inputs);
  const started = process.hrtime.bigint();
  const ran = await runCase(item);
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  parentPort?.postMessage({ ends: index, input: item.input.name, preset: item.preset, ms, ...ran });
}
