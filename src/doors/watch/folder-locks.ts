import { statSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { type Release, tryLock } from '../../io/state/lock.js';
import type { StateFolder } from '../../io/state/state-folder.js';

/**
 * Takes every folder for this daemon alone: two on one folder would do each file twice. By what the folder is, not by its
 * name. Throws `UsageError` where another has one. The locks go with the process in any case.
 */
export function lockFolders(folders: readonly { readonly path: string }[], state: StateFolder): Release {
  const room = state.room('run');
  const taken: Release[] = [];
  const releaseAll = (): void => {
    for (const release of taken) release();
  };
  for (const { path } of folders) {
    const { dev, ino } = statSync(path, { bigint: true });
    const release = tryLock(join(room, `folder-${dev}-${ino}.lock`));
    if (release === undefined) {
      releaseAll();
      throw new UsageError(`another exifence watches ${displayPath(path)} already; stop that one first: exifence status shows it`);
    }
    taken.push(release);
  }
  return releaseAll;
}
