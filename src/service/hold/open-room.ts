import type { StateFolder } from '../../io/state/state-folder.js';
import { HoldClock, type SystemClock } from './clock.js';
import { HeldIndex } from './held-index.js';
import { NewestPlaces } from './newest.js';
import { ReleasedFiles } from './released.js';
import { HeldRoom } from './room.js';

/** What is held, from the state folder. `isOurs`: the watched folders to take care of. Throws `IoError`. */
export function openHeld(state: StateFolder, isOurs: (folder: string) => boolean, system?: SystemClock): HeldIndex {
  const folder = state.room('held');
  return new HeldIndex(new HeldRoom(folder), new HoldClock(folder, system), new ReleasedFiles(folder), new NewestPlaces(folder), isOurs);
}
