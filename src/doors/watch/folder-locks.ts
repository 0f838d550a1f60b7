import { statSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { type Release, tryLock } from '../../io/state/lock.js';
import type { StateFolder } from '../../io/state/state-folder.js';

/**
 * Folders that this daemon has for itself: two on one would do each file twice. By what the folder is, not by its name. The
 * locks go with the process in any case.
 */
export class FolderLocks {
  readonly #taken = new Map<string, Release>();

  constructor(private readonly state: StateFolder) {}

  /** From now on these folders, and no others. Throws `UsageError` where another has one: then all is as before. */
  hold(folders: readonly { readonly path: string }[]): void {
    const room = this.state.room('run');
    const fresh: string[] = [];
    const wanted = new Set<string>();
    for (const { path } of folders) {
      const { dev, ino } = statSync(path, { bigint: true });
      const lock = join(room, `folder-${dev}-${ino}.lock`);
      wanted.add(lock);
      if (this.#taken.has(lock)) continue;
      const release = tryLock(lock);
      if (release === undefined) {
        for (const name of fresh) this.#release(name);
        throw new UsageError(`another exifence watches ${displayPath(path)} already; stop that one first: exifence status shows it`);
      }
      this.#taken.set(lock, release);
      fresh.push(lock);
    }
    for (const name of [...this.#taken.keys()]) if (!wanted.has(name)) this.#release(name);
  }

  releaseAll(): void {
    for (const name of [...this.#taken.keys()]) this.#release(name);
  }

  #release(name: string): void {
    this.#taken.get(name)?.();
    this.#taken.delete(name);
  }
}
