import { lstatSync, realpathSync } from 'node:fs';
import { displayPath } from '../../core/display.js';
import { nameOf } from '../../io/path-bytes.js';
import { isToolFolder } from '../../io/walk.js';
import type { WatchBackend } from '../../policy/types.js';
import type { FolderWatch } from './backends/backend.js';
import { openBackend } from './backends/open-backend.js';
import { isBelow } from './below.js';
import type { WatchLog } from './events.js';
import { isUnfinishedName } from './intake.js';
import type { Settler } from './settler.js';
import type { Sweeper } from './sweeper.js';

export interface WatchedFolder {
  /** Absolute, free of symbolic links. */
  readonly path: string;
  readonly recursive: boolean;
  /** Ask again and again instead of being told. */
  readonly polling?: boolean;
}

export interface RootOptions {
  readonly folder: WatchedFolder;
  readonly polling: boolean;
  readonly backend: WatchBackend;
  readonly settler: Settler;
  readonly sweeper: Sweeper;
  readonly log: WatchLog;
  readonly onBug: (error: unknown) => void;
  /** How often to check that the folder is still the same one. */
  readonly guardMs: number;
  /** How often to look through all of it, and how often where not every change is told. */
  readonly resweepMs: number;
  readonly troubledResweepMs: number;
}

/** After changes were lost: when the flood is likely to be over. */
const LOST_SWEEP_MS = 500;

/** A new folder is swept again while it is taken under watch. */
const NEW_FOLDER_SWEEPS_MS = [100, 1_000, 4_000] as const;

/** One watched folder for as long as the daemon runs, also where it goes away and comes back. */
export class Root {
  readonly #path: Buffer;
  readonly #timers = new Map<string, NodeJS.Timeout[]>();
  #watch: FolderWatch | undefined;
  #identity = '';
  #gone = false;
  #troubled = false;
  /** Told once. */
  #lost = false;
  #guard: NodeJS.Timeout | undefined;
  #resweep: NodeJS.Timeout | undefined;
  #sweeping = false;
  #stopped = false;

  constructor(private readonly options: RootOptions) {
    this.#path = Buffer.from(options.folder.path);
  }

  /** Resolves when every change from now on is seen. */
  async start(): Promise<void> {
    this.#identity = this.#identityNow() ?? '';
    await this.#open();
    this.#guard = setInterval(() => void this.#check().catch(this.options.onBug), this.options.guardMs);
    this.#planResweep();
  }

  /** Looks through the whole folder. Returns how many files there are; tells how many it has come by. */
  sweep(seen?: (files: number) => void): Promise<number> {
    return this.options.sweeper.sweep(this.#path, this.options.folder.recursive, seen);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#guard);
    clearTimeout(this.#resweep);
    for (const timers of this.#timers.values()) for (const timer of timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#watch?.close();
  }

  /** A folder on the way of a sweep. */
  onFolderSeen(path: Buffer): void {
    this.#watch?.watchOddFolder(path);
  }

  holds(path: Buffer): boolean {
    return isBelow(path, this.#path);
  }

  async #open(): Promise<void> {
    const { folder, polling, backend, settler, log } = this.options;
    const { watch, kind, trouble } = await openBackend(backend, {
      folder: folder.path,
      recursive: folder.recursive,
      polling,
      onHint: (path) => {
        const name = nameOf(path);
        if (!isToolFolder(name) && !isUnfinishedName(name)) settler.hint(path);
      },
      onFolder: (path) => this.sweepSoon(path, false, [this.#path.equals(path) ? 50 : 10]),
      onNewFolder: (path) => this.sweepSoon(path, false, NEW_FOLDER_SWEEPS_MS),
      onLost: () => {
        if (!this.#lost)
          log({
            kind: 'trouble',
            message: `more happened at once in ${displayPath(this.#path)} than the system keeps: all of it is looked through again`,
            hint: 'nothing to do; raise fs.inotify.max_queued_events if this comes again and again',
          });
        this.#lost = true;
        this.sweepSoon(this.#path, folder.recursive, [LOST_SWEEP_MS]);
      },
      onError: (error) => {
        if (!this.#troubled) log({ kind: 'trouble', ...explain(error) });
        this.#troubled = true;
        this.#planResweep();
      },
    });
    this.#watch = watch;
    if (trouble !== undefined) log({ kind: 'trouble', ...trouble });
    log({ kind: 'backend', folder: displayPath(this.#path), backend: kind });
  }

  /** Sweeps a folder below this root after each of the delays. */
  sweepSoon(path: Buffer, recursive: boolean, delaysMs: readonly number[]): void {
    if (this.#stopped || (!this.options.folder.recursive && !path.equals(this.#path)) || isToolFolder(nameOf(path))) return;
    const key = `${recursive} ${path.toString('latin1')}`;
    if (this.#timers.has(key)) {
      // The last of them comes after this call in any case, unless it is about to run.
      if (delaysMs.length === 1) return;
      for (const timer of this.#timers.get(key) ?? []) clearTimeout(timer);
    }
    const last = delaysMs.length - 1;
    this.#timers.set(
      key,
      delaysMs.map((delayMs, index) =>
        setTimeout(() => {
          if (index === last) this.#timers.delete(key);
          void this.options.sweeper.sweep(path, recursive).catch(this.options.onBug);
        }, delayMs),
      ),
    );
  }

  /** A name that turned out to be a folder: moved in, or just made. */
  onFolderFound(path: Buffer): void {
    this.sweepSoon(path, true, [0, 2_000]);
  }

  #planResweep(): void {
    clearTimeout(this.#resweep);
    if (this.#stopped) return;
    const everyMs = this.#troubled || this.options.polling ? this.options.troubledResweepMs : this.options.resweepMs;
    this.#resweep = setTimeout(() => void this.#sweepAgain().catch(this.options.onBug), everyMs);
  }

  async #sweepAgain(): Promise<void> {
    if (!this.#sweeping && !this.#gone) {
      this.#sweeping = true;
      await this.sweep();
      this.#sweeping = false;
    }
    this.#planResweep();
  }

  /** The folder may be deleted and made again, or its disk taken out and put back: the old watch then sees nothing. */
  async #check(): Promise<void> {
    const now = this.#identityNow();
    if (now === this.#identity || this.#stopped) return;
    const shown = displayPath(this.#path);
    if (now === undefined) {
      if (!this.#gone) this.options.log({ kind: 'folder-gone', folder: shown });
      this.#gone = true;
      this.#identity = '';
      return;
    }
    if (this.#identity === now) return;
    this.#identity = now;
    this.#gone = false;
    await this.#watch?.close();
    await this.#open();
    this.options.log({ kind: 'folder-back', folder: shown });
    await this.sweep();
  }

  /** `undefined` also where the path leads elsewhere now: links are not followed, so that nothing in there would be done. */
  #identityNow(): string | undefined {
    try {
      const stat = lstatSync(this.#path, { bigint: true });
      if (!stat.isDirectory() || realpathSync.native(this.options.folder.path) !== this.options.folder.path) return undefined;
      // A folder that is made at once in the place of a removed one often gets its inode, too.
      return `${stat.dev}:${stat.ino}:${tellsBirth() ? stat.birthtimeNs : ''}`;
    } catch {
      return undefined;
    }
  }
}

let birthIsTold: boolean | undefined;

/** Where the system does not know when a file was made, Node gives the time of its last change, which is no sign of anything. */
function tellsBirth(): boolean {
  birthIsTold ??= [process.execPath, '/'].some((path) => {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat !== undefined && stat.birthtimeNs !== stat.ctimeNs;
  });
  return birthIsTold;
}

function explain(error: NodeJS.ErrnoException): { message: string; hint: string } {
  const code = typeof error.code === 'string' ? error.code : error.name;
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return {
      message: `the system gives no more watches (${code}); the folders are looked through regularly instead`,
      hint: code === 'ENOSPC' ? 'raise fs.inotify.max_user_watches' : 'raise fs.inotify.max_user_instances, or the limit of open files',
    };
  }
  return {
    message: `watching failed in part (${code}); the folders are looked through regularly instead`,
    hint: 'check the permissions of the folders',
  };
}
