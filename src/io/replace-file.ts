import type { BigIntStats } from 'node:fs';
import type { Look, Replacement } from '../core/rewrite.js';
import type { Source } from '../core/source.js';
import { ATTRIBUTES_COME_WITH_CONTENT } from './attributes.js';
import { Beside, syncDirectory } from './beside.js';
import { type FileOps, realFileOps } from './file-ops.js';
import { type FileSource, openFileSource } from './file-source.js';
import { type FileIdentity, identityOf, sameIdentity } from './identity.js';
import { openInPlace, replaceInPlace } from './in-place.js';
import { attempt, IoError } from './io-error.js';
import { type GivenAttributes, keepAttributes } from './keep-attributes.js';
import { directoryOf } from './path-bytes.js';

/** How far a replacement has come. `renamed`: the new content is under the name, in whatever way. */
type RewriteStep = 'written' | 'verified' | 'renamed';

export interface RewriteOptions {
  readonly ops?: FileOps;
  /** Told of each step as it is done. Throws to stop there: the original then stays, unless it was replaced already. */
  readonly onStep?: (step: RewriteStep) => void;
  /**
   * Asked once when the new file is written and proven, just before it takes the original's place. Throws to stop it: the
   * original then stays and nothing is left behind.
   */
  readonly beforeReplace?: (stat: BigIntStats) => void | Promise<void>;
  /** Mode and times that the file shall have, where they are not to stay as they are. */
  readonly attributes?: GivenAttributes;
}

/**
 * Asked once when the new content is proven and nothing has taken the original's place yet, with the original still open: to
 * put it by. Throws to stop the replacement.
 */
export type KeepOriginal<Proof> = (original: FileSource, proof: Proof) => Promise<void>;

export interface Rewritten<Outcome, Proof> {
  readonly outcome: Outcome;
  /** Set where the file was replaced. */
  readonly proof?: Proof;
  /** The file under this name now: as it was looked at, or as it was written. */
  readonly identity: FileIdentity;
  /** What a person should know: an attribute that could not be kept. */
  readonly notes: readonly string[];
}

/**
 * Looks at a file and replaces it where the look says so: written beside, flushed, read back and proven, checked that no one
 * changed the original meanwhile, renamed over it. Mode, owner, times, extended attributes and access lists are kept. A file
 * with more than one name keeps its inode, so that all names get the new content. Where there is nothing to replace, nothing
 * is opened for writing.
 *
 * Throws `IoError`, and what `look` and `verify` throw; the original is then as it was and nothing is left beside it.
 */
export async function rewriteFile<Outcome, Proof>(
  path: Buffer,
  look: (source: Source, stat: BigIntStats) => Look<Outcome, Proof> | Promise<Look<Outcome, Proof>>,
  options: RewriteOptions & { readonly keepOriginal?: KeepOriginal<Proof> } = {},
): Promise<Rewritten<Outcome, Proof>> {
  const ops = options.ops ?? realFileOps;
  const source = openFileSource(path, ops);
  try {
    const { outcome, replacement } = await look(source, source.stat);
    if (replacement === undefined) return { outcome, identity: source.identity, notes: [] };
    return { outcome, ...(await replace({ path, source, replacement, ops, options })) };
  } finally {
    source.close();
  }
}

interface Job<Proof> {
  readonly path: Buffer;
  readonly source: FileSource;
  readonly replacement: Replacement<Proof>;
  readonly ops: FileOps;
  readonly options: RewriteOptions & { readonly keepOriginal?: KeepOriginal<Proof> };
}

async function replace<Proof>(job: Job<Proof>): Promise<Omit<Rewritten<never, Proof>, 'outcome'>> {
  const { path, source, replacement, ops, options } = job;
  const ready = async (): Promise<void> => {
    await options.beforeReplace?.(source.stat);
    requireUnchanged(path, source.identity, ops);
  };
  const proven = async (proof: Proof): Promise<void> => {
    options.onStep?.('verified');
    await options.keepOriginal?.(source, proof);
  };
  const target = openInPlace(path, source.stat, ops);
  const done =
    target === undefined
      ? await replaceByRename(job, ready, proven)
      : await replaceInPlace({
          path,
          source,
          replacement,
          ops,
          target,
          ready,
          proven,
          onWritten: () => options.onStep?.('written'),
          ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
        });
  const notes = [...done.notes];
  options.onStep?.('renamed');
  try {
    await syncDirectory(directoryOf(path), ops);
  } catch {
    // The new file is in place: to fail now would be to say something untrue about it.
    notes.push('the folder could not be flushed to the disk: after a power cut the old file may be back');
  }
  return { proof: done.proof, identity: done.identity, notes };
}

async function replaceByRename<Proof>(
  { path, source, replacement, ops, options }: Job<Proof>,
  ready: () => Promise<void>,
  proven: (proof: Proof) => Promise<void>,
): Promise<{ proof: Proof; identity: FileIdentity; notes: string[] }> {
  const beside = new Beside(path, 'tmp', ops);
  try {
    const copying = () => ops.copyAttributes(source.fd, beside.fd, { from: path, to: beside.path });
    const early = ATTRIBUTES_COME_WITH_CONTENT ? await copying() : undefined;
    if (early !== undefined) attempt('writing', () => ops.truncate(beside.fd, 0));
    await beside.write(replacement.pieces);
    options.onStep?.('written');
    const [attributes, proof] = await both(
      early ?? copying(),
      beside.check((output) => replacement.verify(output)),
    );
    await proven(proof);
    const { uid, gid, mode, atimeNs, mtimeNs } = source.stat;
    const notes = keepAttributes(beside.fd, { uid, gid, mode, atimeNs, mtimeNs, ...options.attributes }, ops);
    if (attributes.note !== undefined) notes.push(attributes.note);
    await beside.finish();
    await ready();
    beside.moveTo(path);
    return { proof, identity: identityNow(path, source, ops), notes };
  } catch (error) {
    beside.discard();
    throw error;
  }
}

/** What lies under the name after the work. Its loss would not undo the work, so it does not fail. */
function identityNow(path: Buffer, source: FileSource, ops: FileOps): FileIdentity {
  try {
    return identityOf(ops.lstat(path));
  } catch {
    return source.identity;
  }
}

/** Both results; waits for both also where one fails, so that nothing goes on behind our back. */
async function both<A, B>(a: A | Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([Promise.resolve(a), b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** Throws `IoError` (`changed-meanwhile`) unless the name still leads to the file that was looked at, in the same state. */
function requireUnchanged(path: Buffer, identity: FileIdentity, ops: FileOps): void {
  let now: FileIdentity | undefined;
  try {
    now = identityOf(ops.lstat(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      attempt('looking at it again', () => {
        throw error;
      });
  }
  if (now === undefined || !sameIdentity(now, identity)) {
    throw new IoError(
      'changed-meanwhile',
      'it was changed, replaced or deleted while it was being cleaned; nothing was written',
      'run again when no other program writes it',
    );
  }
}
