import { syncDirectory } from './beside.js';
import { type FileOps, realFileOps } from './file-ops.js';
import { attempt, IoError } from './io-error.js';
import { directoryOf } from './path-bytes.js';

/** One file and its new path, in the same folder. */
export interface Renaming {
  readonly from: Buffer;
  readonly to: Buffer;
}

/** What a file system answers that has no links (FAT, some network disks). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/**
 * Renames files that belong together, all or none, over no file that is there. Killed half-way, each file still has its old
 * name, its new one, or both; none is lost. Throws `IoError`: `exists` where a name is taken.
 */
export async function renameSet(renamings: readonly Renaming[], ops: FileOps = realFileOps): Promise<void> {
  const undo: (() => void)[] = [];
  try {
    const linked: Renaming[] = [];
    for (const renaming of renamings) {
      const { from, to } = renaming;
      if (give(from, to, ops) === 'linked') {
        linked.push(renaming);
        undo.push(() => ops.unlink(to));
      } else {
        undo.push(() => ops.rename(to, from));
      }
    }
    // From here on each has its new name: the old ones go last, so that at every moment a file has at least one.
    for (const { from, to } of linked) {
      attempt('taking the old name away', () => ops.unlink(from));
      undo.push(() => ops.link(to, from));
    }
  } catch (error) {
    // Latest first: an old name is back before the new one goes.
    for (const step of undo.reverse()) {
      try {
        step();
      } catch {
        break;
      }
    }
    throw error;
  }
  const [first] = renamings;
  if (first !== undefined) await syncDirectory(directoryOf(first.to), ops).catch(() => undefined);
}

/** A rename would replace silently; a link refuses. */
function give(from: Buffer, to: Buffer, ops: FileOps): 'linked' | 'renamed' {
  try {
    ops.link(from, to);
    return 'linked';
  } catch (error) {
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? ''))
      attempt('naming it', () => {
        throw error;
      });
  }
  let taken = true;
  try {
    ops.lstat(to);
  } catch (error) {
    taken = (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  if (taken) throw new IoError('exists', 'a file of this name exists already', 'move it away, or choose another place');
  attempt('naming it', () => ops.rename(from, to));
  return 'renamed';
}
