import { basename, dirname, relative, sep } from 'node:path';
import type { AsyncSubscription, SubscribeCallback } from '@parcel/watcher';
import { isToolFolder, TOOL_FOLDERS } from '../../../io/walk.js';
import { type FolderWatch, type FolderWatchOptions, REPLACEMENT } from './backend.js';
import { mayHaveLost } from './event-flood.js';
import { OddFolders } from './odd-folders.js';

/** The part of the library that is used. */
export interface NativeLibrary {
  subscribe(folder: string, callback: SubscribeCallback, options: { readonly ignore: string[] }): Promise<AsyncSubscription>;
}

/** Watches by @parcel/watcher: quick and small also where there are a hundred thousand files. */
export class NativeWatch implements FolderWatch {
  readonly ready: Promise<void>;
  readonly #odd: OddFolders;
  #subscription: AsyncSubscription | undefined;
  #closed = false;

  constructor(
    library: NativeLibrary,
    private readonly options: FolderWatchOptions,
  ) {
    this.#odd = new OddFolders(options);
    this.ready = this.#open(library);
  }

  watchOddFolder(path: Buffer): void {
    this.#odd.add(path);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#odd.close();
    await this.ready.catch(() => undefined);
    await this.#subscription?.unsubscribe().catch(() => undefined);
  }

  async #open(library: NativeLibrary): Promise<void> {
    const { folder, onError, onLost } = this.options;
    this.#subscription = await library.subscribe(
      folder,
      (error, events) => {
        if (this.#closed) return;
        // Events were lost, or the folder itself has gone: what is missed is found by a sweep.
        if (error !== null) {
          onError(error as NodeJS.ErrnoException);
          onLost();
        } else if (mayHaveLost(events.length)) onLost();
        for (const { path } of events ?? []) this.#tell(path);
      },
      { ignore: [...TOOL_FOLDERS].map((name) => `**/${name}`) },
    );
  }

  #tell(path: string): void {
    const { folder, recursive, onFolder, onHint } = this.options;
    const below = relative(folder, path).split(sep);
    if (path === folder || below[0] === '..' || (!recursive && below.length > 1)) return;
    if (below.some((name) => isToolFolder(name))) return;
    // Which file it is, only a listing of its folder by bytes can tell.
    if (basename(path).includes(REPLACEMENT) || path.includes(REPLACEMENT)) onFolder(Buffer.from(dirname(path)));
    else onHint(Buffer.from(path));
  }
}
