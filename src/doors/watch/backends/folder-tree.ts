import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FSWatcher } from 'chokidar';

type Listing = ReturnType<FSWatcher['_readdirp']>;
type ListingOptions = Parameters<FSWatcher['_readdirp']>[1];

/** A folder that is gone, or not ours to see, has no folders in it; sweeps tell of it. */
const NO_FOLDERS: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/**
 * The watching library, told to keep folders only. On every event it lists the whole folder again and asks the system about
 * each file in it: in a folder of 5,000 screenshots that is 5,000 calls for each new one. The names and types of a listing
 * are enough to keep watch over folders; files are told of by their folders' raw events.
 */
export class FolderTree extends FSWatcher {
  override _readdirp(folder: string, options?: ListingOptions): Listing {
    if (this.closed) return undefined;
    const stream = Readable.from(this.#foldersIn(folder, options?.directoryFilter));
    const known = this._streams as unknown as Set<Readable>;
    known.add(stream);
    stream.once('close', () => known.delete(stream));
    return stream as unknown as Listing;
  }

  async *#foldersIn(folder: string, filter: unknown): AsyncGenerator<{ path: string; fullPath: string; basename: string; stats: Dirent }> {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (!NO_FOLDERS.has((error as NodeJS.ErrnoException).code ?? '')) this._handleError(error as Error);
      return;
    }
    for (const stats of entries) {
      const entry = { path: stats.name, fullPath: join(folder, stats.name), basename: stats.name, stats };
      if (stats.isDirectory() && (typeof filter !== 'function' || filter(entry) === true)) yield entry;
    }
  }
}
