import { closeSync, existsSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../io/io-error.js';
import { writeNewFile } from '../../io/write-new.js';

/** Which file, as long as its content is the same: a new name or other permissions do not make it another. */
export interface ReleasedFile {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/** `clean`: a released picture. `original`: one whose clean copy was put elsewhere, and that stays where it is. */
export type ReleasedKind = 'clean' | 'original';

const NAME = 'released.ndjson';
/** More than this many are not remembered: the oldest go first. */
const MOST = 100_000;
const LINE = /^(clean|original) (-?\d{1,20}:\d{1,20}:\d{1,20}:-?\d{1,20})$/;

/** What has been released, so that it does not arrive again. Several processes may write. */
export class ReleasedFiles {
  readonly #kinds = new Map<string, ReleasedKind>();
  #readBytes = 0;

  /** `folder`: the room of what is held. */
  constructor(private readonly folder: string) {}

  kindOf(file: ReleasedFile): ReleasedKind | undefined {
    this.#catchUp();
    return this.#kinds.get(keyOf(file));
  }

  /** Before the file gets its name: whoever watches may see it at once. Throws `IoError`. */
  add(file: ReleasedFile, kind: ReleasedKind): void {
    const fd = attempt('putting on record what is released', () => openSync(join(this.folder, NAME), 'a', 0o600));
    try {
      // A line that a kill has cut short stays one of its own.
      const line = Buffer.from(`\n${kind} ${keyOf(file)}\n`);
      attempt('putting on record what is released', () => {
        for (let written = 0; written < line.length; ) written += writeSync(fd, line, written);
      });
    } finally {
      closeSync(fd);
    }
  }

  /** Forgets the oldest where there are too many. Only while no other process writes. Throws `IoError`. */
  async compact(): Promise<void> {
    const path = join(this.folder, NAME);
    if (!existsSync(path) || statSync(path).size < MOST * 80) return;
    this.#catchUp();
    const lines = [...this.#kinds].slice(-MOST / 2).map(([key, kind]) => `${kind} ${key}\n`);
    await writeNewFile(Buffer.from(path), [Buffer.from(lines.join(''))], async () => undefined, { overwrite: true, mode: 0o600 });
    this.#kinds.clear();
    this.#readBytes = 0;
  }

  /** Reads what was added since the last time, up to the last whole line. */
  #catchUp(): void {
    const path = join(this.folder, NAME);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === this.#readBytes) return;
    if (size < this.#readBytes) {
      this.#kinds.clear();
      this.#readBytes = 0;
    }
    const text = readFrom(path, this.#readBytes, size - this.#readBytes);
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(0, end).split('\n')) {
      const match = LINE.exec(line);
      if (match !== null) this.#kinds.set(match[2] as string, match[1] as ReleasedKind);
    }
    this.#readBytes += end;
  }
}

function readFrom(path: string, start: number, byteLength: number): string {
  const bytes = Buffer.alloc(byteLength);
  const fd = attempt('reading what was released', () => openSync(path, 'r'));
  try {
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, byteLength, start));
  } finally {
    closeSync(fd);
  }
}

function keyOf({ dev, ino, size, mtimeNs }: ReleasedFile): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}
