import type { Carrier } from '../core/carrier.js';
import { CATEGORIES, type Category } from '../core/category.js';
import type { ReadContext } from '../core/format.js';
import type { Part, Payload, Region } from '../core/part.js';

/** Where a payload lies and how its parts are named. */
export interface PayloadPlace {
  /** Path of the carrier; children append `/…` to it. */
  readonly path: string;
  /**
   * Maps a range of the payload (bytes as handed to the reader) to the range of the file that holds it.
   * For a payload that was decompressed or joined, this may be the whole encoded range.
   */
  readonly locate: (byteOffset: number, byteLength: number) => Region;
  readonly context: ReadContext;
}

/** What a payload reader found. It never throws for bytes that are broken: what it cannot read becomes an opaque part. */
export interface PayloadReading {
  readonly parts: readonly Part[];
  readonly payload: Payload;
}

/** Everything a stranger could learn: what an unread part must be taken to reveal. */
export const REVEALS_ANYTHING: readonly Category[] = Object.freeze(CATEGORIES.filter((category) => category !== 'rendering'));

/** A part that could not be read: it may hold anything, so that the strictest rule of the policy decides. */
export function opaquePart(path: string, carrier: Carrier, region: Region, note: string): Part {
  return { path, carrier, category: 'hidden', alsoReveals: REVEALS_ANYTHING, region, required: false, note };
}

/** A `locate` for a payload that lies in the file as it is, from `byteOffset` on. */
export function locateFrom(byteOffset: number): PayloadPlace['locate'] {
  return (start, byteLength) => ({ byteOffset: byteOffset + start, byteLength });
}

/** A `locate` for a payload that was decoded: every part is somewhere in `region`. */
export function locateWithin(region: Region): PayloadPlace['locate'] {
  return () => region;
}
