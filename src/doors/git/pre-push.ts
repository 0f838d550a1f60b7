import { EXIT } from '../../core/door.js';
import { isNoOid, type PushedBlob, type PushedRef, parsePushedRefs, pushedBlobs } from '../../io/git/pushed.js';
import { openRepository } from '../../io/git/repository.js';
import { GitError } from '../../io/git/run.js';
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
  const blobs = pushedBlobs(repository.place, refs, run.args[0] ?? '');
  if (blobs.length === 0) return EXIT.ok;
  const judge = await (run.openJudge ?? openEngine)(repository, { treeish: policyTip(refs) });
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
function requestsFor({ oid, commit, paths }: PushedBlob): PushRequest[] {
  return paths.map((path) => ({ oid, commit, path }));
}

/** Policies as the first of the pushed tips has them. */
function policyTip(refs: readonly PushedRef[]): string {
  return `${refs.find(({ localOid }) => !isNoOid(localOid))?.localOid}^{tree}`;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
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
