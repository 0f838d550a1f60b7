import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntryChange } from './index-entries.js';
import type { Repository } from './repository.js';

/** Changes made for one commit, for the step after it to look at. Holds paths and object ids only. */
const FOLDER = 'exifence';
const FILE = 'pending.json';
const MAX_ENTRIES = 1_000_000;

function pendingFile(gitDir: string): string {
  return join(gitDir, FOLDER, FILE);
}

/** Written beside and renamed, so that it is whole or not there. */
export function writePending({ gitDir }: Repository, changes: readonly EntryChange[]): void {
  const file = pendingFile(gitDir);
  mkdirSync(join(gitDir, FOLDER), { recursive: true, mode: 0o700 });
  const entries = changes.map(({ path, ...rest }) => ({ ...rest, pathBase64: path.toString('base64') }));
  writeFileSync(`${file}.tmp`, JSON.stringify({ version: 1, changes: entries }), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** The changes noted down. What is not in our form is no note of ours: nothing. */
export function readPending(gitDir: string): EntryChange[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(pendingFile(gitDir), 'utf8'));
  } catch {
    return [];
  }
  const changes = (parsed as { changes?: unknown } | null)?.changes;
  return Array.isArray(changes) && changes.length <= MAX_ENTRIES ? changes.flatMap(entryOf) : [];
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
}
