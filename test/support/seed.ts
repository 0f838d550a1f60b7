import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';

/** One seed for a run, so that a red run can be had again: `FC_SEED=508843869 npm test` looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261123) });

// No test writes into the state of the person who runs it.
process.env.EXIFENCE_STATE_DIR ??= mkdtempSync(join(tmpdir(), 'exifence-state-'));
