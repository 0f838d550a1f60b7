import { EXIT } from '../../core/door.js';
import { isNoOid, type PushedBlob, type PushedRef, parsePushedRefs, pushedBlobs } from '../../io/git/pushed.js';
import { openRepository } from '../../io/git/repository.js';
import { GitError, type GitPlace, tryGit } from '../../io/git/run.js';
import type { PolicyView } from '../../service/blobs/blob-judge.js';
import { type BlobAnswer, judgedBlobs, openEngine, type PushRequest } from '../../service/blobs/judged-blobs.js';
import type { HookRun } from './hook-run.js';
import { reportPush } from './report.js';

/** A list of refs that git writes is not longer. */
const MAX_INPUT_BYTES = 64 * 2 ** 20;

/** Judges the blobs that a push adds, by name and by content. Nothing is cleaned: commits would have to be made anew. */
export async function prePush(run: HookRun): Promise<number> {
  const refs = parsePushedRefs(await readAll(run.stdio.stdin));
  if (refs.every(({ localOid }) => isNoOid(localOid))) return EXIT.ok;
  const repository = openRepository(run.place);
  const remote = run.args[0] ?? '';
  const blobs = pushedBlobs(repository.place, refs, { remote });
  if (blobs.length === 0) return EXIT.ok;
  const judge = await (run.openJudge ?? openEngine)(repository, policyView(repository.place, refs, remote));
  const items: BlobAnswer<PushRequest>[] = [];
  for await (const answer of judgedBlobs(repository, judge, blobs.flatMap(requestsFor))) {
    if (answer.result.status === 'violates' || answer.result.status === 'unproven') items.push(answer);
  }
  if (items.length === 0) return EXIT.ok;
  await reportPush(repository, run, items);
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return strict.length > 0 ? EXIT.violations : EXIT.ok;
}

/** Each name is a claim of its own, and may have a policy of its own. */
export function requestsFor({ oid, commit, paths }: PushedBlob): PushRequest[] {
  return paths.map((path) => ({ oid, commit, path }));
}

/**
 * Policies and exceptions as the other side has them: what is pushed cannot loosen the rules that it is held against. Where nothing is
 * known of the other side (a first push), as the first of the pushed tips has them.
 */
function policyView(place: GitPlace, refs: readonly PushedRef[], remote: string): PolicyView {
  const pushed = refs.filter(({ localOid }) => !isNoOid(localOid));
  const bases = [...pushed.map(({ remoteOid }) => remoteOid).filter((oid) => !isNoOid(oid)), ...remoteHeads(remote)];
  for (const base of bases)
    if (tryGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{tree}`]) !== undefined)
      return { treeish: `${base}^{tree}`, isFixed: true };
  return { treeish: `${pushed[0]?.localOid}^{tree}` };
}

function remoteHeads(remote: string): string[] {
  return /^[\w][\w./-]*$/.test(remote) ? ['HEAD', 'main', 'master'].map((name) => `refs/remotes/${remote}/${name}`) : [];
}

/** What git writes to a hook's input, whole. Throws `GitError`. */
export async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_INPUT_BYTES) throw new GitError('push', undefined, 'the list of refs is longer than any that git writes');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
