import { closeSync, constants, type Dirent, lstatSync, openSync, readdirSync, type Stats, statSync } from 'node:fs';
import { attempt, type IoError, ioErrorOf } from './io-error.js';
import { joinBytes } from './path-bytes.js';
import { isTempName } from './temp-name.js';

/** Why something was not looked into, though it is there. */
export type SkipReason = 'symlink' | 'special-file' | 'unreadable-folder' | 'not-found' | 'too-deep' | 'ignored-folder';

export type WalkItem =
  | { readonly kind: 'file'; readonly path: Buffer /** True where it was named itself, not found in a folder. */; readonly named: boolean }
  | { readonly kind: 'skipped'; readonly path: Buffer; readonly named: boolean; readonly reason: SkipReason; readonly error?: IoError }
  /** A temporary file with one of our names: in use by a run, or left by a killed one. */
  | { readonly kind: 'temp'; readonly path: Buffer };

export interface WalkOptions {
  /** Folders below a named one; default true. */
  readonly recursive?: boolean;
  /** Further folders to leave out, by their path. Asked for folders only. */
  readonly leaveOut?: (path: Buffer) => boolean;
}

/** Folders that belong to tools: their content is not the user's pictures, and to change it would break them. */
export const TOOL_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules', '.hg', '.svn']);

/** Deeper nesting than any path can name without tricks. */
const MAX_DEPTH = 1000;

/** Let other work have a turn after this many entries. */
const TURN_ENTRIES = 512;

export function isToolFolder(name: Uint8Array | string): boolean {
  return TOOL_FOLDERS.has(typeof name === 'string' ? name : Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1'));
}

/**
 * All regular files of the given files and folders, in byte order of their names. Symbolic links are not followed, but for
 * one to a folder that is named itself.
 * What is left out is an item too, not silence. Never throws for what it meets on the disk.
 */
export async function* walk(paths: Iterable<Buffer>, options: WalkOptions = {}): AsyncGenerator<WalkItem> {
  const turn = { entries: 0 };
  for (const path of paths) {
    let stat: Stats;
    try {
      stat = attempt('looking at it', () => lstatSync(path));
    } catch (error) {
      yield { kind: 'skipped', path, named: true, reason: 'not-found', error: ioErrorOf(error, 'looking at it') };
      continue;
    }
    if (stat.isDirectory()) yield* walkFolder(path, true, 0, options, turn);
    // A link that the user names is meant; with a separator at its end the system takes it for the folder it leads to.
    else if (stat.isSymbolicLink() && leadsToFolder(path)) yield* walkFolder(joinBytes(path, Buffer.alloc(0)), true, 0, options, turn);
    else if (stat.isFile()) yield { kind: 'file', path, named: true };
    else yield { kind: 'skipped', path, named: true, reason: stat.isSymbolicLink() ? 'symlink' : 'special-file' };
  }
}

async function* walkFolder(
  folder: Buffer,
  named: boolean,
  depth: number,
  options: WalkOptions,
  turn: { entries: number },
): AsyncGenerator<WalkItem> {
  if (depth > MAX_DEPTH) {
    yield { kind: 'skipped', path: folder, named, reason: 'too-deep' };
    return;
  }
  let entries: Dirent<Buffer>[];
  try {
    entries = attempt('listing the folder', () => listFolder(folder));
  } catch (error) {
    yield { kind: 'skipped', path: folder, named, reason: 'unreadable-folder', error: ioErrorOf(error, 'listing the folder') };
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    if (++turn.entries % TURN_ENTRIES === 0) await new Promise(setImmediate);
    const path = joinBytes(folder, entry.name);
    const kind = kindOf(entry, path);
    if (kind === 'gone') continue;
    if (kind === 'folder') {
      if (isToolFolder(entry.name) || options.leaveOut?.(path) === true)
        yield { kind: 'skipped', path, named: false, reason: 'ignored-folder' };
      else if (options.recursive !== false) yield* walkFolder(path, false, depth + 1, options, turn);
    } else if (kind !== 'file') yield { kind: 'skipped', path, named: false, reason: kind };
    else if (isTempName(entry.name)) yield { kind: 'temp', path };
    else yield { kind: 'file', path, named: false };
  }
}

/** Lists a folder. One that was swapped for a symbolic link since it was seen is refused, not followed. */
function listFolder(folder: Buffer): Dirent<Buffer>[] {
  if (constants.O_NOFOLLOW !== undefined && constants.O_DIRECTORY !== undefined) {
    closeSync(openSync(folder, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY));
  }
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }) as unknown as Dirent<Buffer>[];
}

function leadsToFolder(path: Buffer): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function kindOf(entry: Dirent<Buffer>, path: Buffer): 'file' | 'folder' | 'symlink' | 'special-file' | 'gone' {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return 'special-file';
  // Some file systems do not say the type in the listing.
  try {
    const stat = lstatSync(path);
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'symlink' : 'special-file';
  } catch {
    return 'gone';
  }
}
