import { EXIT } from '../../core/door.js';
import { isNoOid, parsePushedRefs } from '../../io/git/pushed.js';
import { openRepository } from '../../io/git/repository.js';
import { GitError } from '../../io/git/run.js';
import type { HookRun } from './hook-run.js';
import { groupRefs, judgePush, loosenedLines } from './push-groups.js';
import { reportPush } from './report.js';

/** A list of refs that git writes is not longer. */
const MAX_INPUT_BYTES = 64 * 2 ** 20;

/**
 * Judges the blobs that a push adds, by name and by content. Nothing is cleaned: commits would have to be made anew. Policies and
 * exceptions are those that the other side has; where nothing is known of it (a first push), those that are pushed.
 */
export async function prePush(run: HookRun): Promise<number> {
  const refs = parsePushedRefs(await readAll(run.stdio.stdin));
  if (refs.every(({ localOid }) => isNoOid(localOid))) return EXIT.ok;
  const repository = openRepository(run.place);
  const remote = run.args[0] ?? '';
  const groups = groupRefs(repository.place, refs, remoteHeads(remote));
  const items = await judgePush(repository, refs, groups, { known: { remote }, view: {}, run });
  const loosened = await loosenedLines(repository, groups);
  if (loosened.length > 0) run.stdio.stderr.write(`${loosened.join('\n')}\n`);
  if (items.length === 0) return EXIT.ok;
  await reportPush(repository, run, items);
  const strict = items.filter(({ enforce }) => enforce !== 'warn');
  if (strict.some(({ result }) => result.status === 'unproven')) return EXIT.unproven;
  return strict.length > 0 ? EXIT.violations : EXIT.ok;
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
