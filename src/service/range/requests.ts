import { pathKey } from '../../io/git/index-entries.js';
import { type PushedRef, pushedBlobs } from '../../io/git/pushed.js';
import type { GitPlace } from '../../io/git/run.js';
import { isFile, treeEntries } from '../../io/git/staged.js';
import type { BlobRequest } from '../blobs/judged-blobs.js';

/** What is looked at: what commits bring in, or all that one commit holds. */
export type Scope =
  | {
      readonly kind: 'range';
      readonly head: string;
      /** Commits whose content is known: the other side of the range. Empty: all of the history. */
      readonly known: readonly string[];
    }
  | { readonly kind: 'tree'; readonly head: string };

/** A blob by one of its names. */
export interface RangeRequest extends BlobRequest {
  /** A commit that brings it in. */
  readonly commit: string;
  readonly mode: string;
  /** What the head has under that name: itself, something else, or nothing any more. */
  readonly now: string | undefined;
}

/** Everything a scope holds, below `folder` (a prefix that ends in `/`, or nothing). Throws `GitError`. */
export function requestsIn(place: GitPlace, scope: Scope, folder: string): RangeRequest[] {
  const prefix = Buffer.from(folder).toString('latin1');
  const inFolder = (key: string): boolean => key.startsWith(prefix);
  const tip = new Map(
    treeEntries(place, scope.head, inFolder)
      .filter(isFile)
      .map((entry) => [pathKey(entry.path), entry]),
  );
  if (scope.kind === 'tree') return [...tip.values()].map(({ oid, path, mode }) => ({ oid, path, mode, commit: scope.head, now: oid }));
  return pushedBlobs(place, refsOf(scope), 'nothing else').flatMap(({ oid, commit, paths }) =>
    paths
      .filter((path) => inFolder(pathKey(path)))
      .map((path) => {
        const entry = tip.get(pathKey(path));
        return { oid, path, commit, mode: entry?.mode ?? '100644', now: entry?.oid };
      }),
  );
}

function refsOf({ head, known }: Extract<Scope, { kind: 'range' }>): PushedRef[] {
  const none = '0'.repeat(head.length);
  return [
    { localRef: head, localOid: head, remoteRef: head, remoteOid: none },
    ...known.map((oid) => ({ localRef: oid, localOid: none, remoteRef: oid, remoteOid: oid })),
  ];
}
