import { type BigIntStats, lstatSync } from 'node:fs';
import { type FileIdentity, identityOf, sameIdentity } from '../../io/identity.js';

export interface SettlerOptions {
  /** A file counts as settled after this long without a change of size, time or inode. */
  readonly settleMs: number;
  /** True where this state of the file needs no look. */
  readonly isKnown: (path: Buffer, identity: FileIdentity) => boolean;
  readonly onSettled: (path: Buffer, identity: FileIdentity) => void;
  /** A file that was not waited for comes into sight. */
  readonly onSeen?: (path: Buffer) => void;
  /** A name that leads to a folder. */
  readonly onFolder: (path: Buffer) => void;
  readonly lstat?: (path: Buffer) => BigIntStats;
}

interface Waiting {
  readonly path: Buffer;
  identity: FileIdentity;
  timer: NodeJS.Timeout;
}

/** Waits for files to come to rest. Any number of hints on one path is one file. */
export class Settler {
  readonly #waiting = new Map<string, Waiting>();
  readonly #lstat: (path: Buffer) => BigIntStats;
  #stopped = false;

  constructor(private readonly options: SettlerOptions) {
    this.#lstat = options.lstat ?? ((path) => lstatSync(path, { bigint: true }));
  }

  /** How many files are not at rest yet. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Something may have happened to this path. `delayMs`: how long to wait before it counts as settled. */
  hint(path: Buffer, delayMs = this.options.settleMs): void {
    if (this.#stopped) return;
    const key = path.toString('latin1');
    const waiting = this.#waiting.get(key);
    const stat = this.#look(path);
    if (stat === undefined || !stat.isFile()) {
      this.#drop(key);
      if (stat?.isDirectory() === true) this.options.onFolder(path);
      return;
    }
    const identity = identityOf(stat);
    if (waiting !== undefined) {
      if (sameIdentity(waiting.identity, identity)) return;
      clearTimeout(waiting.timer);
      waiting.identity = identity;
      waiting.timer = this.#later(key, this.options.settleMs);
    } else if (!this.options.isKnown(path, identity)) {
      this.#waiting.set(key, { path, identity, timer: this.#later(key, delayMs) });
      this.options.onSeen?.(path);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #later(key: string, delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#due(key), delayMs);
  }

  #due(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const stat = this.#look(waiting.path);
    if (stat === undefined || !stat.isFile()) {
      this.#drop(key);
      return;
    }
    const identity = identityOf(stat);
    if (!sameIdentity(identity, waiting.identity)) {
      waiting.identity = identity;
      waiting.timer = this.#later(key, this.options.settleMs);
      return;
    }
    this.#drop(key);
    if (!this.options.isKnown(waiting.path, identity)) this.options.onSettled(waiting.path, identity);
  }

  #drop(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) clearTimeout(waiting.timer);
    this.#waiting.delete(key);
  }

  /** `undefined` where it is gone, or not ours to see: whoever sweeps the folder says so. */
  #look(path: Buffer): BigIntStats | undefined {
    try {
      return this.#lstat(path);
    } catch {
      return undefined;
    }
  }
}
