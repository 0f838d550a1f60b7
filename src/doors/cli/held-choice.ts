import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { displayPath, displayText } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { IoError } from '../../io/io-error.js';
import { joinBytes, nameOf } from '../../io/path-bytes.js';
import { stateFolder } from '../../io/state/state-folder.js';
import type { HeldIndex } from '../../service/hold/held-index.js';
import { openHeld } from '../../service/hold/open-room.js';
import { arrivedFile, type HeldRecord } from '../../service/hold/record.js';
import { isBarelyBegun } from '../../service/hold/recover.js';
import type { HeldList } from '../../service/hold/room.js';
import { nameBytes } from './targets.js';
import type { Terminal } from './terminal.js';

/** Beginnings of ids are taken from this many digits on. */
const SHORT_ID = /^[0-9a-f]{4,8}$/;

/** What is held, whether a daemon runs or not. Throws `UsageError`. */
export function heldFor(terminal: Terminal): { readonly index: HeldIndex; readonly list: HeldList } {
  try {
    const index = openHeld(stateFolder(terminal.env), () => true);
    const { records, broken } = index.room.list();
    return { index, list: { records: records.filter((record) => !isBarelyBegun(index.room, record)), broken } };
  } catch (error) {
    if (error instanceof IoError) throw new UsageError(`what is held cannot be read: ${error.message}; ${error.hint}`);
    throw error;
  }
}

/** The records that a user means, by id, beginning of an id, or file. Throws `UsageError`. */
export function chosenRecords(pictures: readonly string[], records: readonly HeldRecord[], terminal: Terminal): HeldRecord[] {
  const chosen = new Map<string, HeldRecord>();
  for (const picture of pictures) {
    const record = chosenRecord(picture, records, terminal);
    chosen.set(record.id, record);
  }
  return [...chosen.values()];
}

function chosenRecord(picture: string, records: readonly HeldRecord[], terminal: Terminal): HeldRecord {
  const name = nameBytes(picture);
  const path = realPath(resolve(terminal.cwd(), name.toString()));
  const found = [
    records.filter(({ id }) => id === picture.toLowerCase()),
    records.filter((record) => arrivedFile(record).equals(path)),
    SHORT_ID.test(picture.toLowerCase()) ? records.filter(({ id }) => id.startsWith(picture.toLowerCase())) : [],
  ].find((matches) => matches.length > 0);
  if (found === undefined)
    throw new UsageError(
      `nothing is held as ${displayText(picture)}; ${records.length === 0 ? 'nothing is held at all' : 'exifence held lists what is'}`,
    );
  const [record, ...others] = found as [HeldRecord, ...HeldRecord[]];
  if (others.length > 0)
    throw new UsageError(
      `${displayText(picture)} may be any of ${found.map(({ id }) => id).join(', ')} (${[...new Set(found.map((one) => displayPath(arrivedFile(one))))].join(', ')}): name one by its whole id`,
    );
  return record;
}

/** As the daemon names it: its folder free of symbolic links. The file itself is not there any more. */
function realPath(path: string): Buffer {
  try {
    const folder = realpathSync.native(dirname(path), { encoding: 'buffer' }) as unknown as Buffer;
    return joinBytes(folder, nameOf(Buffer.from(path)));
  } catch {
    return Buffer.from(path);
  }
}
