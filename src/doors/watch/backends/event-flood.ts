import { readFileSync } from 'node:fs';

/** inotify(7): how many changes the kernel keeps for a program that does not come to read them. */
const QUEUE_FILE = '/proc/sys/fs/inotify/max_queued_events';
const USUAL_QUEUE = 16_384;

/**
 * Tells when more came at once than the kernel keeps. Node does not pass on that events were dropped; but where as many come in one turn
 * of the event loop as the queue has places, it was full.
 */
export class EventFlood {
  #inThisTurn = 0;

  constructor(
    private readonly onFlood: () => void,
    private readonly places: number = queuePlaces(),
  ) {}

  note(): void {
    if (this.#inThisTurn++ > 0) return;
    setImmediate(() => {
      const seen = this.#inThisTurn;
      this.#inThisTurn = 0;
      // One of the places holds the word that there was no more.
      if (seen >= this.places - 1) this.onFlood();
    });
  }
}

/** A file that is copied in takes several of the kernel's places: it is made, written more than once, its times are set. */
const PLACES_EACH = 4;

/** True where so many files changed at once that some may have been dropped: for a library that drops them without a word. */
export function mayHaveLost(files: number, places: number = queuePlaces()): boolean {
  return files * PLACES_EACH >= places;
}

function queuePlaces(): number {
  // Other systems say themselves that events were lost.
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  try {
    const places = Number(readFileSync(QUEUE_FILE, 'latin1'));
    return Number.isInteger(places) && places > 1 ? places : USUAL_QUEUE;
  } catch {
    return USUAL_QUEUE;
  }
}
