import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mounted file system of its own, or why there is none. */
export function mounted(options: string): { readonly path: string; unmount(): void } | string {
  if (process.geteuid?.() !== 0) return 'not root: no file system can be mounted';
  const path = mkdtempSync(join(tmpdir(), 'exifence-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    rmSync(path, { recursive: true, force: true });
    return 'no file system can be mounted here';
  }
  return {
    path,
    unmount: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
