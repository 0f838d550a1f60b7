import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, IoError } from '../io-error.js';
import { isRunning, isRunningProcess, ownProcess } from '../temp-name.js';

const RETRY_MS = 15;
const PATIENCE_MS = 10_000;

/** Gives a lock back. Never throws. */
export type Release = () => void;

/**
 * Takes the lock at a path, if nobody has it who still runs. `undefined` where somebody has. The path lies in a private
 * folder; the lock names its process, so that one which was killed does not keep it.
 */
export function tryLock(path: string): Release | undefined {
  const own = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    attempt('taking a lock', () => writeFileSync(own, JSON.stringify(ownProcess()), { flag: 'wx', mode: 0o600 }));
    for (let turn = 0; turn < 2; turn++) {
      if (linked(own, path)) return () => releaseIfOurs(path, own);
      if (isHeld(path) || !takeAway(path, own)) return undefined;
    }
    return undefined;
  } finally {
    remove(own);
  }
}

/** Waits for the lock at a path. Throws `IoError` (`locked`) where it takes too long. */
export async function lock(path: string, patienceMs: number = PATIENCE_MS): Promise<Release> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const release = tryLock(path);
    if (release !== undefined) return release;
    if (waitedMs >= patienceMs) throw new IoError('locked', 'another exifence holds the state folder', 'run again when it is done');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Takes away what killed processes have left of locks in a folder. Throws where the folder cannot be listed. */
export function removeDeadLocks(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const pid = LOOSE.exec(name)?.[1];
    if (pid !== undefined) {
      // It is written before it is linked: an empty one says nothing of who it is of.
      const text = textOf(path);
      if (text === '' ? Number(pid) !== process.pid && !isRunning(Number(pid)) : !isHeld(path)) remove(path);
    } else if (name.endsWith('.lock')) tryLock(path)?.();
  }
}

/** What a lock is made of, until it is linked: its path, the process and chance. */
const LOOSE = /\.lock\.(\d{1,10})-[0-9a-f]{12}(?:\.dead)?$/;

/** A link appears with its content, or not at all. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(path: string): boolean {
  const text = textOf(path);
  if (text === undefined) return false;
  try {
    const written: unknown = JSON.parse(text);
    return isOurs(written) || isRunningProcess(written);
  } catch {
    return false;
  }
}

/** This process may hold it, too. */
function isOurs(written: unknown): boolean {
  const own = ownProcess();
  const { host, pid, startedAt } = (written ?? {}) as Record<string, unknown>;
  return host === own.host && pid === own.pid && startedAt === own.startedAt;
}

/** Takes a dead lock away. False where it is no longer the dead one. */
function takeAway(path: string, own: string): boolean {
  const aside = `${own}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  const wasHeld = isHeld(aside);
  // Somebody took it between the look and the move: it is put back.
  if (wasHeld) linked(aside, path);
  remove(aside);
  return !wasHeld;
}

function releaseIfOurs(path: string, own: string): void {
  const text = textOf(path);
  if (text === undefined) return;
  try {
    if (isOurs(JSON.parse(text))) remove(path);
  } catch {
    remove(`${own}.dead`);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, which is what was wanted.
  }
}
