import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, attemptAsync, IoError } from '../../io/io-error.js';
import { lock, removeDeadLocks } from '../../io/state/lock.js';
import { removeStrayTemps } from '../../io/stray.js';
import { writeNewFile } from '../../io/write-new.js';
import type { LogEntry, LogLine } from './entry.js';

export const LOG_NAME = 'receipts.ndjson';
const HEAD_NAME = 'head.json';
/** What the first line of all names as the one before. */
export const NO_LINE = '0'.repeat(64);

/** A full file is put aside under the number of its first line; the chain goes on in the next. */
const ROTATE_BYTES = 64 * 2 ** 20;
/** No line of ours is longer. */
const LINE_BYTES = 1024 * 1024;

/** The last line that is known to be whole on the disk. */
export interface Head {
  readonly seq: number;
  readonly sha256: string;
}

const START: Head = { seq: 0, sha256: NO_LINE };

/**
 * The receipts of what was done to files: one line of JSON each, appended and never changed, each with the SHA-256 of the one
 * before. What is written is on the disk when `append` resolves. Several processes may write.
 */
export class ReceiptLog {
  #turn: Promise<unknown> = Promise.resolve();

  /** `folder`: private, absolute. */
  constructor(
    private readonly folder: string,
    private readonly rotateBytes: number = ROTATE_BYTES,
  ) {}

  /** Returns the line's number. Throws `IoError`. */
  append(entry: LogEntry): Promise<number> {
    const done = this.#turn.then(() => this.#locked(entry));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Takes away what a run that was stopped has left: half a line at the end, temporary files, locks. Returns how many bytes of a
   * line that was cut short were taken off. Throws `IoError`.
   */
  mend(): Promise<number> {
    return attemptAsync('mending the log of receipts', async () => {
      if (!existsSync(this.folder)) return 0;
      removeDeadLocks(this.folder);
      await removeStrayTemps(Buffer.from(this.folder));
      return this.#withLock(async (path) => (await this.#mended(path)).tornBytes);
    });
  }

  /** True where this very entry is in one of the last lines. */
  isRecorded(entry: LogEntry): boolean {
    const path = join(this.folder, LOG_NAME);
    if (!existsSync(path)) return false;
    const { at, event } = entry;
    const needle = JSON.stringify({ at, event }).slice(1, -1);
    return readEnd(path, LINE_BYTES * 4)
      .toString()
      .split('\n')
      .some((line) => line.includes(needle) && line.endsWith(JSON.stringify(entry).slice(1)));
  }

  #locked(entry: LogEntry): Promise<number> {
    return attemptAsync('writing a receipt', () => this.#withLock((path) => this.#append(path, entry)));
  }

  async #withLock<T>(work: (path: string) => Promise<T>): Promise<T> {
    // Somebody may have deleted it while the daemon runs.
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const release = await lock(join(this.folder, 'receipts.lock'));
    try {
      return await work(join(this.folder, LOG_NAME));
    } finally {
      release();
    }
  }

  async #append(path: string, entry: LogEntry): Promise<number> {
    const { head } = await this.#mended(path);
    if (existsSync(path) && sizeOf(path) > this.rotateBytes) {
      const aside = join(this.folder, rotatedName(firstSeqOf(path)));
      if (existsSync(aside)) throw new IoError('bad-log', 'two logs of receipts begin with the same receipt', 'run exifence verify-log');
      renameSync(path, aside);
    }
    return (await this.#write(path, head, entry)).seq;
  }

  async #write(path: string, head: Head, entry: LogEntry): Promise<Head> {
    const line: LogLine = { seq: head.seq + 1, prev: head.sha256, ...entry };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const fd = attempt('opening the log of receipts', () => openSync(path, 'a', 0o600));
    try {
      const before = fstatSync(fd).size;
      try {
        let written = 0;
        while (written < bytes.length) written += attempt('writing a receipt', () => writeSync(fd, bytes, written));
        attempt('flushing a receipt to the disk', () => fsyncSync(fd));
      } catch (error) {
        // Half a line would stand before the next one.
        try {
          ftruncateSync(fd, before);
        } catch {
          // It is mended by the next that writes.
        }
        throw error;
      }
    } finally {
      closeSync(fd);
    }
    const now: Head = { seq: line.seq, sha256: lineHash(bytes.subarray(0, -1)) };
    await this.#saveHead(now);
    return now;
  }

  async #saveHead(head: Head): Promise<void> {
    await writeNewFile(Buffer.from(join(this.folder, HEAD_NAME)), [Buffer.from(`${JSON.stringify(head)}\n`)], async () => undefined, {
      overwrite: true,
      mode: 0o600,
    });
  }

  /** The last whole line. A line that was cut short when the power went is taken off, and that is put on record. */
  async #mended(path: string): Promise<{ readonly head: Head; readonly tornBytes: number }> {
    const known = readHead(this.folder);
    if (!existsSync(path)) return { head: known ?? START, tornBytes: 0 };
    const tail = lastLine(path);
    let head = tail.line === undefined ? (known ?? START) : headOf(tail.line);
    // The run was stopped before it could note where the log ends.
    if (tail.line !== undefined && head.seq === (known?.seq ?? 0) + 1) await this.#saveHead(head);
    // The end was cut off or changed: the chain goes on from what is known of it, so that this can be seen.
    if (known !== undefined && head.seq <= known.seq) head = known;
    if (tail.tornBytes > 0) {
      const fd = attempt('mending the log of receipts', () => openSync(path, 'r+'));
      try {
        ftruncateSync(fd, fstatSync(fd).size - tail.tornBytes);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      head = await this.#write(path, head, { at: new Date().toISOString(), event: 'log-mended', tornBytes: tail.tornBytes });
    }
    return { head, tornBytes: tail.tornBytes };
  }
}

function rotatedName(firstSeq: number): string {
  return `receipts-${String(firstSeq).padStart(12, '0')}.ndjson`;
}

export function lineHash(line: Uint8Array): string {
  return createHash('sha256').update(line).digest('hex');
}

/** `undefined` where there is none, or none that can be read. */
export function readHead(folder: string): Head | undefined {
  const path = join(folder, HEAD_NAME);
  if (!existsSync(path)) return undefined;
  try {
    const { seq, sha256 } = JSON.parse(readEnd(path, 4096).toString()) as Record<string, unknown>;
    return Number.isSafeInteger(seq) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
      ? { seq: seq as number, sha256 }
      : undefined;
  } catch {
    return undefined;
  }
}

function headOf(line: Buffer): Head {
  return { seq: seqOf(line), sha256: lineHash(line) };
}

function seqOf(line: Buffer): number {
  let seq: unknown;
  try {
    ({ seq } = JSON.parse(line.toString()) as { seq?: unknown });
  } catch {
    seq = undefined;
  }
  if (!Number.isSafeInteger(seq) || (seq as number) < 1)
    throw new IoError('bad-log', 'a line of the log of receipts is none of ours', 'run exifence verify-log, then put the log aside');
  return seq as number;
}

/** The number that the first line of a log has. */
function firstSeqOf(path: string): number {
  const fd = openSync(path, 'r');
  try {
    const into = Buffer.alloc(LINE_BYTES);
    const start = into.subarray(0, readSync(fd, into, 0, into.length, 0));
    return seqOf(start.subarray(0, Math.max(0, start.indexOf(0x0a))));
  } finally {
    closeSync(fd);
  }
}

function lastLine(path: string): { readonly line: Buffer | undefined; readonly tornBytes: number } {
  const end = readEnd(path, LINE_BYTES * 2);
  const whole = end.lastIndexOf(0x0a) + 1;
  const start = whole === 0 ? 0 : end.lastIndexOf(0x0a, whole - 2) + 1;
  return { line: whole === 0 ? undefined : Buffer.from(end.subarray(start, whole - 1)), tornBytes: end.length - whole };
}

function readEnd(path: string, mostBytes: number): Buffer {
  const fd = attempt('opening the log of receipts', () => openSync(path, 'r'));
  try {
    const size = fstatSync(fd).size;
    const into = Buffer.alloc(Math.min(size, mostBytes));
    const count = readSync(fd, into, 0, into.length, size - into.length);
    return into.subarray(0, count);
  } finally {
    closeSync(fd);
  }
}

function sizeOf(path: string): number {
  const fd = openSync(path, 'r');
  try {
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}
