import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readPieces } from '../../bytes/apply-edits.js';
import type { Source } from '../../core/source.js';
import { sha256Of } from '../../engine/digest.js';
import { Beside, syncDirectory, writePieces } from '../../io/beside.js';
import { type FileOps, realFileOps } from '../../io/file-ops.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { attempt, attemptAsync, IoError } from '../../io/io-error.js';
import { removeStrayTemps } from '../../io/stray.js';
import { nameWithoutReplacing, writeNewFile } from '../../io/write-new.js';
import type { VaultSettings } from '../../policy/types.js';
import { pathFields } from '../receipts/entry.js';
import { fileOf, ID_PATTERN, newId, parseRecord, type VaultRecord } from './record.js';

export interface Kept {
  readonly before: VaultRecord['before'];
  readonly after?: VaultRecord['after'];
}

/** `path`: where the open original lies just now. */
type WithOriginal<T> = (original: FileSource, path: Buffer) => Promise<T>;

const UNDONE = 'undone';
/** An original and its record get their names right after each other; one that is still without after this long belongs to a run that was stopped. */
const ORPHAN_MS = 2_000;
/** A second cleaning of the same content is one with the first for this long: a run that was stopped does it again. */
const SAME_MS = 60 * 60 * 1000;
const CONTENT = /^(\d{8}T\d{9}-[0-9a-f]{8})\.(?:orig|age)$/;

/** The private folder of originals. */
export class Vault {
  #totalBytes: number | undefined;
  readonly #byFile = new Map<string, VaultRecord>();

  /** `folder`: the room of the state folder. */
  constructor(
    readonly folder: string,
    private readonly settings: VaultSettings,
    private readonly ops: FileOps = realFileOps,
    private readonly now: () => Date = () => new Date(),
    private readonly orphanMs: number = ORPHAN_MS,
  ) {}

  /**
   * Keeps the bytes of an open file, which is about to be replaced: they and what is known of them are on the disk when this
   * resolves. The same content of the same file is kept once. Returns the record's id. Throws `IoError`: the file must then
   * stay as it is.
   */
  keep(path: Buffer, original: FileSource, kept: Kept): Promise<string> {
    return attemptAsync('keeping the original', () => this.#keep(path, original, kept));
  }

  async #keep(path: Buffer, original: FileSource, kept: Kept): Promise<string> {
    // Somebody may have deleted it while the daemon runs.
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.#know();
    const before = this.#byFile.get(keyOf(path));
    if (before !== undefined && this.#isSame(before, original, kept)) return before.id;
    if (original.byteLength > this.settings.sizeBytes)
      throw new IoError('vault-too-small', 'it is larger than the whole vault may be', 'raise watch.vault.size, or turn the vault off');
    const now = this.now();
    const record: VaultRecord = {
      schema: 'exifence/vault@1',
      id: newId(now, randomBytes(4)),
      ...pathFields('file', path),
      keptAt: now.toISOString(),
      ...kept,
      mode: Number(original.stat.mode) & 0o7777,
      mtimeNs: String(original.stat.mtimeNs),
      atimeNs: String(original.stat.atimeNs),
      encrypted: this.settings.encrypt,
    };
    this.#makeRoom(original.byteLength);
    await this.#write(record, path, original);
    // The record after its content: what has a record can be brought back.
    await this.#writeFile(`${record.id}.json`, [Buffer.from(`${JSON.stringify(record)}\n`)]);
    if (!this.has(record))
      throw new IoError('vault-failed', 'the original has gone from the vault', 'nothing was replaced; it is tried again');
    this.#byFile.set(keyOf(path), record);
    this.#totalBytes = (this.#totalBytes ?? 0) + original.byteLength;
    return record.id;
  }

  /** All records, the oldest first. */
  records(): VaultRecord[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.json') && ID_PATTERN.test(name.slice(0, -5)))
      .sort()
      .flatMap((name) => {
        try {
          return parseRecord(readFileSync(join(this.folder, name), 'utf8')) ?? [];
        } catch {
          return [];
        }
      });
  }

  /** True where the record's content is still there. */
  has(record: VaultRecord): boolean {
    return this.#contentOf(record) !== undefined;
  }

  /**
   * The original's bytes, held against their digest, for as long as `work` runs. `identity` opens what is encrypted. Throws
   * `IoError` (`vault-damaged` where they are not what was put in).
   */
  async withOriginal<T>(record: VaultRecord, identity: string | undefined, work: WithOriginal<T>): Promise<T> {
    const path = this.#contentOf(record);
    if (path === undefined) throw new IoError('not-found', 'the original is not in the vault any more', 'it has expired, or was removed');
    if (!record.encrypted) return this.#opened(Buffer.from(path), record, work);
    if (identity === undefined) throw new IoError('no-vault-key', 'the original is encrypted', 'give the passphrase');
    const { decrypted } = await import('./cipher.js');
    // By its name a killed run's: the next start takes it away.
    const plain = new Beside(Buffer.from(path), 'tmp', this.ops);
    try {
      await attemptAsync('decrypting', async () => {
        let position = 0;
        for await (const chunk of await decrypted(createReadStream(path), identity))
          position = await writePieces(plain.fd, [chunk], this.ops, position);
      });
      plain.close();
      return await this.#opened(plain.path, record, work);
    } finally {
      plain.discard();
    }
  }

  /** Takes an original out of the vault for good. */
  remove(record: VaultRecord): void {
    // The record first: what has a record can be brought back.
    forget(join(this.folder, `${record.id}.json`));
    for (const ending of ['orig', 'age']) forget(join(this.folder, `${record.id}.${ending}`));
    this.#byFile.delete(keyOf(fileOf(record)));
    if (this.#totalBytes !== undefined) this.#totalBytes -= record.before.sizeBytes;
  }

  /** Removes what is kept longer than the policy says, and what a run that was stopped left. Returns how many originals went. */
  tidy(): Promise<number> {
    return attemptAsync('tidying the vault', () => this.#tidy());
  }

  async #tidy(): Promise<number> {
    const nowMs = this.now().getTime();
    if (!existsSync(this.folder)) return 0;
    const records = this.records();
    const expired = records.filter(({ keptAt }) => Date.parse(keptAt) + this.settings.keepMs < nowMs);
    for (const record of expired) this.remove(record);
    // Half of one that was being removed.
    for (const record of records) if (!this.has(record)) this.remove(record);
    for (const folder of [this.folder, join(this.folder, UNDONE)])
      if (existsSync(folder)) await removeStrayTemps(Buffer.from(folder), this.ops, nowMs);
    const orphans = this.#orphans();
    if (orphans.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.orphanMs));
      const still = this.#orphans();
      for (const name of orphans) if (still.has(name)) forget(join(this.folder, name));
    }
    this.#totalBytes = undefined;
    return expired.length;
  }

  /** Names of originals that have no record. */
  #orphans(): Set<string> {
    const names = new Set(readdirSync(this.folder));
    const isOrphan = (name: string): boolean => {
      const id = CONTENT.exec(name)?.[1];
      return id !== undefined && !names.has(`${id}.json`);
    };
    return new Set([...names].filter(isOrphan));
  }

  #isSame(before: VaultRecord, { stat }: FileSource, kept: Kept): boolean {
    return (
      before.before.sha256 === kept.before.sha256 &&
      before.after?.sha256 === kept.after?.sha256 &&
      before.mode === (Number(stat.mode) & 0o7777) &&
      before.mtimeNs === String(stat.mtimeNs) &&
      Math.abs(this.now().getTime() - Date.parse(before.keptAt)) < SAME_MS &&
      this.has(before)
    );
  }

  /** From now on this content of this file stays as it is. On the disk when this resolves. */
  async markUndone(path: Buffer, sha256: string): Promise<void> {
    attempt('making the folder', () => mkdirSync(join(this.folder, UNDONE), { recursive: true, mode: 0o700 }));
    await writeNewFile(Buffer.from(join(this.folder, UNDONE, keyOf(path))), [Buffer.from(sha256)], async () => undefined, {
      overwrite: true,
      mode: 0o600,
      ops: this.ops,
    });
  }

  /** True where a person has brought this content of this file back. */
  isUndone(path: Buffer, source: Source): boolean {
    let sha256: string;
    try {
      sha256 = readFileSync(join(this.folder, UNDONE, keyOf(path)), 'utf8');
    } catch {
      return false;
    }
    return sha256 === sha256Of(source);
  }

  async #write(record: VaultRecord, path: Buffer, original: FileSource): Promise<void> {
    const pieces = { [Symbol.iterator]: () => readPieces(original, 0, original.byteLength) };
    if (!record.encrypted) {
      const verify = async (output: Source): Promise<void> => {
        if (sha256Of(output) !== record.before.sha256) throw changed();
      };
      // Its extended attributes go along: they come back where the file itself is gone.
      await this.#writeFile(`${record.id}.orig`, pieces, verify, { source: original, path });
      return;
    }
    const [{ recipientIn }, { encrypted }] = await Promise.all([import('./keys.js'), import('./cipher.js')]);
    const recipient = recipientIn(this.folder);
    const hash = createHash('sha256');
    const counted = {
      *[Symbol.iterator]() {
        for (const piece of pieces) {
          hash.update(piece);
          yield piece;
        }
      },
    };
    const target = Buffer.from(join(this.folder, `${record.id}.age`));
    const beside = new Beside(target, 'tmp', this.ops);
    try {
      let position = 0;
      for await (const chunk of await encrypted(counted, recipient)) position = await writePieces(beside.fd, [chunk], this.ops, position);
      if (hash.digest('hex') !== record.before.sha256) throw changed();
      await beside.finish();
      nameWithoutReplacing(beside, target, this.ops);
      await syncDirectory(Buffer.from(this.folder), this.ops);
    } catch (error) {
      beside.discard();
      throw error;
    }
  }

  async #writeFile(
    name: string,
    pieces: Iterable<Uint8Array>,
    verify: (output: Source) => Promise<void> = async () => undefined,
    like?: { readonly source: FileSource; readonly path: Buffer },
  ): Promise<void> {
    await writeNewFile(Buffer.from(join(this.folder, name)), pieces, verify, {
      mode: 0o600,
      ops: this.ops,
      ...(like === undefined ? {} : { like }),
    });
  }

  async #opened<T>(path: Buffer, { before }: VaultRecord, work: WithOriginal<T>): Promise<T> {
    const source = openFileSource(path, this.ops);
    try {
      if (source.byteLength !== before.sizeBytes || sha256Of(source) !== before.sha256)
        throw new IoError('vault-damaged', 'the original in the vault is not what was put in', 'look for a backup');
      return await work(source, path);
    } finally {
      source.close();
    }
  }

  #contentOf({ id, encrypted }: VaultRecord): string | undefined {
    const path = join(this.folder, `${id}.${encrypted ? 'age' : 'orig'}`);
    return existsSync(path) ? path : undefined;
  }

  #know(): void {
    if (this.#totalBytes !== undefined) return;
    this.#byFile.clear();
    for (const record of this.records()) this.#byFile.set(keyOf(fileOf(record)), record);
    this.#totalBytes = readdirSync(this.folder)
      .filter((name) => name.endsWith('.orig') || name.endsWith('.age'))
      .reduce((sum, name) => sum + (statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** The oldest go first. */
  #makeRoom(sizeBytes: number): void {
    if ((this.#totalBytes ?? 0) + sizeBytes <= this.settings.sizeBytes) return;
    // Others may have taken originals out.
    this.#totalBytes = undefined;
    this.#know();
    if ((this.#totalBytes ?? 0) + sizeBytes <= this.settings.sizeBytes) return;
    for (const record of this.records()) {
      this.remove(record);
      if ((this.#totalBytes ?? 0) + sizeBytes <= this.settings.sizeBytes) return;
    }
  }
}

function changed(): IoError {
  return new IoError('changed-meanwhile', 'it was changed while it was copied to the vault', 'run again when no other program writes it');
}

function keyOf(path: Buffer): string {
  return createHash('sha256').update(path).digest('hex');
}

function forget(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already.
  }
}
