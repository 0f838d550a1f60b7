import { openFileSource } from '../../io/file-source.js';
import { attempt } from '../../io/io-error.js';
import { arrivedFile, type HeldRecord } from './record.js';
import { isOriginalAtItsPlace } from './recover.js';
import { putOnRecord, type ReleaseTools } from './release.js';
import { sha256InTurns } from './take-in.js';

export type Rejection =
  /** Absent `vaultId`: it is gone for good. */
  | {
      readonly kind: 'rejected';
      readonly record: HeldRecord;
      readonly notes: readonly string[];
      readonly vaultId?: string;
    }
  /** There is no vault, and nobody said that it may be deleted. */
  | { readonly kind: 'needs-delete'; readonly record: HeldRecord }
  | { readonly kind: 'gone'; readonly id: string };

/**
 * Takes a picture away that shall never appear: into the vault where there is one, else for good, and that only where
 * `mayDelete` is said. Throws `IoError`, and what the vault throws: it is then still held.
 */
export async function rejectPicture(
  id: string,
  mayDelete: boolean,
  tools: Pick<ReleaseTools, 'room' | 'vaultFor' | 'receipts'>,
): Promise<Rejection> {
  const { room } = tools;
  const release = await room.lock(id);
  try {
    const record = room.read(id);
    if (record === undefined) return { kind: 'gone', id };
    if (record.original === 'left' && !isOriginalAtItsPlace(record)) {
      await room.forget(id);
      return { kind: 'gone', id };
    }
    // Rejected to the end but for its record, or taken away by hand.
    if (record.original === 'moved' && !room.hasPicture(id)) {
      await room.forget(id);
      return { kind: 'gone', id };
    }
    const vault = tools.vaultFor(record);
    if (!mayDelete && vault === undefined) return { kind: 'needs-delete', record };
    // A daemon must not release what is half in the vault.
    await room.write({ ...record, ending: { kind: 'reject' } });
    const source = openFileSource(room.originalOf(record), room.ops);
    try {
      const digest = { sha256: await sha256InTurns(source), sizeBytes: source.byteLength };
      const vaultId = mayDelete ? undefined : await vault?.keep(arrivedFile(record), source, { before: digest });
      const done = { event: 'rejected', before: digest, ...(vaultId === undefined ? {} : { vaultId }) } as const;
      const notes = await putOnRecord(record, done, tools.receipts);
      if (record.original === 'left') attempt('deleting the original', () => room.ops.unlink(arrivedFile(record)));
      else room.deletePicture(id);
      await room.forget(id);
      return { kind: 'rejected', record, notes, ...(vaultId === undefined ? {} : { vaultId }) };
    } finally {
      source.close();
    }
  } finally {
    release();
  }
}
