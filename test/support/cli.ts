import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command; `test/support/build.ts` builds it before the first test. */
const CLI = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: Uint8Array | string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the command to its end, as a process of its own, away from a terminal. */
export async function exifence(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: 'pipe',
  });
  const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk: Buffer) => collected.stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => collected.stderr.push(chunk));
  // A child that needs no input may be gone before it is written.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout: Buffer.concat(collected.stdout).toString(), stderr: Buffer.concat(collected.stderr).toString() };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'exifence-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
