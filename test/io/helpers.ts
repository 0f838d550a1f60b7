import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Look } from '../../src/core/rewrite.js';
import type { Source } from '../../src/core/source.js';

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

export const OLD = Buffer.from(`secret ${'x'.repeat(200_000)}`);
export const NEW = Buffer.from(`clean ${'x'.repeat(150_000)}`);

/** A look that replaces everything that holds `secret`. */
export function cleaner(next: Uint8Array = NEW): (source: Source) => Look<string, number> {
  return (source) => {
    const head = Buffer.from(source.read(0, Math.min(6, source.byteLength)));
    if (head.toString() !== 'secret') return { outcome: 'clean' };
    return {
      outcome: 'dirty',
      replacement: {
        pieces: [next.subarray(0, 70_000), next.subarray(70_000)],
        verify: async (output) => {
          const written = Buffer.from(output.read(0, output.byteLength));
          if (!written.equals(next)) throw new Error('not what was meant');
          return written.length;
        },
      },
    };
  };
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
