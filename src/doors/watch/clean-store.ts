import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import { type FileIdentity, identityKey } from '../../io/identity.js';

/** Which files were found clean, or made so, and in which state: they need no look until they or their policy change. */
export interface CleanStore {
  has(path: Buffer, identity: FileIdentity): Promise<boolean>;
  add(path: Buffer, identity: FileIdentity): Promise<void>;
  close(): Promise<void>;
}

export interface OpenStore {
  /** Absent where it cannot be used: every file is then looked at. */
  readonly store?: CleanStore;
  readonly trouble?: { readonly message: string; readonly hint: string };
}

/** By policy and treatment; `undefined` where a file's state is not to be kept. */
type TagFor = (path: Buffer) => Promise<string | undefined>;

const KEY_BYTES = 16;
/** Files come and go: beyond this all is forgotten, and looked at once more. */
const MOST_ENTRIES = 2_000_000;
const FORMAT = 1;

const LEAST_PAGE_BYTES = 4096;
const MAGIC = 0xbeefc0de;

/** Opens the store in a private folder. One that is damaged is thrown away. Never throws. */
export function openCleanStore(folder: string, tagFor: TagFor): OpenStore {
  const path = join(folder, `clean-${FORMAT}.mdb`);
  // A native library may end the process on what is damaged: then the next start finds this, and opens nothing.
  const opening = `${path}.opening`;
  try {
    if (!existsSync(opening) && looksWhole(path)) {
      writeFileSync(opening, '', { mode: 0o600 });
      const store = new LmdbStore(path, tagFor);
      rmSync(opening, { force: true });
      return { store };
    }
  } catch {
    // What cannot be read says nothing about any file.
  }
  for (const name of [path, `${path}-lock`, opening]) rmSync(name, { force: true });
  const trouble = { message: 'the store of clean files was damaged: it is made anew, and every file is looked at', hint: 'nothing to do' };
  try {
    return { store: new LmdbStore(path, tagFor), trouble };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      trouble: {
        message: `the store of clean files cannot be used (${code ?? 'it cannot be opened'}): every start looks at every file`,
        hint: 'check the state folder: exifence doctor',
      },
    };
  }
}

/** LMDB begins with two pages that hold its magic number behind their headers; a file that is not there yet is whole, too. */
function looksWhole(path: string): boolean {
  if (!existsSync(path)) return true;
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(LEAST_PAGE_BYTES);
    return readSync(fd, head, 0, head.length, 0) === head.length && [16, 24].some((at) => head.readUInt32LE(at) === MAGIC);
  } finally {
    closeSync(fd);
  }
}

class LmdbStore implements CleanStore {
  readonly #database: Database<Buffer, Buffer>;

  constructor(
    path: string,
    private readonly tagFor: TagFor,
  ) {
    this.#database = open<Buffer, Buffer>({ path, encoding: 'binary', keyEncoding: 'binary', noSubdir: true, noMemInit: true });
    if (this.#database.getKeysCount({ limit: MOST_ENTRIES + 1 }) > MOST_ENTRIES) this.#database.clearSync();
  }

  async has(path: Buffer, identity: FileIdentity): Promise<boolean> {
    const tag = await this.tagFor(path);
    return tag !== undefined && this.#database.get(keyOf(path))?.equals(stateOf(identity, tag)) === true;
  }

  async add(path: Buffer, identity: FileIdentity): Promise<void> {
    const tag = await this.tagFor(path);
    // Gathered and written together; what a kill loses is looked at once more.
    if (tag !== undefined) void this.#database.put(keyOf(path), stateOf(identity, tag)).catch(() => undefined);
  }

  async close(): Promise<void> {
    // Undefined where nothing was written.
    await Promise.resolve(this.#database.flushed).catch(() => undefined);
    await this.#database.close();
  }
}

function keyOf(path: Buffer): Buffer {
  return createHash('sha256').update(path).digest().subarray(0, KEY_BYTES);
}

function stateOf(identity: FileIdentity, tag: string): Buffer {
  return createHash('sha256')
    .update(`${identityKey(identity)}\n${tag}`)
    .digest()
    .subarray(0, KEY_BYTES);
}
