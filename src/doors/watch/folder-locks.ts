import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { displayPath } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { attempt } from '../../io/io-error.js';
import { type Release, tryLock } from '../../io/state/lock.js';
import type { StateFolder } from '../../io/state/state-folder.js';

interface LockedFolder {
  /** Absolute, free of symbolic links. */
  readonly path: string;
  readonly recursive: boolean;
}

/** Beside each lock lies a note of what it is for. */
const NOTE_ENDING = '.folder';

/**
 * Folders that this daemon has for itself: two on one would do each file twice, and so would two of which one watches what is
 * below the other's. By what the folder is, not by its name. The locks go with the process in any case.
 */
export class FolderLocks {
  readonly #taken = new Map<string, Release>();

  constructor(private readonly state: StateFolder) {}

  /** From now on these folders, and no others. Throws `UsageError` where another has one: then all is as before. */
  hold(folders: readonly LockedFolder[]): void {
    const room = this.state.room('run');
    const fresh: string[] = [];
    const wanted = new Set<string>();
    try {
      for (const folder of folders) {
        const { dev, ino } = statSync(folder.path, { bigint: true });
        const lock = join(room, `folder-${dev}-${ino}.lock`);
        wanted.add(lock);
        if (!this.#taken.has(lock)) {
          const release = tryLock(lock);
          if (release === undefined) throw watchedBy(folder.path, '');
          this.#taken.set(lock, release);
          fresh.push(lock);
        }
        const { path, recursive } = folder;
        attempt('noting what is watched', () => writeFileSync(lock + NOTE_ENDING, JSON.stringify({ path, recursive }), { mode: 0o600 }));
      }
      // Noted first, looked then: of two that start at once, one at least sees the other.
      this.#requireApart(room, folders);
    } catch (error) {
      for (const name of fresh) this.#release(name);
      throw error;
    }
    for (const name of [...this.#taken.keys()]) if (!wanted.has(name)) this.#release(name);
  }

  releaseAll(): void {
    for (const name of [...this.#taken.keys()]) this.#release(name);
  }

  #requireApart(room: string, folders: readonly LockedFolder[]): void {
    for (const name of readdirSync(room)) {
      if (!name.endsWith(`.lock${NOTE_ENDING}`)) continue;
      const note = join(room, name);
      const lock = note.slice(0, -NOTE_ENDING.length);
      if (this.#taken.has(lock)) continue;
      const other = noteAt(note);
      const clash = other === undefined ? undefined : folders.find((folder) => overlap(folder, other));
      if (other === undefined || clash === undefined) continue;
      const release = tryLock(lock);
      if (release === undefined) throw watchedBy(clash.path, `, by its watch over ${displayPath(other.path)}`);
      // Left by one that was killed.
      rmSync(note, { force: true });
      release();
    }
  }

  #release(name: string): void {
    rmSync(name + NOTE_ENDING, { force: true });
    this.#taken.get(name)?.();
    this.#taken.delete(name);
  }
}

function watchedBy(path: string, how: string): UsageError {
  return new UsageError(`another exifence watches ${displayPath(path)} already${how}; stop that one first: exifence status shows it`);
}

function overlap(one: LockedFolder, other: LockedFolder): boolean {
  return (one.recursive && isWithin(other.path, one.path)) || (other.recursive && isWithin(one.path, other.path));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function noteAt(file: string): LockedFolder | undefined {
  try {
    const { path, recursive } = JSON.parse(readFileSync(file, 'utf8')) as Partial<LockedFolder>;
    return typeof path === 'string' && typeof recursive === 'boolean' ? { path, recursive } : undefined;
  } catch {
    return undefined;
  }
}
