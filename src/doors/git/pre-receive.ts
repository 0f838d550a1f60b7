import { EXIT } from '../../core/door.js';
import { countResults } from '../../core/result.js';
import { isNoOid, type PushedRef, pushedBlobs } from '../../io/git/pushed.js';
import { openBareRepository } from '../../io/git/repository.js';
import { GitError, type GitPlace, oneLine, tryGit } from '../../io/git/run.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { styleFor } from '../../report/style.js';
import { type BlobAnswer, judgedBlobs, openEngine, type PushRequest } from '../../service/blobs/judged-blobs.js';
import type { HookRun } from './hook-run.js';
import { readAll, requestsFor } from './pre-push.js';

/**
 * On a server: judges the blobs that a push adds to what is here, before any ref moves. Its objects are in quarantine by then, and
 * git drops them where this says no. Policies and exceptions are those that the ref, or else the default branch, has so far.
 */
export async function preReceive(name: 'pre-receive' | 'update', run: HookRun): Promise<number> {
  const refs = name === 'update' ? [updatedRef(run.args)] : parseReceived(await readAll(run.stdio.stdin));
  const added = refs.filter(({ localOid }) => !isNoOid(localOid));
  if (added.length === 0) return EXIT.ok;
  const repository = openBareRepository(run.place);
  const blobs = pushedBlobs(repository.place, added, 'all refs');
  if (blobs.length === 0) return EXIT.ok;
  const treeish = policyTree(repository.place, added);
  const judge = await (run.openJudge ?? openEngine)(repository, { treeish, door: 'ci', isFixed: true });
  const items: BlobAnswer<PushRequest>[] = [];
  for await (const answer of judgedBlobs(repository, judge, blobs.flatMap(requestsFor)))
    if (answer.result.status === 'violates' || answer.result.status === 'unproven') items.push(answer);
  if (items.length === 0) return EXIT.ok;
  const { stderr } = run.stdio;
  const style = styleFor({ isTTY: false }, run.place.env);
  const lines = items.flatMap(({ result, request }) =>
    prettyResult({ ...result, notes: [...result.notes, `added by commit ${request.commit.slice(0, 12)}`] }, style, false),
  );
  lines.push(`exifence: ${prettySummary(countResults(items.map(({ result }) => result)), style)}`);
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.length > 0)
    lines.push('exifence: the push was refused. Clean the images with exifence scrub, make their commits anew, and push again');
  stderr.write(`${lines.join('\n')}\n`);
  if (strict.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return strict.length > 0 ? EXIT.violations : EXIT.ok;
}

/** githooks(5), pre-receive: `old-oid SP new-oid SP ref-name LF`. */
function parseReceived(input: Uint8Array): PushedRef[] {
  return Buffer.from(input)
    .toString('latin1')
    .split('\n')
    .filter(Boolean)
    .map((line) => refOf(line.split(' ')));
}

/** githooks(5), update: the ref's name, its old and its new object. */
function updatedRef([ref, oldOid, newOid]: readonly string[]): PushedRef {
  return refOf([oldOid ?? '', newOid ?? '', ref ?? '']);
}

function refOf([oldOid = '', newOid = '', ...rest]: readonly string[]): PushedRef {
  const ref = rest.join(' ');
  const isOid = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
  if (!isOid(oldOid) || !isOid(newOid) || ref === '')
    throw new GitError('receive-pack', undefined, 'the list of refs is not in the form that githooks(5) gives');
  return { localRef: ref, localOid: newOid, remoteRef: ref, remoteOid: oldOid };
}

/** Of the ref that is pushed to, else of the default branch; where there is neither yet, of what comes in. */
function policyTree(place: GitPlace, refs: readonly PushedRef[]): string {
  const known = [...refs.map(({ remoteOid }) => remoteOid).filter((oid) => !isNoOid(oid)), 'HEAD'];
  for (const revision of [...known, ...refs.map(({ localOid }) => localOid)]) {
    const tree = tryGit(place, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`]);
    if (tree !== undefined) return oneLine(tree).toString();
  }
  throw new GitError('rev-parse', undefined, 'nothing that is pushed has files');
}
