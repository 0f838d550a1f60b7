import type { BigIntStats } from 'node:fs';
import type { FileOps } from './file-ops.js';
import { attempt } from './io-error.js';

const PERMISSIONS = 0o7777;
const SET_ID = 0o6000;

/** What a file can be given beside its owner. */
export type GivenAttributes = Pick<BigIntStats, 'mode' | 'atimeNs' | 'mtimeNs'>;

/** Gives an open file the owner, mode and times of another, as far as the system lets us. Returns what could not be kept. */
export function keepAttributes(
  fd: number,
  original: Pick<BigIntStats, 'uid' | 'gid' | 'mode' | 'atimeNs' | 'mtimeNs'>,
  ops: FileOps,
): string[] {
  const notes: string[] = [];
  const now = attempt('looking at the new file', () => ops.fstat(fd));
  const [uid, gid] = [Number(original.uid), Number(original.gid)];
  let mode = Number(original.mode) & PERMISSIONS;
  if (now.uid !== original.uid && !tries(() => ops.chown(fd, uid, gid))) {
    notes.push('the owner could not be kept');
    mode &= ~SET_ID;
  }
  if (attempt('looking at the new file', () => ops.fstat(fd)).gid !== original.gid && !tries(() => ops.chown(fd, Number(now.uid), gid))) {
    notes.push('the group could not be kept');
    // Another group must not get what was meant for the first: it gets what everybody has.
    mode = (mode & ~(SET_ID | 0o070)) | ((mode & 0o007) << 3);
  }
  // After the owner: a change of owner takes the set-id bits away.
  if ((Number(attempt('looking at the new file', () => ops.fstat(fd)).mode) & PERMISSIONS) !== mode && !tries(() => ops.chmod(fd, mode))) {
    notes.push('the permissions could not be kept');
  }
  keepTimes(fd, original, ops, notes);
  return notes;
}

/** Gives an open file the times of another. */
export function keepTimes(fd: number, original: Pick<BigIntStats, 'atimeNs' | 'mtimeNs'>, ops: FileOps, notes: string[]): void {
  if (attempt('looking at the new file', () => ops.fstat(fd)).mtimeNs === original.mtimeNs) return;
  if (!tries(() => ops.utimes(fd, original.atimeNs, original.mtimeNs))) notes.push('the modification time could not be kept');
}

/** False where the system does not permit it; other failures (a full or failing disk) stop the work. */
function tries(call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (['EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false;
    return attempt('keeping its attributes', () => {
      throw error;
    });
  }
}
