import { readPieces } from '../../bytes/apply-edits.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { sha256OfPieces } from '../../engine/digest.js';
import { realFileOps } from '../../io/file-ops.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { identityOf, sameIdentity } from '../../io/identity.js';
import { attempt, IoError } from '../../io/io-error.js';
import { joinBytes, nameOf } from '../../io/path-bytes.js';
import { writeNewFile } from '../../io/write-new.js';
import type { Delivered, Delivery, DeliveryOptions, Done, LookAt } from './delivery.js';
import { freeNames } from './free-names.js';

export interface OutboxOptions extends DeliveryOptions {
  /** The watched folder; what lies below it is mirrored. */
  readonly root: Buffer;
  /** Absolute. */
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
      const passes = seen.replacement !== undefined || kind === 'clean' || kind === 'allowed';
      if (!passes) return { outcome: seen.outcome, identity: source.identity, notes: [] };
      this.options.journal?.note('decided', path);
      const done = await this.#copy(path, source, seen);
      const notes = makePrivate(source);
      return { outcome: seen.outcome, identity: identityOf(attempt('looking at it', () => ops.fstat(source.fd))), notes, done };
    } finally {
      source.close();
    }
  }

  async #copy(path: Buffer, source: FileSource, { replacement }: Look<Judgement, Receipt>): Promise<Done> {
    const { journal } = this.options;
    const pieces = replacement?.pieces ?? { [Symbol.iterator]: () => readPieces(source, 0, source.byteLength) };
    const before = { sha256: sha256OfPieces(readPieces(source, 0, source.byteLength)), sizeBytes: source.byteLength };
    const ops = source.ops;
    let taken: IoError | undefined;
    for (const target of freeNames(this.#targetOf(path))) {
      try {
        let written = before;
        const receipt = await writeNewFile(
          target,
          pieces,
          async (output: Source) => {
            journal?.note('written', target);
            const proof = await replacement?.verify(output);
            written = proof?.after ?? { sha256: sha256OfPieces(readPieces(output, 0, output.byteLength)), sizeBytes: output.byteLength };
            if (proof === undefined && written.sha256 !== before.sha256) throw changed();
            journal?.note('verified', target);
            await this.options.rewriteOptions?.beforeReplace?.(source.stat);
            // The clean copy of a file that is another one by now is nobody's wish.
            if (!sameIdentity(identityOf(attempt('looking at it again', () => ops.lstat(path))), source.identity)) throw changed();
            return proof;
          },
          { attributes: source.stat, ops },
        );
        journal?.note('renamed', target);
        return {
          event: receipt === undefined ? 'copied' : 'cleaned',
          before,
          after: written,
          output: target,
          ...(receipt === undefined ? {} : { receipt }),
        };
      } catch (error) {
        journal?.note('left', target);
        if (!(error instanceof IoError && error.code === 'exists')) throw error;
        // A copy that an earlier run has made.
        const same = sameContent(target, pieces);
        if (same !== undefined) return { event: replacement === undefined ? 'copied' : 'cleaned', before, after: same, output: target };
        taken = error;
      }
    }
    throw taken ?? new IoError('exists', 'no name is free in the outbox', 'move files out of it');
  }

  #targetOf(path: Buffer): Buffer {
    const { root, outbox } = this.options;
    const below = path.subarray(root.length + (root[root.length - 1] === 0x2f ? 0 : 1));
    return joinBytes(outbox, below.length === 0 ? nameOf(path) : below);
  }
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

/** The digest of a file that holds exactly these bytes. */
function sameContent(path: Buffer, pieces: Iterable<Uint8Array>): { sha256: string; sizeBytes: number } | undefined {
  const source = openFileSource(path);
  try {
    let sizeBytes = 0;
    for (const piece of pieces) sizeBytes += piece.byteLength;
    if (source.byteLength !== sizeBytes) return undefined;
    const sha256 = sha256OfPieces(readPieces(source, 0, source.byteLength));
    return sha256 === sha256OfPieces(pieces) ? { sha256, sizeBytes } : undefined;
  } finally {
    source.close();
  }
}
