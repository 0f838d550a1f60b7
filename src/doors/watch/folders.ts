import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { displayPath } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import type { WatchFolder, WatchSettings } from '../../policy/types.js';
import type { WatchedFolder } from './root.js';

/** A watched folder with what the policy says of it. Paths are absolute, and that of the folder free of symbolic links. */
export interface FolderSettings extends Omit<WatchFolder, 'vault'>, WatchedFolder {
  readonly vault: boolean;
}

/** How a folder is treated that was named on the command line, or that is the fallback. */
const PLAIN = { recursive: true, mode: 'in-place' } as const;

export interface FoldersWanted {
  /** On the command line. */
  readonly names: readonly string[];
  readonly settings: WatchSettings;
  /** Folder that paths in the policy start at. */
  readonly policyFolder: string;
  readonly cwd: string;
  /** Watched, and made if missing, where no folder is named anywhere. */
  readonly fallbackFolder?: string;
  readonly say: (line: string) => void;
}

/** The folders to watch. Throws `UsageError`. */
export function foldersToWatch(wanted: FoldersWanted): FolderSettings[] {
  const { names, settings, policyFolder, cwd } = wanted;
  const place = (path: string): string => resolve(policyFolder, fromHome(path));
  const fromPolicy = settings.folders.map((folder) => ({
    ...folder,
    path: place(folder.path),
    ...(folder.outbox === undefined ? {} : { outbox: place(folder.outbox) }),
    ...(folder.policy === undefined ? {} : { policy: policyNamed(folder.policy, place) }),
  }));
  const named = names.map((path) => {
    const absolute = resolve(cwd, path);
    // What the policy says of a folder holds for it however it was named.
    return fromPolicy.find((folder) => folder.path === absolute) ?? { ...PLAIN, path: absolute };
  });
  const chosen = named.length > 0 ? named : fromPolicy.length > 0 ? fromPolicy : [fallback(wanted)];
  const folders = withoutNested(chosen.map((folder) => ({ ...real(folder), vault: folder.vault ?? settings.vault.on })));
  for (const { outbox } of folders) if (outbox !== undefined) requireOutbox(outbox, folders);
  return folders;
}

function policyNamed(policy: string, place: (path: string) => string): string {
  return /[/\\]|\.ya?ml$/.test(policy) ? place(policy) : policy;
}

function fromHome(path: string): string {
  return path === '~' ? homedir() : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function fallback({ fallbackFolder, cwd, say }: FoldersWanted): WatchFolder {
  if (fallbackFolder === undefined)
    throw new UsageError('no folder was named, and the policy names none under watch.folders; try: exifence watch ~/Pictures');
  const path = resolve(cwd, fallbackFolder);
  mkdirSync(path, { recursive: true });
  say(`no folder was named: watching ${displayPath(path)}`);
  return { ...PLAIN, path };
}

function real<Folder extends WatchFolder>(folder: Folder): Folder {
  const { path } = folder;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw new UsageError(`there is no folder ${displayPath(path)}`);
  return { ...folder, path: realpathSync.native(path) };
}

/** Made if missing. What appears in it must not be taken for what came in. */
function requireOutbox(outbox: string, folders: readonly FolderSettings[]): void {
  mkdirSync(outbox, { recursive: true });
  const path = realpathSync.native(outbox);
  const same = folders.find((folder) => folder.path === path && folder.mode !== 'in-place');
  if (same !== undefined) throw new UsageError(`the outbox ${displayPath(path)} is a folder whose files are taken away; name another`);
}

/** A folder within one that is watched with all below it, in the same way, needs no watch of its own. */
function withoutNested(folders: readonly FolderSettings[]): FolderSettings[] {
  const within = (inner: FolderSettings, outer: FolderSettings): boolean =>
    inner !== outer &&
    treatment(inner) === treatment(outer) &&
    ((outer.recursive && inner.path.startsWith(outer.path.endsWith(sep) ? outer.path : outer.path + sep)) ||
      (inner.path === outer.path && (outer.recursive || !inner.recursive)));
  return folders.filter((folder, index) => !folders.some((other, at) => within(folder, other) && !(at > index && within(other, folder))));
}

function treatment({ mode, outbox, hold, polling, vault, policy }: FolderSettings): string {
  return JSON.stringify([mode, outbox, hold, polling, vault, policy]);
}
