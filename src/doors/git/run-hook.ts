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
      const entries = stagedImages(run.place);
      if (entries.length === 0) return EXIT.ok;
      const { preCommit } = await import('./pre-commit.js');
      return preCommit(name, entries, run);
    }
    case 'post-commit':
      return (await import('./post-commit.js')).postCommit(run);
    case 'pre-push':
      return (await import('./pre-push.js')).prePush(run);
  }
}

function stagedImages(place: GitPlace): StagedEntry[] {
  return stagedEntries(place, mayBeImageName).filter(isFile);
}
