import { displayPath } from '../../core/display.js';
import { commitTree, type PushOutcome, pushOver, treeWith } from '../../io/git/commit.js';
import type { Repository } from '../../io/git/repository.js';
import { type GitPlace, git } from '../../io/git/run.js';
import type { RunFolder } from '../../io/git/run-folder.js';
import type { StagedEntry } from '../../io/git/staged.js';
import { writeLooseBlob } from '../../io/git/write-blob.js';
import type { RangeItem } from '../../service/range/check-range.js';
import type { Event } from './event.js';

/** What the commit that we make says of itself: with it at the head, no second one is made. */
const TRAILER = 'Exifence-Fix';

/** An image's clean version, stored as a blob. */
export interface Mended {
  readonly item: RangeItem;
  readonly entry: StagedEntry;
}

/** Stores the clean version of an image that the head has; `undefined` where there is none that is proven, or where the head has another. */
export async function storeMended(repository: Repository, folder: RunFolder, item: RangeItem): Promise<Mended | undefined> {
  if (item.standing !== 'present' || item.lfs || item.fix === undefined) return undefined;
  const { bytes } = await item.fix();
  if (bytes === undefined) return undefined;
  const { mode, path, oid } = item.request;
  return { item, entry: { mode, path, oid: writeLooseBlob(repository, folder, bytes, oid.length) } };
}

/** The branch that a commit can be put on top of, and where it has to stand for that. */
export interface Target {
  readonly branch: string;
  readonly from: string;
}

/** Where the fix would go; `undefined` where nobody may push, or there is no branch. */
export function targetOf(event: Event, head: string, ref: string | undefined): Target | undefined {
  if (event.kind === 'pull-request') return event.isOwn ? { branch: event.headRef, from: head } : undefined;
  if (event.kind === 'push') return branchOf(event.ref, head);
  return event.kind === 'other' ? branchOf(ref ?? '', head) : undefined;
}

function branchOf(ref: string, from: string): Target | undefined {
  return ref.startsWith('refs/heads/') ? { branch: ref.slice('refs/heads/'.length), from } : undefined;
}

/** True where the head is a commit of our own: whatever is still wrong with it, another one would not mend it. */
export function isOwnCommit(place: GitPlace, head: string): boolean {
  const trailers = git(place, ['log', '-1', `--format=%(trailers:key=${TRAILER},valueonly)`, head, '--']).toString();
  return trailers.trim() !== '';
}

/** The tree of the head with the clean versions in it. */
export function mendedTree(place: GitPlace, head: string, mendeds: readonly Mended[]): string {
  return treeWith(
    place,
    head,
    mendeds.map(({ entry }) => entry),
  );
}

const SIGNATURE = { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' } as const;
const MOST_NAMED = 50;

/** Commits a tree on top of the head and moves the branch, if it still stands where it was seen. */
export function pushMended(
  place: GitPlace,
  target: Target,
  tree: string,
  mendeds: readonly Mended[],
  message: string,
): { readonly commit: string; readonly outcome: PushOutcome } {
  const names = mendeds.slice(0, MOST_NAMED).map(({ entry }) => `- ${displayPath(entry.path)}`);
  if (mendeds.length > MOST_NAMED) names.push(`- and ${mendeds.length - MOST_NAMED} more`);
  const text = `${message.trim()}\n\n${names.join('\n')}\n\n${TRAILER}: ${target.from}\n`;
  const commit = commitTree(place, tree, target.from, text, SIGNATURE);
  return { commit, outcome: pushOver(place, 'origin', target.branch, target.from, commit) };
}
