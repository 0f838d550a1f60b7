import { readPieces } from '../../bytes/apply-edits.js';
import type { Source } from '../../core/source.js';
import { sha256Of } from '../../engine/digest.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { rewriteFile } from '../../io/replace-file.js';
import { writeNewFile } from '../../io/write-new.js';
import { fileOf, type VaultRecord } from './record.js';
import type { Vault } from './vault.js';

export interface UndoOptions {
  readonly vault: Vault;
  /** Opens encrypted originals. */
  readonly identity?: string;
  /** Also over a file that was changed since; what is there goes into the vault. */
  readonly force?: boolean;
}

export interface Undone {
  readonly before: { readonly sha256: string; readonly sizeBytes: number };
  readonly after: { readonly sha256: string; readonly sizeBytes: number };
  readonly notes: readonly string[];
  /** False where the original lay there already. */
  readonly changed: boolean;
}

/**
 * Puts an original back where it lay, with its content, mode and times; the daemon leaves that content there from now on. Throws
 * `IoError` (`changed-since` where another has written the file since): what is there then stays.
 */
export async function undo(record: VaultRecord, { vault, identity, force = false }: UndoOptions): Promise<Undone> {
  const path = fileOf(record);
  return vault.withOriginal(record, identity, async (original, place) => {
    // First, so that a running daemon does not clean it again.
    await vault.markUndone(path, record.before.sha256);
    return isThere(path) ? over(path, record, original, vault, force) : anew(path, record, original, place);
  });
}

/** Owner, extended attributes and access lists of the file that is there are kept: they came from the original. */
async function over(path: Buffer, record: VaultRecord, original: FileSource, vault: Vault, force: boolean): Promise<Undone> {
  let there = { sha256: '', sizeBytes: 0 };
  const { proof, notes } = await rewriteFile<undefined, true>(
    path,
    (source) => {
      there = { sha256: sha256Of(source), sizeBytes: source.byteLength };
      if (there.sha256 === record.before.sha256) return { outcome: undefined };
      if (!force && there.sha256 !== record.after?.sha256)
        throw new IoError(
          'changed-since',
          'it was changed after it was cleaned',
          'with --force the original comes back, and what is there now goes into the vault',
        );
      return { outcome: undefined, replacement: { pieces: piecesOf(original), verify: (output) => same(output, record) } };
    },
    {
      keepOriginal: async (now) => {
        if (there.sha256 !== record.after?.sha256) await vault.keep(path, now, { before: there, after: record.before });
      },
      attributes: attributesOf(record),
    },
  );
  return { before: there, after: record.before, notes, changed: proof !== undefined };
}

/** The file was moved away or deleted: its original comes back all the same. */
async function anew(path: Buffer, record: VaultRecord, original: FileSource, place: Buffer): Promise<Undone> {
  const notes = ['the file was gone, and is there again'];
  await writeNewFile(path, piecesOf(original), (output) => same(output, record), {
    mode: record.mode,
    attributes: Object.assign(Object.create(original.stat), attributesOf(record)),
    // What is encrypted lay there without them: they could tell something themselves.
    ...(record.encrypted ? {} : { like: { source: original, path: place }, onNote: (note: string) => notes.push(note) }),
  });
  if (record.encrypted) notes.push('extended attributes and access lists, if any, are not kept by an encrypted vault');
  return {
    before: { sha256: record.after?.sha256 ?? '', sizeBytes: record.after?.sizeBytes ?? 0 },
    after: record.before,
    notes,
    changed: true,
  };
}

function attributesOf({ mode, mtimeNs, atimeNs }: VaultRecord): { mode: bigint; mtimeNs: bigint; atimeNs: bigint } {
  return { mode: BigInt(mode), mtimeNs: BigInt(mtimeNs), atimeNs: BigInt(atimeNs) };
}

async function same(output: Source, { before }: VaultRecord): Promise<true> {
  if (sha256Of(output) !== before.sha256)
    throw new IoError('disk-failed', 'what was written is not the original', 'check the disk; nothing was replaced');
  return true;
}

function piecesOf(original: FileSource): Iterable<Uint8Array> {
  return { [Symbol.iterator]: () => readPieces(original, 0, original.byteLength) };
}

function isThere(path: Buffer): boolean {
  try {
    openFileSource(path).close();
    return true;
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return false;
    throw error;
  }
}
