import { basename, dirname, join } from 'node:path';
import { type ChokidarOptions, FSWatcher } from 'chokidar';
import { isToolFolder } from '../../../io/walk.js';
import { type FolderWatch, type FolderWatchOptions, REPLACEMENT } from './backend.js';
import { EventFlood } from './event-flood.js';
import { FolderTree } from './folder-tree.js';
import { OddFolders } from './odd-folders.js';

/**
 * Watches a folder and what is below. Files are not watched one by one: their folders tell of them, by the raw events, at
 * once and at a cost that does not grow with their number.
 */
export class ChokidarWatch implements FolderWatch {
  readonly ready: Promise<void>;
  readonly #watcher: FSWatcher;
  readonly #odd: OddFolders;
  readonly #flood: EventFlood;

  constructor(private readonly options: FolderWatchOptions) {
    const { folder, recursive, polling, onNewFolder, onError } = options;
    this.#odd = new OddFolders(options);
    this.#flood = new EventFlood(options.onLost);
    const settings: ChokidarOptions = {
      followSymlinks: false,
      ignoreInitial: true,
      ignorePermissionErrors: true,
      atomic: false,
      usePolling: polling,
      ...(recursive ? {} : { depth: 0 }),
      ignored: (path, stats) =>
        path !== folder && (isToolFolder(basename(path)) || (!polling && stats !== undefined && !stats.isDirectory())),
    };
    this.#watcher = polling ? new FSWatcher(settings) : new FolderTree(settings);
    this.#watcher.on('raw', (_event, name, details) => this.#onRaw(name, details));
    for (const event of ['add', 'change'] as const) this.#watcher.on(event, (path) => this.#tell(path));
    this.#watcher.on('addDir', (path) => onNewFolder(Buffer.from(path)));
    this.#watcher.on('error', (error) => onError(error as NodeJS.ErrnoException));
    this.ready = new Promise((resolve) => this.#watcher.once('ready', () => resolve()));
    this.#watcher.add(folder);
  }

  watchOddFolder(path: Buffer): void {
    this.#odd.add(path);
  }

  async close(): Promise<void> {
    this.#odd.close();
    await this.#watcher.close();
  }

  #onRaw(name: unknown, details: unknown): void {
    this.#flood.note();
    const folder = (details as { watchedPath?: unknown } | undefined)?.watchedPath;
    if (typeof folder !== 'string') return;
    if (typeof name !== 'string' || name === '') this.options.onFolder(Buffer.from(folder));
    else this.#tell(join(folder, name));
  }

  #tell(path: string): void {
    if (path === this.options.folder) return;
    // Which file it is, only a listing of its folder by bytes can tell.
    if (path.includes(REPLACEMENT)) this.options.onFolder(Buffer.from(dirname(path)));
    else this.options.onHint(Buffer.from(path));
  }
}
