import { closeSync, existsSync, fstatSync, fsync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attempt, attemptAsync, IoError } from '../../io/io-error.js';
import { directoryOf } from '../../io/path-bytes.js';
import { type FileEntry, pathFields, pathOf } from '../receipts/entry.js';

const fsyncAsync = promisify(fsync);

/** The way of one file. `recorded`: its receipt is written. `left`: it came to no change, or was given up. */
export type JournalStep = 'seen' | 'settled' | 'decided' | 'written' | 'verified' | 'renamed' | 'recorded' | 'left';

/** After these nothing can be taken back: a journal that fails then must not say that the work failed. */
const AFTERWARDS: ReadonlySet<string> = new Set(['seen', 'renamed', 'recorded', 'left']);

const NAME = 'journal.ndjson';
const BEFORE = 'journal.1.ndjson';
/** Two files of this size are kept. */
const ROTATE_BYTES = 8 * 2 ** 20;

/** After these a file of ours may lie beside the one that was worked on. */
const OPEN_STEPS: ReadonlySet<string> = new Set(['decided', 'written', 'verified']);

/** What a run that was stopped has not brought to its end. */
export interface Unfinished {
  /** Something of ours may lie in these. */
  readonly folders: readonly Buffer[];
  /** A receipt was promised and may not be written. */
  readonly promised: readonly { readonly path: Buffer; readonly entry: FileEntry; readonly isRenamed: boolean }[];
}

/**
 * What the daemon did, step by step: for a person who asks, and for the next start after a kill, which then knows where
 * something may lie about, and which receipts are owed. Lines are handed to the system at once. Only a receipt that is promised is
 * flushed: to lose the last of the other lines to a power cut costs a look, not a file.
 */
export class Journal {
  #fd: number | undefined;
  #bytes = 0;

  /** `folder`: private, absolute. */
  constructor(
    private readonly folder: string,
    private readonly rotateBytes: number = ROTATE_BYTES,
  ) {}

  /** Throws `IoError` where it cannot be written: what is not on record is not done. */
  note(step: JournalStep, path: Buffer): void {
    try {
      this.#write(step, path, {});
    } catch (error) {
      if (!(error instanceof IoError && AFTERWARDS.has(step))) throw error;
    }
  }

  /** Notes that new content is proven, and the receipt that it gets as soon as it is in its place. On the disk when this resolves. */
  async promise(path: Buffer, entry: FileEntry): Promise<void> {
    this.#write('verified', path, { entry });
    const fd = this.#open();
    await attemptAsync('flushing the journal', () => fsyncAsync(fd));
  }

  #write(step: JournalStep, path: Buffer, more: { readonly entry?: FileEntry }): void {
    const line = Buffer.from(`${JSON.stringify({ at: new Date().toISOString(), step, ...pathFields('file', path), ...more })}\n`);
    const fd = this.#open();
    let written = 0;
    while (written < line.length) written += attempt('writing the journal', () => writeSync(fd, line, written));
    this.#bytes += line.length;
  }

  /** Throws `IoError`. */
  unfinished(): Unfinished {
    const open = new Map<string, Buffer>();
    const promised = new Map<string, Unfinished['promised'][number]>();
    for (const name of [BEFORE, NAME]) {
      const path = join(this.folder, name);
      if (!existsSync(path)) continue;
      const text = attempt('reading the journal', () => readFileSync(path, 'utf8'));
      for (const line of text.split('\n')) {
        const entry = parsed(line);
        if (entry === undefined) continue;
        const file = pathOf(entry.file, entry.fileHex);
        const key = file.toString('latin1');
        if (OPEN_STEPS.has(entry.step)) open.set(key, directoryOf(file));
        else if (entry.step === 'renamed' || entry.step === 'left') open.delete(key);
        const before = promised.get(key);
        if (entry.entry !== undefined) promised.set(key, { path: file, entry: entry.entry, isRenamed: false });
        else if (entry.step === 'renamed' && before !== undefined) promised.set(key, { ...before, isRenamed: true });
        else if (entry.step === 'recorded' || entry.step === 'left') promised.delete(key);
      }
    }
    const folders = new Map([...open.values()].map((folder) => [folder.toString('latin1'), folder]));
    return { folders: [...folders.values()], promised: [...promised.values()] };
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): number {
    if (this.#fd !== undefined && this.#bytes > this.rotateBytes) {
      this.close();
      attempt('putting a full journal aside', () => renameSync(join(this.folder, NAME), join(this.folder, BEFORE)));
    }
    if (this.#fd === undefined) {
      const path = join(this.folder, NAME);
      // Somebody may have deleted it while the daemon runs.
      attempt('making the journal', () => mkdirSync(this.folder, { recursive: true, mode: 0o700 }));
      const torn = existsSync(path) && statSync(path).size > 0 && readFileSync(path).at(-1) !== 0x0a;
      this.#fd = attempt('opening the journal', () => openSync(path, 'a', 0o600));
      // What was cut short stays a line of its own.
      if (torn) writeSync(this.#fd, '\n');
      this.#bytes = fstatSync(this.#fd).size;
    }
    return this.#fd;
  }
}

interface Line {
  readonly step: string;
  readonly file: string;
  readonly fileHex?: string;
  readonly entry?: FileEntry;
}

function parsed(line: string): Line | undefined {
  try {
    const { step, file, fileHex, entry } = JSON.parse(line) as Line;
    if (typeof step !== 'string' || typeof file !== 'string') return undefined;
    return {
      step,
      file,
      ...(typeof fileHex === 'string' ? { fileHex } : {}),
      ...(typeof entry?.file === 'string' && typeof entry.before?.sha256 === 'string' ? { entry } : {}),
    };
  } catch {
    return undefined;
  }
}
