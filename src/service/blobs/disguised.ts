import { looksLikeImage } from '../../engine/looks-like-image.js';
import { readBlobs } from '../../io/git/blobs.js';
import type { GitPlace } from '../../io/git/run.js';
import type { StagedEntry } from '../../io/git/staged.js';

/** As many first bytes as any known type shows itself by. */
export const SNIFF_BYTES = 1024;

/** Those of the entries that are images by their first bytes: a backup, a download without an extension. Throws `GitError`. */
export async function disguisedImages(place: GitPlace, entries: readonly StagedEntry[]): Promise<StagedEntry[]> {
  const found: StagedEntry[] = [];
  const oids = entries.map(({ oid }) => oid);
  // What looks like an image is too large for no bytes at all; the rest is not wanted.
  for await (const blob of readBlobs(place, oids, { maxBytes: 0, headBytes: SNIFF_BYTES, wanted: looksLikeImage })) {
    if (blob.kind === 'too-large') found.push(entries[blob.index] as StagedEntry);
  }
  return found;
}
