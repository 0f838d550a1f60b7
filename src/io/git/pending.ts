import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunningProcess, ownProcess } from '../temp-name.js';
import type { EntryChange } from './index-entries.js';
import { GitError } from './run.js';
import { type RunFolder, removeIfEmpty, stateFolder, syncPath } from './run-folder.js';

/**
 * The journal of a commit that is being cleaned: written before the index and the work tree change, taken away when both are done.
 * A run that finds one finishes what was begun. Holds paths and object ids only.
 */
export interface Pending {
  /** The index that the commit is made from. */
  readonly indexFile: string;
  /** Git throws that index away where the commit fails. */
  readonly isTemporary: boolean;
  readonly changes: readonly EntryChange[];
}

export type FoundPending =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly pending: Pending; readonly inUse: boolean }
  | { readonly kind: 'unreadable' };

const FILE = 'pending.json';
const MAX_BYTES = 2 ** 29;

/** No commit is cleaned for this long: a journal that is older belongs to nobody, even where its process cannot be asked. */
const OLD_MS = 60 * 60 * 1000;

function pendingFile(gitDir: string): string {
  return join(stateFolder(gitDir), FILE);
}

/** Whole or not there, and never over another's. Throws `GitError` where another run is at work. */
export function writePending(gitDir: string, folder: RunFolder, { changes, ...pending }: Pending): void {
  const entries = changes.map(({ path, ...rest }) => ({ ...rest, pathBase64: path.toString('base64') }));
  const beside = folder.newFile();
  writeFileSync(beside, JSON.stringify({ version: 2, process: ownProcess(), ...pending, changes: entries }), { mode: 0o600 });
  syncPath(beside);
  try {
    linkSync(beside, pendingFile(gitDir));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw inUseError();
    // A file system without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    renameSync(beside, pendingFile(gitDir));
  }
  syncPath(stateFolder(gitDir));
}

export function inUseError(): GitError {
  return new GitError(
    'commit',
    undefined,
    'another run of exifence is cleaning a commit in this repository; wait for it, then commit again',
  );
}

export function readPending(gitDir: string): FoundPending {
  let text: string;
  let ageMs: number;
  try {
    const stats = statSync(pendingFile(gitDir));
    if (!stats.isFile() || stats.size > MAX_BYTES) return { kind: 'unreadable' };
    ageMs = Date.now() - stats.mtimeMs;
    text = readFileSync(pendingFile(gitDir), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return { kind: 'none' };
    return { kind: 'unreadable' };
  }
  const parsed = parsePending(text);
  if (parsed === undefined) return { kind: 'unreadable' };
  return { kind: 'found', pending: parsed.pending, inUse: ageMs < OLD_MS && parsed.isRunning };
}

function parsePending(text: string): { pending: Pending; isRunning: boolean } | undefined {
  let parsed: Record<string, unknown>;
  try {
    parsed = (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { version, indexFile, isTemporary, changes } = parsed;
  if (version !== 2 || typeof indexFile !== 'string' || typeof isTemporary !== 'boolean' || !Array.isArray(changes)) return undefined;
  const entries = changes.flatMap(entryOf);
  if (entries.length !== changes.length) return undefined;
  return { pending: { indexFile, isTemporary, changes: entries }, isRunning: isRunningProcess(parsed.process) };
}

function entryOf(entry: unknown): EntryChange[] {
  const { mode, oldOid, newOid, pathBase64 } = (entry ?? {}) as Record<string, unknown>;
  if (typeof mode !== 'string' || typeof pathBase64 !== 'string' || !isOid(oldOid) || !isOid(newOid)) return [];
  return [{ mode, oldOid, newOid, path: Buffer.from(pathBase64, 'base64') }];
}

function isOid(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

export function removePending(gitDir: string): void {
  rmSync(pendingFile(gitDir), { force: true });
  removeIfEmpty(stateFolder(gitDir));
}

/** Puts a journal that cannot be read where it is in nobody's way, and nothing of it is lost. Gives its new path. */
export function setPendingAside(gitDir: string): string {
  const aside = `${pendingFile(gitDir)}.unreadable-${Date.now()}`;
  renameSync(pendingFile(gitDir), aside);
  return aside;
}
