import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../io/io-error.js';
import { directoryOf } from '../../io/path-bytes.js';
import { pathFields, pathOf } from '../receipts/entry.js';

/** The way of one file. `left`: it came to no change, or was given up. */
export type JournalStep = 'seen' | 'settled' | 'decided' | 'written' | 'verified' | 'renamed' | 'left';

const NAME = 'journal.ndjson';
const BEFORE = 'journal.1.ndjson';
/** Two files of this size are kept. */
const ROTATE_BYTES = 8 * 2 ** 20;

/** After these a file of ours may lie beside the one that was worked on. */
const OPEN_STEPS: ReadonlySet<string> = new Set(['decided', 'written', 'verified']);

/**
 * What the daemon did, step by step: for a person who asks, and for the next start after a kill, which then knows where
 * something may lie about. Lines are handed to the system at once and not flushed: to lose the last few to a power cut costs
 * a look, not a file.
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
  note(step: JournalStep, path: Buffer, more: Readonly<Record<string, string | number>> = {}): void {
    const line = Buffer.from(`${JSON.stringify({ at: new Date().toISOString(), step, ...pathFields('file', path), ...more })}\n`);
    const fd = this.#open();
    let written = 0;
    while (written < line.length) written += attempt('writing the journal', () => writeSync(fd, line, written));
    this.#bytes += line.length;
  }

  /** Folders in which a run that was stopped may have left something. */
  unfinishedFolders(): Buffer[] {
    const open = new Map<string, Buffer>();
    for (const name of [BEFORE, NAME]) {
      const path = join(this.folder, name);
      if (!existsSync(path)) continue;
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        const entry = parsed(line);
        if (entry === undefined) continue;
        const file = pathOf(entry.file, entry.fileHex);
        const key = file.toString('latin1');
        if (OPEN_STEPS.has(entry.step)) open.set(key, directoryOf(file));
        else if (entry.step === 'renamed' || entry.step === 'left') open.delete(key);
      }
    }
    const folders = new Map([...open.values()].map((folder) => [folder.toString('latin1'), folder]));
    return [...folders.values()];
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
      const torn = existsSync(path) && statSync(path).size > 0 && readFileSync(path).at(-1) !== 0x0a;
      this.#fd = attempt('opening the journal', () => openSync(path, 'a', 0o600));
      // What was cut short stays a line of its own.
      if (torn) writeSync(this.#fd, '\n');
      this.#bytes = fstatSync(this.#fd).size;
    }
    return this.#fd;
  }
}

function parsed(line: string): { readonly step: string; readonly file: string; readonly fileHex?: string } | undefined {
  try {
    const entry = JSON.parse(line) as { step?: unknown; file?: unknown; fileHex?: unknown };
    return typeof entry.step === 'string' && typeof entry.file === 'string' ? (entry as never) : undefined;
  } catch {
    return undefined;
  }
}
