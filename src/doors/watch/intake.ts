import { isTakenOffName } from '../../io/placeholder.js';
import { isTempName } from '../../io/temp-name.js';

/**
 * Names that programs give to files while they write them, and take away when done: browsers, sync clients, editors. The
 * file is looked at under its final name.
 */
const UNFINISHED_ENDINGS = [
  '.crdownload',
  '.part',
  '.partial',
  '.download',
  '.opdownload',
  '.filepart',
  '.tmp',
  '.temp',
  '.!qb',
  '.!ut',
  '.swp',
  '.swx',
  '.lock',
  '~',
] as const;

const UNFINISHED_STARTS = [
  '~$',
  '.~',
  '.#',
  '.goutputstream-',
  '.syncthing.',
  '~syncthing~',
  '.dropbox.',
  '.org.chromium.',
  '.com.google.chrome.',
] as const;

/** True where the name says that a program is not done with the file, or that it is one of ours. */
export function isUnfinishedName(name: Uint8Array): boolean {
  if (isTempName(name)) return true;
  // Looks like a name of rsync's; it is told of.
  if (isTakenOffName(name)) return false;
  const text = Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString('latin1').toLowerCase();
  // rsync writes `.NAME.XXXXXX` beside `NAME`.
  return (
    UNFINISHED_ENDINGS.some((ending) => text.endsWith(ending)) ||
    UNFINISHED_STARTS.some((start) => text.startsWith(start)) ||
    /^\..+\.[a-z0-9]+\.[a-z0-9]{6}$/.test(text)
  );
}
