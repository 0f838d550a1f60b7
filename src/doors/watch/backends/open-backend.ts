import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isToolFolder } from '../../../io/walk.js';
import type { WatchBackend } from '../../../policy/types.js';
import type { BackendKind } from '../events.js';
import type { FolderWatch, FolderWatchOptions } from './backend.js';
import { ChokidarWatch } from './chokidar-watch.js';
import type { NativeLibrary } from './native-watch.js';

/** A folder with more entries than this, in all, is large. */
const LARGE_ENTRIES = 20_000;

export interface OpenBackend {
  readonly watch: FolderWatch;
  readonly kind: BackendKind;
  /** Why it is not the backend that was asked for. */
  readonly trouble?: { readonly message: string; readonly hint: string };
}

/** Takes a folder under watch by what the policy says, or what the folder's size asks for. Resolves when changes are told. */
export async function openBackend(wanted: WatchBackend, options: FolderWatchOptions): Promise<OpenBackend> {
  if (options.polling) return chokidar(options);
  if (wanted === 'chokidar' || (wanted === 'auto' && !isLarge(options.folder, options.recursive))) return chokidar(options);
  try {
    const library = (await import('@parcel/watcher')) as unknown as NativeLibrary & { readonly default?: NativeLibrary };
    const { NativeWatch } = await import('./native-watch.js');
    const watch = new NativeWatch(library.default ?? library, options);
    try {
      await watch.ready;
    } catch (error) {
      await watch.close();
      throw error;
    }
    return { watch, kind: 'native' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      ...(await chokidar(options)),
      trouble: {
        message: `the native backend cannot be used here (${code ?? (error instanceof Error ? error.name : typeof error)}): chokidar watches instead`,
        hint: 'npm install @parcel/watcher for this platform, or say backend: chokidar',
      },
    };
  }
}

async function chokidar(options: FolderWatchOptions): Promise<OpenBackend> {
  const watch = new ChokidarWatch(options);
  await watch.ready;
  return { watch, kind: options.polling ? 'polling' : 'chokidar' };
}

/** Stops to count as soon as it is known. */
function isLarge(folder: string, recursive: boolean): boolean {
  const waiting = [folder];
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let listed: Dirent[];
    try {
      listed = readdirSync(next, { withFileTypes: true });
    } catch {
      continue;
    }
    entries += listed.length;
    if (entries > LARGE_ENTRIES) return true;
    if (recursive) for (const entry of listed) if (entry.isDirectory() && !isToolFolder(entry.name)) waiting.push(join(next, entry.name));
  }
  return false;
}
