import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { attempt, IoError } from '../io-error.js';

/** What lies in the state folder, each in a folder of its own. */
type StateRoom = 'vault' | 'held' | 'journal' | 'receipts' | 'store' | 'run';

/** The private folder of what outlives one run: originals, held pictures, journal, receipts, what is known clean. */
export interface StateFolder {
  /** Absolute. Only its owner may look into it. */
  readonly path: string;
  /** The absolute path of one room, made (0700) where it is missing. Throws `IoError`. */
  room(name: StateRoom): string;
}

const PRIVATE = 0o700;
const OTHERS = 0o077;

/**
 * `EXIFENCE_STATE_DIR` where set (an absolute path), or the system's own place for state: `$XDG_STATE_HOME/exifence` or
 * `~/.local/state/exifence`, `~/Library/Application Support/exifence`, `%LOCALAPPDATA%\exifence`. Made with its first room.
 */
export function stateFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform, home: string = homedir()): StateFolder {
  const path = placeOf(env, platform, home);
  return {
    path,
    room(name) {
      privateFolder(path);
      const room = join(path, name);
      privateFolder(room);
      return room;
    },
  };
}

function placeOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  const named = env.EXIFENCE_STATE_DIR;
  if (named !== undefined && named !== '') {
    if (isAbsolute(named)) return named;
    throw new IoError('bad-state-folder', 'EXIFENCE_STATE_DIR is no absolute path', 'set it to an absolute path, or not at all');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'exifence');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'exifence');
  // The specification: a relative path there is to be ignored.
  const xdg = env.XDG_STATE_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'state'), 'exifence');
}

/** Makes a folder that only its owner may look into, or sees to it that it is one. */
function privateFolder(path: string): void {
  attempt('making the state folder', () => mkdirSync(path, { recursive: true, mode: PRIVATE }));
  const stat = attempt('looking at the state folder', () => lstatSync(path));
  if (!stat.isDirectory()) throw new IoError('bad-state-folder', 'the state folder is no folder', 'move away what lies in its place');
  // Windows knows neither owner nor mode here; the user's own profile is private there.
  const self = process.geteuid?.();
  if (self === undefined) return;
  if (stat.uid !== self)
    throw new IoError('bad-state-folder', 'the state folder belongs to another user', 'set EXIFENCE_STATE_DIR to a folder of your own');
  if ((stat.mode & OTHERS) !== 0) attempt('making the state folder private', () => chmodSync(path, PRIVATE));
}
