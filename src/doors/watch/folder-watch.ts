import { type FSWatcher as NodeWatcher, watch as watchOneFolder } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ChokidarOptions, FSWatcher } from 'chokidar';
import { joinBytes } from '../../io/path-bytes.js';
import { isToolFolder } from '../../io/walk.js';
import { FolderTree } from './folder-tree.js';

export interface FolderWatchOptions {
  /** Absolute, free of symbolic links. */
  readonly folder: string;
  readonly recursive: boolean;
  /** Ask again and again instead of being told: for network disks. */
  readonly polling: boolean;
  /** Something happened to this name: a file or a folder, there or gone. */
  readonly onHint: (path: Buffer) => void;
  /** Something happened in this folder, it is not known to what. */
  readonly onFolder: (path: Buffer) => void;
  /** A folder came in and is being taken under watch: what was put in meanwhile may go unseen. */
  readonly onNewFolder: (path: Buffer) => void;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** The sign that a name was not UTF-8, and got lost on its way to a string. */
const REPLACEMENT = '\ufffd';

/**
 * Watches a folder and what is below. Files are not watched one by one: their folders tell of them, by the raw events, at
 * once and at a cost that does not grow with their number.
 */
export class FolderWatch {
  readonly ready: Promise<void>;
  readonly #watcher: FSWatcher;
  readonly #odd = new Map<string, NodeWatcher>();
  #closed = false;

  constructor(private readonly options: FolderWatchOptions) {
    const { folder, recursive, polling, onNewFolder, onError } = options;
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

  /** The watching library knows names as text only: a folder whose name is not UTF-8 is watched by its bytes. */
  watchOddFolder(path: Buffer): void {
    const key = path.toString('latin1');
    if (this.#closed || this.#odd.has(key) || Buffer.from(path.toString()).equals(path)) return;
    try {
      const watcher = watchOneFolder(path, { encoding: 'buffer' }, (_event, name) => {
        if (name === null) this.options.onFolder(path);
        else this.options.onHint(joinBytes(path, name));
      });
      const forget = (): void => {
        watcher.close();
        this.#odd.delete(key);
      };
      watcher.on('error', forget);
      this.#odd.set(key, watcher);
    } catch (error) {
      this.options.onError(error as NodeJS.ErrnoException);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watcher of this.#odd.values()) watcher.close();
    this.#odd.clear();
    await this.#watcher.close();
  }

  #onRaw(name: unknown, details: unknown): void {
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
