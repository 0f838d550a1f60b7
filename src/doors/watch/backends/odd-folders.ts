import { type FSWatcher, watch } from 'node:fs';
import { joinBytes } from '../../../io/path-bytes.js';
import type { FolderWatchOptions } from './backend.js';

/** Folders whose names are not UTF-8: watching libraries know names as text only, so that these are watched by their bytes. */
export class OddFolders {
  readonly #watchers = new Map<string, FSWatcher>();
  #closed = false;

  constructor(private readonly options: Pick<FolderWatchOptions, 'onFolder' | 'onHint' | 'onError'>) {}

  add(path: Buffer): void {
    const key = path.toString('latin1');
    if (this.#closed || this.#watchers.has(key) || Buffer.from(path.toString()).equals(path)) return;
    try {
      const watcher = watch(path, { encoding: 'buffer' }, (_event, name) => {
        if (name === null) this.options.onFolder(path);
        else this.options.onHint(joinBytes(path, name));
      });
      const forget = (): void => {
        watcher.close();
        this.#watchers.delete(key);
      };
      watcher.on('error', forget);
      this.#watchers.set(key, watcher);
    } catch (error) {
      this.options.onError(error as NodeJS.ErrnoException);
    }
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
