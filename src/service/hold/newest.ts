import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewFile } from '../../io/write-new.js';
import { distanceM, isAhead, isNewer, type Place, type Spot, type Taken } from './spot.js';

/** The newest picture, by when it was taken, that a watched folder has seen and that tells its place. */
export interface Newest {
  readonly place: Place;
  readonly taken: Taken;
}

/**
 * For each watched folder the newest picture with a place. It outlives the daemon, in the private room of what is held. A
 * picture that was taken earlier and arrives late never takes its place.
 */
export class NewestPlaces {
  readonly #known = new Map<string, Newest | undefined>();

  constructor(private readonly folder: string) {}

  of(watched: string): Newest | undefined {
    if (!this.#known.has(watched)) this.#known.set(watched, readNewest(this.#pathOf(watched)));
    return this.#known.get(watched);
  }

  /** Takes note of a picture. True where it is the newest now. Throws `IoError`. */
  async note(watched: string, { place, taken }: Spot, wallMs: number): Promise<boolean> {
    if (place === undefined || taken === undefined || isAhead(taken, wallMs)) return false;
    const before = this.of(watched);
    if (before !== undefined && !isNewer(taken, before.taken)) return false;
    const newest: Newest = { place, taken };
    this.#known.set(watched, newest);
    await writeNewFile(Buffer.from(this.#pathOf(watched)), [Buffer.from(`${JSON.stringify(newest)}\n`)], async () => undefined, {
      overwrite: true,
      mode: 0o600,
    });
    return true;
  }

  #pathOf(watched: string): string {
    return join(this.folder, `newest-${createHash('sha256').update(watched).digest('hex').slice(0, 16)}.json`);
  }
}

/** True where a newer picture was taken further away. Where place or time is not known: false, and the longest wait decides. */
export function isLeftBehind({ place, taken }: Spot, newest: Newest | undefined, furtherThanM: number): boolean {
  if (place === undefined || taken === undefined || newest === undefined) return false;
  return isNewer(newest.taken, taken) && distanceM(place, newest.place) > furtherThanM;
}

function readNewest(path: string): Newest | undefined {
  try {
    const { place, taken } = JSON.parse(readFileSync(path, 'utf8')) as Newest;
    const numbers = [place.latitude, place.longitude, taken.utcMs ?? taken.localMs];
    return numbers.every((value) => Number.isFinite(value)) ? { place, taken } : undefined;
  } catch {
    return undefined;
  }
}
