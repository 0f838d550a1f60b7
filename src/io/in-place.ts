import type { BigIntStats } from 'node:fs';
import { readPieces } from '../bytes/apply-edits.js';
import type { Replacement } from '../core/rewrite.js';
import { Beside, syncDirectory, writePieces } from './beside.js';
import { type FileOps, OPEN_IN_PLACE } from './file-ops.js';
import { FileSource } from './file-source.js';
import { type FileIdentity, identityOf } from './identity.js';
import { attempt, attemptAsync, IoError } from './io-error.js';
import { type GivenAttributes, keepAttributes, keepTimes } from './keep-attributes.js';
import { directoryOf } from './path-bytes.js';
import { redoFooter } from './redo.js';

/**
 * Opens a file for writing in place, where that is the right way: it has more names than one (a rename would clean one and
 * leave the leak under the others), or it belongs to another user (a rename would make it ours). `undefined` where a
 * rename is the way.
 */
export function openInPlace(path: Buffer, stat: BigIntStats, ops: FileOps): number | undefined {
  const linked = stat.nlink > 1n;
  if (!linked && !belongsToAnother(stat)) return undefined;
  try {
    return ops.open(path, OPEN_IN_PLACE);
  } catch (error) {
    if (!linked) return undefined;
    return attempt('opening a file with several names (hard links) for writing', () => {
      throw error;
    });
  }
}

function belongsToAnother(stat: BigIntStats): boolean {
  const self = process.geteuid?.();
  return self !== undefined && self !== 0 && stat.uid !== BigInt(self);
}

interface InPlaceJob<Proof> {
  readonly path: Buffer;
  readonly source: FileSource;
  readonly replacement: Replacement<Proof>;
  readonly ops: FileOps;
  /** Descriptor open for writing; closed here. */
  readonly target: number;
  /** Throws where the file must not be touched any more. */
  readonly ready: () => Promise<void>;
  /** Told once when the new content is proven. Throws to stop. */
  readonly proven: (proof: Proof) => Promise<void>;
  readonly onWritten: () => void;
  /** Mode and times instead of those that it has. */
  readonly attributes?: GivenAttributes;
}

/**
 * Writes new content into the same inode. The whole new content lies beside it first, flushed and proven: a run that is
 * killed half-way is finished by the next one (`removeStrayTemps`). A copy of the old content is there until the end, for
 * a disk that fails half-way.
 */
export async function replaceInPlace<Proof>(job: InPlaceJob<Proof>): Promise<{ proof: Proof; identity: FileIdentity; notes: string[] }> {
  const { path, source, replacement, ops, target, ready, proven, onWritten } = job;
  const made: Beside[] = [];
  try {
    const redo = keep(made, new Beside(path, 'redo', ops));
    const newBytes = await redo.write(replacement.pieces);
    onWritten();
    const proof = await redo.check((output) => replacement.verify(output));
    await proven(proof);
    const undo = keep(made, new Beside(path, 'tmp', ops));
    await undo.write(readPieces(source, 0, source.byteLength));
    await ready();
    await writePieces(redo.fd, [redoFooter(source.identity, newBytes)], ops, newBytes);
    await attemptAsync('flushing to the disk', () => ops.sync(redo.fd));
    await syncDirectory(directoryOf(path), ops);
    // Nothing waits between this check and the first write.
    await ready();
    await overwrite(job, redo, newBytes, undo);
    const notes: string[] = [];
    restoreAttributes(job, notes);
    return { proof, identity: identityOf(attempt('looking at it', () => ops.fstat(target))), notes };
  } finally {
    for (const beside of made) beside.discard();
    try {
      ops.close(target);
    } catch {
      // It was flushed, or not written at all.
    }
  }
}

/** The new content is there: a disk that fails now is tried once more, and must not say that nothing was written. */
function restoreAttributes<Proof>({ target, source: { stat }, attributes, ops }: InPlaceJob<Proof>, notes: string[]): void {
  for (let turn = 0; turn < 2; turn++) {
    try {
      if (attributes === undefined) keepTimes(target, stat, ops, notes);
      else notes.push(...keepAttributes(target, { uid: stat.uid, gid: stat.gid, ...attributes }, ops));
      return;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (turn === 1) notes.push('the modification time could not be kept');
    }
  }
}

function keep(made: Beside[], beside: Beside): Beside {
  made.push(beside);
  return beside;
}

async function overwrite<Proof>({ source, ops, target }: InPlaceJob<Proof>, redo: Beside, newBytes: number, undo: Beside): Promise<void> {
  const content = (beside: Beside): FileSource =>
    new FileSource(
      beside.fd,
      attempt('looking at the copy', () => ops.fstat(beside.fd)),
      ops,
    );
  try {
    await copyInto(target, content(redo), newBytes, ops);
  } catch (error) {
    try {
      await copyInto(target, content(undo), source.byteLength, ops);
      keepTimes(target, source.stat, ops, []);
    } catch {
      redo.leaveForNextRun();
      throw new IoError(
        'half-written',
        'the disk failed while a file with several names was written, and again while it was put back',
        'run again on this folder once the disk works: the complete clean file lies beside it and is then put in place',
      );
    }
    throw error;
  }
}

/** Makes the first `byteLength` bytes of a source the whole content of an open file, on the disk. */
export async function copyInto(target: number, from: FileSource, byteLength: number, ops: FileOps): Promise<void> {
  await writePieces(target, readPieces(from, 0, byteLength), ops);
  attempt('cutting it to its new length', () => ops.truncate(target, byteLength));
  await attemptAsync('flushing to the disk', () => ops.sync(target));
}
