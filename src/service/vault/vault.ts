import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readPieces } from '../../bytes/apply-edits.js';
import type { Source } from '../../core/source.js';
import { sha256Of } from '../../engine/digest.js';
import { type FileOps, realFileOps } from '../../io/file-ops.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { attempt, attemptAsync, IoError } from '../../io/io-error.js';
import { removeStrayTemps } from '../../io/stray.js';
import { writeNewFile } from '../../io/write-new.js';
import type { VaultSettings } from '../../policy/types.js';
import { pathFields } from '../receipts/entry.js';
import { fileOf, ID_PATTERN, newId, parseRecord, type VaultRecord } from './record.js';

export interface Kept {
  readonly before: VaultRecord['before'];
  readonly after?: VaultRecord['after'];
}

const UNDONE = 'undone';
/** An original without a record belongs to a run that is going on, or was stopped; after this long to the latter. */
const ORPHAN_MS = 60 * 60 * 1000;

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
  ) {}

  /**
   * Keeps the bytes of an open file, which is about to be replaced: they and what is known of them are on the disk when this
   * resolves. The same content of the same file is kept once. Returns the record's id. Throws `IoError`: the file must then
   * stay as it is.
   */
  async keep(path: Buffer, original: FileSource, kept: Kept): Promise<string> {
    this.#know();
    const before = this.#byFile.get(keyOf(path));
    if (
      before?.before.sha256 === kept.before.sha256 &&
      before.after?.sha256 === kept.after?.sha256 &&
      this.#contentOf(before) !== undefined
    )
      return before.id;
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
    await this.#write(record, original);
    // The record after its content: what has a record can be brought back.
    await this.#writeFile(`${record.id}.json`, [Buffer.from(`${JSON.stringify(record)}\n`)]);
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
  async withOriginal<T>(record: VaultRecord, identity: string | undefined, work: (original: FileSource) => Promise<T>): Promise<T> {
    const path = this.#contentOf(record);
    if (path === undefined) throw new IoError('not-found', 'the original is not in the vault any more', 'it has expired, or was removed');
    if (!record.encrypted) return this.#opened(path, record, work);
    if (identity === undefined) throw new IoError('no-vault-key', 'the original is encrypted', 'give the passphrase');
    const { decrypted } = await import('./cipher.js');
    const plain = join(this.folder, `${record.id}.${randomBytes(4).toString('hex')}.plain`);
    try {
      await this.#stream(plain, await decrypted(createReadStream(path), identity));
      return await this.#opened(plain, record, work);
    } finally {
      forget(plain);
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
  async tidy(): Promise<number> {
    const nowMs = this.now().getTime();
    const expired = this.records().filter(({ keptAt }) => Date.parse(keptAt) + this.settings.keepMs < nowMs);
    for (const record of expired) this.remove(record);
    await removeStrayTemps(Buffer.from(this.folder), this.ops, nowMs);
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const ours =
        name.endsWith('.plain') || ((name.endsWith('.orig') || name.endsWith('.age')) && ID_PATTERN.test(name.split('.')[0] as string));
      if (!ours || (!name.endsWith('.plain') && existsSync(join(this.folder, `${name.split('.')[0]}.json`)))) continue;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && nowMs - stat.ctimeMs > ORPHAN_MS) forget(path);
    }
    this.#totalBytes = undefined;
    return expired.length;
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

  async #write(record: VaultRecord, original: FileSource): Promise<void> {
    const pieces = { [Symbol.iterator]: () => readPieces(original, 0, original.byteLength) };
    if (!record.encrypted) {
      await this.#writeFile(`${record.id}.orig`, pieces, async (output) => {
        if (sha256Of(output) !== record.before.sha256)
          throw new IoError(
            'changed-meanwhile',
            'it was changed while it was copied to the vault',
            'run again when no other program writes it',
          );
      });
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
    const path = join(this.folder, `${record.id}.age`);
    try {
      await this.#stream(path, await encrypted(counted, recipient));
      if (hash.digest('hex') !== record.before.sha256)
        throw new IoError(
          'changed-meanwhile',
          'it was changed while it was copied to the vault',
          'run again when no other program writes it',
        );
    } catch (error) {
      forget(path);
      throw error;
    }
  }

  async #writeFile(
    name: string,
    pieces: Iterable<Uint8Array>,
    verify: (output: Source) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await writeNewFile(Buffer.from(join(this.folder, name)), pieces, verify, { mode: 0o600, ops: this.ops });
  }

  async #stream(path: string, stream: AsyncIterable<Uint8Array>): Promise<void> {
    await attemptAsync('writing to the vault', async () => {
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const chunk of stream) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  async #opened<T>(path: string, { before }: VaultRecord, work: (original: FileSource) => Promise<T>): Promise<T> {
    const source = openFileSource(path, this.ops);
    try {
      if (source.byteLength !== before.sizeBytes || sha256Of(source) !== before.sha256)
        throw new IoError('vault-damaged', 'the original in the vault is not what was put in', 'look for a backup');
      return await work(source);
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
    for (const record of this.records()) {
      this.remove(record);
      if ((this.#totalBytes ?? 0) + sizeBytes <= this.settings.sizeBytes) return;
    }
  }
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
