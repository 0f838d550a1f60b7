import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, IoError } from '../../io/io-error.js';
import { lock } from '../../io/state/lock.js';
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
  /** First line of the file that is written to. */
  readonly firstSeq: number;
}

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

  async #locked(entry: LogEntry): Promise<number> {
    const release = await lock(join(this.folder, 'lock'));
    try {
      return await this.#append(entry);
    } finally {
      release();
    }
  }

  async #append(entry: LogEntry): Promise<number> {
    const path = join(this.folder, LOG_NAME);
    let head = await this.#mendedHead(path);
    if (existsSync(path) && sizeOf(path) > this.rotateBytes) {
      attempt('putting a full log aside', () => renameSync(path, join(this.folder, rotatedName(head.firstSeq))));
      head = { ...head, firstSeq: head.seq + 1 };
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
    const now: Head = { seq: line.seq, sha256: lineHash(bytes.subarray(0, -1)), firstSeq: head.firstSeq };
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
  async #mendedHead(path: string): Promise<Head> {
    const known = readHead(this.folder);
    if (!existsSync(path)) return known ?? { seq: 0, sha256: NO_LINE, firstSeq: 1 };
    const tail = lastLine(path);
    let head = tail.line === undefined ? (known ?? { seq: 0, sha256: NO_LINE, firstSeq: 1 }) : headOf(tail.line, known);
    // The log was cut: the chain goes on from what is known of its end, so that the gap can be seen.
    if (known !== undefined && head.seq < known.seq) head = known;
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
    return head;
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
    const { seq, sha256, firstSeq } = JSON.parse(readEnd(path, 4096).toString()) as Record<string, unknown>;
    return Number.isSafeInteger(seq) && Number.isSafeInteger(firstSeq) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
      ? { seq: seq as number, sha256, firstSeq: firstSeq as number }
      : undefined;
  } catch {
    return undefined;
  }
}

function headOf(line: Buffer, known: Head | undefined): Head {
  let seq: unknown;
  try {
    ({ seq } = JSON.parse(line.toString()) as { seq?: unknown });
  } catch {
    seq = undefined;
  }
  if (!Number.isSafeInteger(seq) || (seq as number) < 1)
    throw new IoError('bad-log', 'the last line of the log of receipts is none of ours', 'run exifence verify-log, then put the log aside');
  return { seq: seq as number, sha256: lineHash(line), firstSeq: known?.firstSeq ?? 1 };
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
