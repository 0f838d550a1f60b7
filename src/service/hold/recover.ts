import { lstatSync } from 'node:fs';
import { openFileSource } from '../../io/file-source.js';
import { attempt, IoError } from '../../io/io-error.js';
import { removeDeadLocks } from '../../io/state/lock.js';
import { removeStrayTemps } from '../../io/stray.js';
import { arrivedFile, type HeldRecord } from './record.js';
import type { HeldRoom } from './room.js';
import { sha256InTurns } from './take-in.js';

const PRIVATE = 0o600;

/** What a run that was stopped had begun, and what became of it. */
export interface Recovered {
  /** Taken in to the end. */
  readonly finished: number;
  /** Given back to whoever watches the folder: they had not been taken in. */
  readonly givenBack: number;
}

/**
 * Puts the room in order after a kill: every record has its picture, every picture is in one place. Throws `IoError` where
 * the room cannot be read; a single entry that cannot be put in order now is left for the next time.
 */
export async function recoverRoom(room: HeldRoom): Promise<Recovered> {
  await removeStrayTemps(Buffer.from(room.folder), room.ops);
  attempt('taking dead locks away', () => removeDeadLocks(room.folder));
  let finished = 0;
  let givenBack = 0;
  for (const { id } of room.list().records) {
    let release: (() => void) | undefined;
    try {
      release = await room.lock(id);
      const record = room.read(id);
      const done = record === undefined ? undefined : await recoverEntry(room, record);
      if (done === 'finished') finished++;
      if (done === 'given-back') givenBack++;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
    } finally {
      release?.();
    }
  }
  return { finished, givenBack };
}

/** True where the record was written and the picture was not taken in yet: it is still where it arrived. */
export function isBarelyBegun(room: HeldRoom, record: HeldRecord): boolean {
  return record.original === 'moved' && !room.hasPicture(record.id) && isOriginalAtItsPlace(record);
}

async function recoverEntry(room: HeldRoom, record: HeldRecord): Promise<'finished' | 'given-back' | undefined> {
  const { ops } = room;
  if (record.ending !== undefined) return undefined;
  if (record.original === 'left')
    return isOriginalAtItsPlace(record) && setMode(room, arrivedFile(record), PRIVATE) ? 'finished' : undefined;
  if (!room.hasPicture(record.id)) {
    if (!isOriginalAtItsPlace(record)) return undefined;
    // A copy to another disk had begun: the original was closed to others.
    setMode(room, arrivedFile(record), record.attributes.mode);
    await room.forget(record.id);
    return 'given-back';
  }
  let done = setMode(room, room.picturePath(record.id), PRIVATE);
  if (isOriginalAtItsPlace(record) && (await sameContent(room, record))) {
    attempt('taking the original away', () => ops.unlink(arrivedFile(record)));
    done = true;
  }
  return done ? 'finished' : undefined;
}

/** True where the very file that arrived is still there. */
export function isOriginalAtItsPlace(record: HeldRecord): boolean {
  try {
    const stat = lstatSync(arrivedFile(record), { bigint: true });
    return stat.isFile() && String(stat.dev) === record.attributes.dev && String(stat.ino) === record.attributes.ino;
  } catch {
    return false;
  }
}

/** After a copy to another disk that was cut short before the original went. */
async function sameContent(room: HeldRoom, record: HeldRecord): Promise<boolean> {
  const picture = openFileSource(room.picturePath(record.id), room.ops);
  try {
    const original = openFileSource(arrivedFile(record), room.ops);
    try {
      if (picture.stat.ino === original.stat.ino && picture.stat.dev === original.stat.dev) return false;
      return picture.byteLength === original.byteLength && (await sha256InTurns(picture)) === (await sha256InTurns(original));
    } finally {
      original.close();
    }
  } finally {
    picture.close();
  }
}

/** True where it had another one. */
function setMode(room: HeldRoom, path: Buffer, mode: number): boolean {
  const source = openFileSource(path, room.ops);
  try {
    if ((Number(source.stat.mode) & 0o7777) === mode) return false;
    attempt('setting its permissions', () => room.ops.chmod(source.fd, mode));
    return true;
  } finally {
    source.close();
  }
}
