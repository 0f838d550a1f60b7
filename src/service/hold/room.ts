import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../../io/beside.js';
import { type FileOps, realFileOps } from '../../io/file-ops.js';
import { attempt, attemptAsync } from '../../io/io-error.js';
import { lock, type Release } from '../../io/state/lock.js';
import { writeNewFile } from '../../io/write-new.js';
import { arrivedFile, HELD_ID, type HeldRecord, parseHeldRecord, RECORD_BYTES, serializeRecord } from './record.js';

/** A record that cannot be read, with the picture that it was of. */
export interface BrokenEntry {
  readonly id: string;
  readonly hasPicture: boolean;
}

export interface HeldList {
  /** The first that came first. */
  readonly records: readonly HeldRecord[];
  readonly broken: readonly BrokenEntry[];
}

/** The private room of what is held back: for each picture a record, and the picture itself where it was moved here. */
export class HeldRoom {
  /** `folder`: the room of the state folder; only its owner may look into it. */
  constructor(
    readonly folder: string,
    readonly ops: FileOps = realFileOps,
  ) {}

  newId(): string {
    for (;;) {
      const id = randomBytes(4).toString('hex');
      if (lstatSync(this.#recordPath(id), { throwIfNoEntry: false }) === undefined) return id;
    }
  }

  /** Where the original of a record lies. */
  originalOf(record: HeldRecord): Buffer {
    return record.original === 'left' ? arrivedFile(record) : this.picturePath(record.id);
  }

  picturePath(id: string): Buffer {
    return Buffer.from(join(this.folder, `${id}.picture`));
  }

  /** Of all records, those included that cannot be read. */
  ids(): ReadonlySet<string> {
    const names = attempt('listing what is held', () => readdirSync(this.folder));
    return new Set(names.filter((name) => name.endsWith('.json') && HELD_ID.test(name.slice(0, -5))).map((name) => name.slice(0, -5)));
  }

  /** Everything that is held, and what is broken. */
  list(): HeldList {
    const names = attempt('listing what is held', () => readdirSync(this.folder));
    const pictures = new Set(names.filter((name) => name.endsWith('.picture')).map((name) => name.slice(0, -'.picture'.length)));
    const records: HeldRecord[] = [];
    const broken: BrokenEntry[] = [];
    for (const name of names) {
      const id = name.slice(0, -'.json'.length);
      if (!name.endsWith('.json') || !HELD_ID.test(id)) continue;
      const record = this.read(id);
      if (record !== undefined) records.push(record);
      else if (this.#exists(this.#recordPath(id))) broken.push({ id, hasPicture: pictures.has(id) });
      pictures.delete(id);
    }
    // A picture is never here without its record; whoever took one away by hand still wants to find the other.
    for (const id of pictures) if (HELD_ID.test(id)) broken.push({ id, hasPicture: true });
    records.sort((a, b) => a.arrivedMs - b.arrivedMs || (a.id < b.id ? -1 : 1));
    return { records, broken };
  }

  /** `undefined` where there is none, or none that can be read. */
  read(id: string): HeldRecord | undefined {
    const path = this.#recordPath(id);
    try {
      if (lstatSync(path).size > RECORD_BYTES) return undefined;
      return parseHeldRecord(readFileSync(path, 'utf8'), id);
    } catch {
      return undefined;
    }
  }

  /** Atomically, and on the disk when it resolves. Throws `IoError`. */
  async write(record: HeldRecord): Promise<void> {
    await writeNewFile(Buffer.from(this.#recordPath(record.id)), [serializeRecord(record)], async () => undefined, {
      overwrite: true,
      mode: 0o600,
      ops: this.ops,
    });
  }

  /** Takes a record away. Throws `IoError`. */
  async forget(id: string): Promise<void> {
    attempt('taking the record away', () => this.#unlink(Buffer.from(this.#recordPath(id))));
    // A power cut may bring it back: it then says what was done, and goes again.
    await syncDirectory(Buffer.from(this.folder), this.ops).catch(() => undefined);
  }

  /** Takes the picture away that was moved here, for good. Throws `IoError`. */
  deletePicture(id: string): void {
    attempt('deleting the original', () => this.#unlink(this.picturePath(id)));
  }

  hasPicture(id: string): boolean {
    return this.#exists(this.picturePath(id).toString());
  }

  /** Nobody else, in this process or another, changes the entry until the lock is given back. Throws `IoError` (`locked`). */
  lock(id: string): Promise<Release> {
    return attemptAsync('taking the lock', () => lock(join(this.folder, `${id}.lock`)));
  }

  #recordPath(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  #exists(path: string): boolean {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  }

  #unlink(path: Buffer): void {
    try {
      this.ops.unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
