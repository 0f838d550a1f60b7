import { type BigIntStats, mkdirSync } from 'node:fs';
import type { Source } from '../core/source.js';
import { ATTRIBUTES_COME_WITH_CONTENT } from './attributes.js';
import { Beside, syncDirectory } from './beside.js';
import { type FileOps, realFileOps } from './file-ops.js';
import type { FileSource } from './file-source.js';
import { attempt, IoError } from './io-error.js';
import { keepAttributes, keepTimes } from './keep-attributes.js';
import { directoryOf } from './path-bytes.js';

export interface WriteNewOptions {
  readonly ops?: FileOps;
  /** Replace a file of this name, atomically. Without it such a file is an error (`exists`). */
  readonly overwrite?: boolean;
  /** Permissions of a file whose content is nobody else's business. */
  readonly mode?: number;
  /** Permissions (without set-id bits) and times are taken from here; the owner is the one who writes. */
  readonly attributes?: BigIntStats;
  /**
   * An open file whose owner, permissions (without set-id bits), times, extended attributes and access lists are taken over; `mode`
   * goes before its permissions, `attributes` before its times.
   */
  readonly like?: { readonly source: FileSource; readonly path: Buffer };
  /** Told of what could not be kept. */
  readonly onNote?: (note: string) => void;
}

/**
 * Writes a new file, which appears whole or not at all: beside, flushed, read back and proven, then named. Missing folders
 * are made. Returns what `verify` gives. Throws `IoError` and what `verify` throws; nothing is left then.
 */
export async function writeNewFile<Proof>(
  path: Buffer,
  pieces: Iterable<Uint8Array>,
  verify: (output: Source) => Promise<Proof>,
  options: WriteNewOptions = {},
): Promise<Proof> {
  const ops = options.ops ?? realFileOps;
  const directory = directoryOf(path);
  attempt('making the folder', () => mkdirSync(directory, { recursive: true }));
  const beside = new Beside(path, 'tmp', ops);
  try {
    await writeLike(beside, pieces, options, ops);
    const proof = await beside.check(verify);
    const attributes = options.attributes ?? options.like?.source.stat;
    const mode = options.mode ?? (attributes === undefined ? 0o666 & ~process.umask() : Number(attributes.mode) & 0o777);
    if (options.like !== undefined) {
      const { uid, gid } = options.like.source.stat;
      const { atimeNs, mtimeNs } = attributes as BigIntStats;
      // Permissions that are asked for are no matter of what the system lets us keep.
      if (options.mode !== undefined) attempt('setting its permissions', () => ops.chmod(beside.fd, mode));
      for (const note of keepAttributes(beside.fd, { uid, gid, mode: BigInt(mode), atimeNs, mtimeNs }, ops)) options.onNote?.(note);
    } else {
      attempt('setting its permissions', () => ops.chmod(beside.fd, mode));
      if (attributes !== undefined) keepTimes(beside.fd, attributes, ops, []);
    }
    await beside.finish();
    if (options.overwrite === true) beside.moveTo(path);
    else nameWithoutReplacing(beside, path, ops);
    await syncDirectory(directory, ops).catch(() => undefined);
    return proof;
  } catch (error) {
    beside.discard();
    throw error;
  }
}

/** The content, and what only the system's own tools can copy. */
async function writeLike(beside: Beside, pieces: Iterable<Uint8Array>, { like, onNote }: WriteNewOptions, ops: FileOps): Promise<void> {
  const copied = async (): Promise<void> => {
    if (like === undefined) return;
    const { note } = await ops.copyAttributes(like.source.fd, beside.fd, { from: like.path, to: beside.path });
    if (note !== undefined) onNote?.(note);
  };
  if (ATTRIBUTES_COME_WITH_CONTENT && like !== undefined) {
    await copied();
    attempt('writing', () => ops.truncate(beside.fd, 0));
  }
  await beside.write(pieces);
  if (!ATTRIBUTES_COME_WITH_CONTENT) await copied();
}

/** Gives the file its name only where no other has it. */
export function nameWithoutReplacing(beside: Beside, path: Buffer, ops: FileOps): void {
  try {
    // A rename would replace silently; a link refuses.
    ops.link(beside.path, path);
    beside.discard();
    return;
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      attempt('naming it', () => {
        throw error;
      });
    }
  }
  // A file system without links (FAT, some network disks).
  if (exists(path, ops)) throw new IoError('exists', 'a file of this name exists already', 'move it away, or choose another place');
  beside.moveTo(path);
}

function exists(path: Buffer, ops: FileOps): boolean {
  try {
    ops.lstat(path);
    return true;
  } catch {
    return false;
  }
}
