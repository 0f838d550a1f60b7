import { EXIT } from '../../core/door.js';
import { countResults } from '../../core/result.js';
import { isNoOid, type PushedRef } from '../../io/git/pushed.js';
import { openBareRepository } from '../../io/git/repository.js';
import { GitError } from '../../io/git/run.js';
import { prettyResult, prettySummary } from '../../report/pretty.js';
import { styleFor } from '../../report/style.js';
import type { HookRun } from './hook-run.js';
import { readAll } from './pre-push.js';
import { groupRefs, judgePush, loosenedLines } from './push-groups.js';

/**
 * On a server: judges the blobs that a push adds to what is here, before any ref moves. Its objects are in quarantine by then, and
 * git drops them where this says no. Policies and exceptions are those that each ref, or else the default branch, has so far; where there
 * is neither yet, those that come in.
 */
export async function preReceive(name: 'pre-receive' | 'update', run: HookRun): Promise<number> {
  const refs = name === 'update' ? [updatedRef(run.args)] : parseReceived(await readAll(run.stdio.stdin));
  const added = refs.filter(({ localOid }) => !isNoOid(localOid));
  if (added.length === 0) return EXIT.ok;
  const repository = openBareRepository(run.place);
  const groups = groupRefs(repository.place, added, ['HEAD']);
  if (groups.some(({ tree }) => tree === '')) throw new GitError('rev-parse', undefined, 'nothing that is pushed has files');
  const items = await judgePush(repository, added, groups, { known: 'all refs', view: { door: 'ci', isFixed: true }, run });
  const { stderr } = run.stdio;
  const lines = await loosenedLines(repository, groups);
  if (items.length > 0) {
    const style = styleFor({ isTTY: false }, run.place.env);
    for (const { result, request } of items)
      lines.push(...prettyResult({ ...result, notes: [...result.notes, `added by commit ${request.commit.slice(0, 12)}`] }, style, false));
    lines.push(`exifence: ${prettySummary(countResults(items.map(({ result }) => result)), style)}`);
  }
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.length > 0)
    lines.push('exifence: the push was refused. Clean the images with exifence scrub, make their commits anew, and push again');
  if (lines.length > 0) stderr.write(`${lines.join('\n')}\n`);
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
