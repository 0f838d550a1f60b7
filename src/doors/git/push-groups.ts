import { isNoOid, type Known, type PushedBlob, type PushedRef, pushedBlobs } from '../../io/git/pushed.js';
import type { Repository } from '../../io/git/repository.js';
import { type GitPlace, git } from '../../io/git/run.js';
import type { BlobJudge, PolicyView } from '../../service/blobs/blob-judge.js';
import { type BlobAnswer, judgedBlobs, openEngine, type PushRequest } from '../../service/blobs/judged-blobs.js';
import type { HookRun } from './hook-run.js';

/** Refs of a push that are held against the same policies and exceptions. */
export interface PushGroup {
  readonly refs: readonly PushedRef[];
  /** The tree that policies and exceptions come from. */
  readonly tree: string;
  /** It is the other side's: what is pushed cannot loosen it. */
  readonly isBase: boolean;
}

/**
 * Each ref is held against what the other side has for it: a branch with looser rules that is pushed along must not lend them. `elsewhere`
 * are revisions that stand in for a ref that is new there; where there is none either, what is pushed has to do. Throws `GitError`.
 */
export function groupRefs(place: GitPlace, refs: readonly PushedRef[], elsewhere: readonly string[]): PushGroup[] {
  const pushed = refs.filter(({ localOid }) => !isNoOid(localOid));
  const trees = treesOf(place, [...refs.flatMap(({ localOid, remoteOid }) => [localOid, remoteOid]), ...elsewhere]);
  const known = elsewhere.flatMap((revision) => trees.get(revision) ?? [])[0];
  const anyPushed = pushed.flatMap(({ localOid }) => trees.get(localOid) ?? [])[0];
  const groups = new Map<string, PushedRef[]>();
  const bases = new Set<string>();
  for (const ref of pushed) {
    const base = trees.get(ref.remoteOid) ?? known;
    const tree = base ?? trees.get(ref.localOid) ?? anyPushed ?? '';
    if (base !== undefined) bases.add(base);
    const group = groups.get(tree);
    if (group === undefined) groups.set(tree, [ref]);
    else group.push(ref);
  }
  return [...groups].map(([tree, members]) => ({ refs: members, tree, isBase: bases.has(tree) }));
}

/** The trees of revisions, of those that have one, by one process. */
function treesOf(place: GitPlace, revisions: readonly string[]): Map<string, string> {
  const asked = [...new Set(revisions)].filter((revision) => !isNoOid(revision));
  if (asked.length === 0) return new Map();
  const input = Buffer.from(asked.map((revision) => `${revision}^{tree}\n`).join(''));
  const lines = git(place, ['cat-file', '--batch-check'], { input }).toString('latin1').split('\n');
  return new Map(
    asked.flatMap((revision, at) => {
      const [oid = '', type] = (lines[at] ?? '').split(' ');
      return type === 'tree' ? [[revision, oid] as const] : [];
    }),
  );
}

/** What a push brings in that does not pass. Each name is a claim of its own, and may have a policy of its own. */
export async function judgePush(
  repository: Repository,
  refs: readonly PushedRef[],
  groups: readonly PushGroup[],
  how: { readonly known: Known; readonly view: Pick<PolicyView, 'door' | 'isFixed'>; readonly run: HookRun },
): Promise<BlobAnswer<PushRequest>[]> {
  const items = new Map<string, BlobAnswer<PushRequest>>();
  for (const { refs: members, tree, isBase } of groups) {
    // The others count as what the other side has so far, and for nothing else.
    const asked = refs.map((ref) => (members.includes(ref) ? ref : { ...ref, localOid: ref.localOid.replace(/./g, '0') }));
    const blobs = pushedBlobs(repository.place, asked, how.known);
    if (blobs.length === 0) continue;
    const view: PolicyView = { ...how.view, ...(tree === '' ? {} : { treeish: tree }), ...(isBase ? { isFixed: true } : {}) };
    const judge: BlobJudge = await (how.run.openJudge ?? openEngine)(repository, view);
    for await (const answer of judgedBlobs(repository, judge, blobs.flatMap(requestsFor))) {
      if (answer.result.status !== 'violates' && answer.result.status !== 'unproven') continue;
      const key = `${answer.request.oid} ${answer.request.path.toString('latin1')}`;
      if (items.get(key)?.enforce === undefined || items.get(key)?.enforce === 'warn') items.set(key, answer);
    }
  }
  return [...items.values()];
}

function requestsFor({ oid, commit, paths }: PushedBlob): PushRequest[] {
  return paths.map((path) => ({ oid, commit, path }));
}

/** What the refs of a push would do to the rules that they are themselves held against: lines for people. Throws `GitError`. */
export async function loosenedLines(repository: Repository, groups: readonly PushGroup[]): Promise<string[]> {
  const lines = new Set<string>();
  for (const { refs, tree, isBase } of groups) {
    if (!isBase) continue;
    const heads = treesOf(
      repository.place,
      refs.map(({ localOid }) => localOid),
    );
    for (const head of new Set(heads.values())) {
      if (head === tree || !mayChangeRules(repository.place, tree, head)) continue;
      const { loosenedBy } = await import('../../service/range/loosened.js');
      for (const { artifact, notes } of await loosenedBy(repository, tree, head))
        for (const note of notes) lines.add(`! ${artifact}  ${note}`);
    }
  }
  return [...lines];
}

/** Policy files, what they may extend, and exceptions are all of one kind. */
function mayChangeRules(place: GitPlace, from: string, to: string): boolean {
  const changed = git(place, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to, '--']).toString('latin1');
  return /\.ya?ml\0/i.test(changed);
}
