import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach } from 'vitest';
import { OLD } from './look.js';

const made: string[] = [];

/** A new empty folder, gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'exifence-test-'));
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

export const isRoot = process.geteuid?.() === 0;

/** True where the system has the tool. */
export function hasTool(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function put(directory: string, name: string, bytes: Uint8Array = OLD): Buffer {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return Buffer.from(path);
}

export function namesIn(directory: string): string[] {
  return readdirSync(directory).sort();
}

export function read(path: Buffer | string): Buffer {
  return readFileSync(path);
}

/** Makes one file of a TypeScript program, to run it as a process of its own. `entry` is relative to the tests; what is `external` must not be called. */
export function bundle(entry: string, into: string, external: readonly string[] = []): string {
  const outfile = join(into, 'program.cjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL(`../${entry}`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    external: [...external],
  });
  return outfile;
}
