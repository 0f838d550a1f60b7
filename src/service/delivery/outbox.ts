import { mkdirSync, realpathSync } from 'node:fs';
import { readPieces } from '../../bytes/apply-edits.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { sha256Of, sha256OfPieces } from '../../engine/digest.js';
import { realFileOps } from '../../io/file-ops.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { identityOf, sameIdentity } from '../../io/identity.js';
import { attempt, IoError } from '../../io/io-error.js';
import { directoryOf, joinBytes, nameOf } from '../../io/path-bytes.js';
import { writeNewFile } from '../../io/write-new.js';
import { fileEntry } from '../receipts/file-entry.js';
import type { Delivered, Delivery, DeliveryOptions, Done, LookAt } from './delivery.js';
import { freeNames } from './free-names.js';

export interface OutboxOptions extends DeliveryOptions {
  /** The watched folder; what lies below it is mirrored. */
  readonly root: Buffer;
  /** Absolute, free of symbolic links. */
  readonly outbox: Buffer;
}

const OTHERS = 0o077;

/** A clean copy appears in another folder; the original stays where it is, for its owner's eyes only. */
export class OutboxDelivery implements Delivery {
  constructor(private readonly options: OutboxOptions) {}

  async deliver(path: Buffer, look: LookAt): Promise<Delivered> {
    const ops = this.options.rewriteOptions?.ops ?? realFileOps;
    const source = openFileSource(path, ops);
    try {
      const seen = await look(source, source.stat);
      const { kind } = seen.outcome.verdict;
      if (kind === 'not-an-image') return { outcome: seen.outcome, identity: source.identity, notes: [] };
      const passes = seen.replacement !== undefined || kind === 'clean' || kind === 'allowed';
      const notes: string[] = [];
      const copy = passes ? await this.#copy(path, source, seen, notes) : undefined;
      notes.push(...makePrivate(source));
      const identity = identityOf(attempt('looking at it', () => ops.fstat(source.fd)));
      if (copy === undefined) return { outcome: seen.outcome, identity, notes };
      return { outcome: seen.outcome, identity, notes, ...(copy === 'there' ? { known: true } : { done: copy }) };
    } finally {
      source.close();
    }
  }

  /** `there`: an earlier run has made the copy. */
  async #copy(path: Buffer, source: FileSource, { replacement }: Look<Judgement, Receipt>, notes: string[]): Promise<Done | 'there'> {
    const pieces = replacement?.pieces ?? { [Symbol.iterator]: () => readPieces(source, 0, source.byteLength) };
    const before = { sha256: sha256Of(source), sizeBytes: source.byteLength };
    let taken: IoError | undefined;
    for (const target of freeNames(this.#targetOf(path))) {
      try {
        return await this.#write(path, target, source, pieces, { before, replacement, notes });
      } catch (error) {
        this.options.journal?.note('left', target);
        this.options.journal?.note('left', path);
        if (!(error instanceof IoError && error.code === 'exists')) throw ofOutbox(error);
        if (holds(target, pieces)) return 'there';
        taken = error;
      }
    }
    throw taken ?? new IoError('exists', 'no name is free in the outbox', 'move files out of it');
  }

  async #write(
    path: Buffer,
    target: Buffer,
    source: FileSource,
    pieces: Iterable<Uint8Array>,
    { before, replacement, notes }: Pick<Look<Judgement, Receipt>, 'replacement'> & { before: Done['before']; notes: string[] },
  ): Promise<Done> {
    const { journal, rewriteOptions, attributesStay } = this.options;
    requireFolder(directoryOf(target));
    const stay = await attributesStay?.(path);
    if (stay !== undefined) notes.push(stay);
    // Where something may lie about after a kill.
    journal?.note('decided', target);
    const done = await writeNewFile(
      target,
      pieces,
      async (output: Source): Promise<Done> => {
        journal?.note('written', target);
        const receipt = await replacement?.verify(output);
        const after = receipt?.after ?? { sha256: sha256Of(output), sizeBytes: output.byteLength };
        if (receipt === undefined && after.sha256 !== before.sha256) throw changed();
        const copied = { at: new Date(), before, after, output: target };
        const made: Done = receipt === undefined ? { ...copied, event: 'copied' } : { ...copied, event: 'cleaned', receipt };
        await journal?.promise(path, fileEntry(path, made, made.at));
        await rewriteOptions?.beforeReplace?.(source.stat);
        // The clean copy of a file that is another one by now is nobody's wish.
        if (!sameIdentity(identityOf(attempt('looking at it again', () => source.ops.lstat(path))), source.identity)) throw changed();
        requireFolder(directoryOf(target));
        return made;
      },
      {
        ops: source.ops,
        ...(stay === undefined ? { like: { source, path }, onNote: (note: string) => notes.push(note) } : { attributes: source.stat }),
      },
    );
    journal?.note('renamed', target);
    return done;
  }

  #targetOf(path: Buffer): Buffer {
    const { root, outbox } = this.options;
    const below = path.subarray(root.length + (root[root.length - 1] === 0x2f ? 0 : 1));
    return joinBytes(outbox, below.length === 0 ? nameOf(path) : below);
  }
}

/** Makes the folder. Throws `IoError` where a link leads out of the outbox. */
function requireFolder(directory: Buffer): void {
  attempt('making the folder in the outbox', () => mkdirSync(directory, { recursive: true }));
  const real = attempt('looking at the outbox', () => realpathSync.native(directory, { encoding: 'buffer' }) as unknown as Buffer);
  if (!real.equals(directory))
    throw new IoError('outbox-failed', 'a folder in the outbox is a symbolic link', 'take the link away: nothing is written through it');
}

/** Said of the outbox: nobody must think that it is the picture that is not there. */
function ofOutbox(error: unknown): unknown {
  if (!(error instanceof IoError) || !/^(?:not-found|is-a-)/.test(error.code)) return error;
  return new IoError('outbox-failed', `the outbox: ${error.message}`, 'see that the outbox is a folder that can be written to');
}

function changed(): IoError {
  return new IoError(
    'changed-meanwhile',
    'it was changed while it was copied; nothing was written',
    'run again when no other program writes it',
  );
}

/** Takes the rights of all others away. Returns what a person should know. */
function makePrivate({ fd, stat, ops }: FileSource): string[] {
  const mode = Number(stat.mode) & 0o7777;
  if ((mode & OTHERS) === 0) return [];
  try {
    ops.chmod(fd, mode & ~OTHERS);
    return [];
  } catch {
    return ['the original could not be made private: others may still read it'];
  }
}

/** True where a regular file has exactly these bytes. */
function holds(path: Buffer, pieces: Iterable<Uint8Array>): boolean {
  let source: FileSource;
  try {
    source = openFileSource(path);
  } catch {
    return false;
  }
  try {
    let sizeBytes = 0;
    for (const piece of pieces) sizeBytes += piece.byteLength;
    return source.byteLength === sizeBytes && sha256Of(source) === sha256OfPieces(pieces);
  } finally {
    source.close();
  }
}
