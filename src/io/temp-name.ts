import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names of the files we write beside an original, until they take its place. They say which process on which machine wrote
 * them, so that the next run can tell a stray from one in use; no one can guess them ahead.
 */

/** A file that can be thrown away, and one that a half-done write in place can be finished from. */
export type TempKind = 'tmp' | 'redo';

export interface TempName {
  readonly host: string;
  readonly pid: number;
  readonly kind: TempKind;
}

const PATTERN = /^\.exifence-([0-9a-f]{8})-([0-9]{1,10})-[0-9a-f]{24}\.(tmp|redo)$/;

/** The machine, without telling its name. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const inUse = new Set<string>();

/** A new name. It counts as in use by this process until `releaseTempName`. */
export function newTempName(kind: TempKind): Buffer {
  const name = `.exifence-${HOST}-${process.pid}-${randomBytes(12).toString('hex')}.${kind}`;
  inUse.add(name);
  return Buffer.from(name);
}

export function releaseTempName(name: Buffer): void {
  inUse.delete(name.toString('latin1'));
}

/** `undefined` where the name is not one of ours. */
export function parseTempName(name: Uint8Array | string): TempName | undefined {
  const text = typeof name === 'string' ? name : Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1');
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  return { host: match[1] as string, pid: Number(match[2]), kind: match[3] as TempKind };
}

export function isTempName(name: Uint8Array | string): boolean {
  return parseTempName(name) !== undefined;
}

export type TempOwner = 'this-process' | 'running' | 'gone' | 'unknown';

/** Whether the process that made the name may still need the file. */
export function ownerOf(name: Buffer): TempOwner {
  const text = name.toString('latin1');
  const parsed = parseTempName(text);
  if (parsed === undefined || parsed.host !== HOST) return 'unknown';
  if (parsed.pid === process.pid) return inUse.has(text) ? 'this-process' : 'gone';
  return isRunning(parsed.pid) ? 'running' : 'gone';
}

/** True where a process of this number can still do something. One that ended and that nobody has asked for since keeps its number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // In a container the first process often asks for none: there, whatever is killed stays so for good.
  const [state] = statusOf(pid) ?? [];
  return state !== 'Z' && state !== 'X';
}

/** This process, for a file that outlives it. */
export function ownProcess(): { readonly host: string; readonly pid: number; readonly startedAt?: string } {
  const startedAt = startOf(process.pid);
  return { host: HOST, pid: process.pid, ...(startedAt === undefined ? {} : { startedAt }) };
}

/** True where another process that wrote this of itself is still running; numbers of processes are given out anew, so its start counts. */
export function isRunningProcess(written: unknown): boolean {
  const { host, pid, startedAt } = (written ?? {}) as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return false;
  if (host !== HOST) return true;
  if (pid === process.pid) return false;
  if (!isRunning(pid)) return false;
  const now = startOf(pid);
  return now === undefined || startedAt === undefined || now === startedAt;
}

/** proc_pid_stat(5), field 22: ticks from the system's start to the process's. `undefined` where the system does not tell. */
function startOf(pid: number): string | undefined {
  return statusOf(pid)?.[19];
}

/** The fields of proc_pid_stat(5) from the third on, the state. */
function statusOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, a name in brackets, may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
