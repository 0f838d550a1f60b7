import { createHash } from 'node:crypto';
import { readPieces } from '../../bytes/apply-edits.js';
import type { Source } from '../../core/source.js';
import { Beside, syncDirectory } from '../../io/beside.js';
import type { FileOps } from '../../io/file-ops.js';
import type { FileSource } from '../../io/file-source.js';
import { type FileIdentity, identityOf, sameIdentity } from '../../io/identity.js';
import { attempt, attemptAsync, IoError } from '../../io/io-error.js';
import { keepAttributes } from '../../io/keep-attributes.js';
import { directoryOf } from '../../io/path-bytes.js';
import { arrivedFile, type HeldRecord } from './record.js';
import type { HeldRoom } from './room.js';

const PRIVATE = 0o600;

/** Let other work have a turn after this much was read. */
const TURN_BYTES = 16 * 2 ** 20;

export interface TakenIn {
  readonly record: HeldRecord;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/**
 * Takes a file out of sight: it is moved into the private room, or stays for its owner's eyes only, as the record says. The
 * record is on the disk before the file is touched, so that whatever happens then leaves one whole file that can be found.
 * `source`: the file, open, as it was judged. `record`: without `sha256`. Throws `IoError` (`changed-meanwhile` where the name
 * leads to another file by now): the file is then where it was.
 */
export async function takeIn(room: HeldRoom, source: FileSource, record: HeldRecord): Promise<TakenIn> {
  // Another daemon that starts now puts the room in order: it must not take this for what a kill has left.
  const release = await room.lock(record.id);
  try {
    return await takeInLocked(room, source, record);
  } finally {
    release();
  }
}

async function takeInLocked(room: HeldRoom, source: FileSource, record: HeldRecord): Promise<TakenIn> {
  const { ops } = room;
  const path = arrivedFile(record);
  const notes: string[] = [];
  await room.write(record);
  try {
    requireSame(path, source.identity, ops);
    if (record.original === 'left') makePrivate(source, notes);
    else await move(room, source, record);
  } catch (error) {
    if (!room.hasPicture(record.id)) await room.forget(record.id).catch(() => undefined);
    throw error;
  }
  if (source.stat.nlink > 1n) notes.push('it has other names (hard links), which stay where they are, for their owner only');
  return { record: await withDigest(room, source, record), notes };
}

/** SHA-256 of an open file, lower-case hex; other work has its turn meanwhile. */
export async function sha256InTurns(source: Source): Promise<string> {
  const hash = createHash('sha256');
  let turnAt = TURN_BYTES;
  let seen = 0;
  for (const piece of readPieces(source, 0, source.byteLength)) {
    hash.update(piece);
    seen += piece.byteLength;
    if (seen < turnAt) continue;
    turnAt += TURN_BYTES;
    await new Promise(setImmediate);
  }
  return hash.digest('hex');
}

async function move(room: HeldRoom, source: FileSource, record: HeldRecord): Promise<void> {
  const { ops } = room;
  const path = arrivedFile(record);
  const picture = room.picturePath(record.id);
  try {
    ops.rename(path, picture);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') await copyOver(room, source, record);
    else
      attempt('moving it out of sight', () => {
        throw error;
      });
    return;
  }
  if (!isSameFile(ops, picture, source)) {
    putBack(picture, path, ops);
    throw changed();
  }
  // From here on it is held, whatever fails: nobody else can look into the room.
  closeToOthers(source, []);
  await bothFolders(room, path);
}

/** To another disk: the copy is whole, and proven to be, before the original goes. */
async function copyOver(room: HeldRoom, source: FileSource, record: HeldRecord): Promise<void> {
  const { ops } = room;
  const path = arrivedFile(record);
  const picture = room.picturePath(record.id);
  closeToOthers(source, []);
  const beside = new Beside(picture, 'tmp', ops);
  try {
    const sha256 = await sha256InTurns(source);
    await ops.copyAttributes(source.fd, beside.fd, { from: path, to: beside.path });
    attempt('writing', () => ops.truncate(beside.fd, 0));
    await beside.write(readPieces(source, 0, source.byteLength));
    const { uid, gid, atimeNs, mtimeNs } = source.stat;
    keepAttributes(beside.fd, { uid, gid, atimeNs, mtimeNs, mode: BigInt(PRIVATE) }, ops);
    attempt('making the copy private', () => ops.chmod(beside.fd, PRIVATE));
    await beside.check(async (output) => {
      if ((await sha256InTurns(output)) !== sha256) throw changed();
    });
    await beside.finish();
    // The times and the size: its mode is ours by now.
    requireSame(path, identityOf(attempt('looking at it', () => ops.fstat(source.fd))), ops);
    if (attempt('looking at it', () => ops.fstat(source.fd)).mtimeNs !== source.stat.mtimeNs) throw changed();
    beside.moveTo(picture);
  } catch (error) {
    beside.discard();
    restoreMode(source);
    throw error;
  }
  await syncDirectory(Buffer.from(room.folder), ops);
  try {
    ops.unlink(path);
  } catch (error) {
    // Two copies are one too many: the name stays with the original, and it is tried again.
    room.deletePicture(record.id);
    restoreMode(source);
    attempt('taking the original away', () => {
      throw error;
    });
  }
  await syncDirectory(directoryOf(path), ops).catch(() => undefined);
}

/** The original stays where it is; only its owner may read it. */
function makePrivate(source: FileSource, notes: string[]): void {
  closeToOthers(source, notes);
}

function closeToOthers({ fd, ops, stat }: FileSource, notes: string[]): void {
  if ((Number(stat.mode) & 0o7777) === PRIVATE) return;
  try {
    ops.chmod(fd, PRIVATE);
  } catch {
    notes.push('its permissions could not be changed: it belongs to another user, or the file system knows none');
  }
}

function restoreMode({ fd, ops, stat }: FileSource): void {
  try {
    ops.chmod(fd, Number(stat.mode) & 0o7777);
  } catch {
    // It stays private, which harms nobody.
  }
}

/** A rename takes what has the name at that moment: what is not the judged file goes back, over nothing. */
function putBack(picture: Buffer, path: Buffer, ops: FileOps): void {
  attempt('putting back what has taken its name', () => {
    ops.link(picture, path);
    ops.unlink(picture);
  });
}

/** The digest is put on record as well as can be: the picture is safe without it. */
async function withDigest(room: HeldRoom, source: FileSource, record: HeldRecord): Promise<HeldRecord> {
  try {
    const complete = { ...record, sha256: await sha256InTurns(source) };
    await room.write(complete);
    return complete;
  } catch (error) {
    if (error instanceof IoError || (error as Error).name === 'FormatError') return record;
    throw error;
  }
}

async function bothFolders(room: HeldRoom, path: Buffer): Promise<void> {
  await attemptAsync('flushing the folders', async () => {
    await syncDirectory(Buffer.from(room.folder), room.ops);
    await syncDirectory(directoryOf(path), room.ops);
  }).catch(() => undefined);
}

function isSameFile(ops: FileOps, path: Buffer, source: FileSource): boolean {
  try {
    const { dev, ino } = ops.lstat(path);
    return dev === source.stat.dev && ino === source.stat.ino;
  } catch {
    return false;
  }
}

function requireSame(path: Buffer, identity: FileIdentity, ops: FileOps): void {
  if (!sameIdentity(identityOf(attempt('looking at it again', () => ops.lstat(path))), identity)) throw changed();
}

function changed(): IoError {
  return new IoError(
    'changed-meanwhile',
    'it was changed, replaced or deleted while it was taken out of sight; nothing was done',
    'run again when no other program writes it',
  );
}
