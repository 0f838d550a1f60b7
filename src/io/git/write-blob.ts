import { createHash } from 'node:crypto';
import { chmodSync, closeSync, constants, copyFileSync, mkdirSync, openSync, renameSync, statSync, utimesSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Repository } from './repository.js';
import { GitError } from './run.js';
import type { RunFolder } from './run-folder.js';

/** The id that git gives a blob, no filter applied. `digits` is 40 for SHA-1, 64 for SHA-256. */
export function blobId(bytes: Uint8Array, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.byteLength}\0`)
    .update(bytes)
    .digest('hex');
}

/**
 * Stores content as a loose object, as it is: no filter, no line-end conversion, not compressed, as images are already. A process of git
 * for each would cost more than the writing. Written beside and renamed. Gives the object's id. Throws `GitError`.
 */
export function writeLooseBlob({ objectsDir }: Repository, folder: RunFolder, bytes: Uint8Array, digits: number): string {
  const oid = blobId(bytes, digits);
  const directory = join(objectsDir, oid.slice(0, 2));
  const file = join(directory, oid.slice(2));
  try {
    if (isFresh(file)) return oid;
    const beside = folder.newFile();
    const fd = openSync(beside, 'wx', 0o444);
    try {
      // gitformat-loose-object: the header and the content, deflated as one stream.
      writeAll(fd, deflateSync(Buffer.concat([Buffer.from(`blob ${bytes.byteLength}\0`), bytes]), { level: 0 }));
    } finally {
      closeSync(fd);
    }
    share(objectsDir, directory, beside);
    moveTo(beside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw new GitError('hash-object', undefined, `a clean image could not be stored (${code}); nothing was changed`);
  }
  return oid;
}

/** True where the object is there; it then counts as new, so that no clean-up takes it before it is used. */
function isFresh(file: string): boolean {
  try {
    const now = new Date();
    utimesSync(file, now, now);
    return true;
  } catch {
    return false;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(fd, bytes, at);
}

/** core.sharedRepository shows in the modes of what is there: the new file and its folder get the same. */
function share(objectsDir: string, directory: string, file: string): void {
  const mode = statSync(objectsDir).mode & 0o7777;
  mkdirSync(directory, { recursive: true });
  if ((mode & 0o060) === 0o060 && process.platform !== 'win32') {
    if ((statSync(directory).mode & 0o7777) !== mode) chmodSync(directory, mode);
    chmodSync(file, 0o440 | (mode & 0o004));
  }
}

function moveTo(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // The objects lie on another disk. git-prune(1) takes names that begin so where a killed run leaves one.
    const beside = join(dirname(dirname(to)), `tmp_obj_exifence_${process.pid}`);
    copyFileSync(from, beside, constants.COPYFILE_EXCL);
    renameSync(beside, to);
  }
}
