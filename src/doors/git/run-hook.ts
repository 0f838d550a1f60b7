import { EXIT } from '../../core/door.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { GitPlace } from '../../io/git/run.js';
import { isFile, type StagedEntry, stagedEntries } from '../../io/git/staged.js';
import type { HookName, HookRun } from './hook-run.js';

/** Runs one hook. Gives the exit code; throws `GitError`, `UsageError` and the errors of a policy that cannot be used. */
export async function runHook(name: HookName, run: HookRun): Promise<number> {
  switch (name) {
    case 'pre-commit':
    case 'pre-merge-commit': {
      const entries = await stagedImages(run.place);
      if (entries.length === 0) return EXIT.ok;
      const { preCommit } = await import('./pre-commit.js');
      return preCommit(name, entries, run);
    }
    case 'post-commit':
      return (await import('./post-commit.js')).postCommit(run);
    case 'pre-receive':
    case 'update':
      return (await import('./pre-receive.js')).preReceive(name, run);
    case 'pre-push':
      return (await import('./pre-push.js')).prePush(run);
  }
}

/**
 * A commit of more files than this that are not called images is not looked into: git takes its time to give out each
 * blob, and every commit waits for this hook. pre-push looks at all of them.
 */
const MAX_OTHERS = 512;

async function stagedImages(place: GitPlace): Promise<StagedEntry[]> {
  let others = 0;
  const entries = stagedEntries(place, (key) => mayBeImageName(key) || ++others <= MAX_OTHERS).filter(isFile);
  const named = entries.filter(({ path }) => mayBeImageName(path));
  if (others === 0 || others > MAX_OTHERS) return named;
  const { disguisedImages } = await import('../../service/blobs/disguised.js');
  return [
    ...named,
    ...(await disguisedImages(
      place,
      entries.filter(({ path }) => !mayBeImageName(path)),
    )),
  ];
}
