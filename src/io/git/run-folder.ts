import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newTempName, ownerOf, releaseTempName } from '../temp-name.js';

/**
 * What one run needs beside the index and the objects lies in a folder of its own within the git folder, named after the process:
 * the next run can tell what a killed one has left, and takes it away.
 */
export interface RunFolder {
  /** Absolute. */
  readonly path: string;
  /** A name in it that is not taken. */
  newFile(): string;
  /** Takes it away with all that is in it. */
  remove(): void;
}

const FOLDER = 'exifence';

/** Where all of ours lies within a git folder. */
export function stateFolder(gitDir: string): string {
  return join(gitDir, FOLDER);
}

export function openRunFolder(gitDir: string): RunFolder {
  const name = newTempName('tmp');
  const path = join(stateFolder(gitDir), name.toString('latin1'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  let count = 0;
  return {
    path,
    newFile: () => join(path, String(count++)),
    remove: () => {
      rmSync(path, { recursive: true, force: true });
      releaseTempName(name);
      removeIfEmpty(stateFolder(gitDir));
    },
  };
}

/** The folders of runs that were killed. */
export function strayRunFolders(gitDir: string): string[] {
  const folder = stateFolder(gitDir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { encoding: 'latin1' })
    .filter((name) => ownerOf(Buffer.from(name, 'latin1')) === 'gone')
    .map((name) => join(folder, name));
}

export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Makes what was written, or the names in a folder, survive a power cut. */
export function syncPath(path: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(fd);
  }
}
