import { EXIT } from '../../core/door.js';
import { mayBeImageName } from '../../core/image-names.js';
import { openRepository, type Repository } from '../../io/git/repository.js';
import { isFile, type StagedEntry, stagedEntries } from '../../io/git/staged.js';
import type { BlobJudge } from '../../service/blobs/blob-judge.js';
import type { HookName, HookRun } from './hook-run.js';

/** Runs one hook. Gives the exit code; throws `GitError`, `UsageError` and the errors of a policy that cannot be used. */
export async function runHook(name: HookName, run: HookRun): Promise<number> {
  // A reader that went away must not change what the exit code says of the commit.
  for (const stream of [run.stdio.stdout, run.stdio.stderr]) stream.on?.('error', () => undefined);
  switch (name) {
    case 'pre-commit':
    case 'pre-merge-commit': {
      const moment = isMerging(run.place.env) ? 'pre-merge-commit' : name;
      const repository = openRepository(run.place);
      await (await import('./recover.js')).recover(repository, run.stdio);
      const { staged, judge } = await stagedImages(repository, run);
      if (staged.length === 0) return EXIT.ok;
      const { preCommit } = await import('./pre-commit.js');
      return preCommit(moment, { repository, staged, ...(judge === undefined ? {} : { judge }) }, run);
    }
    case 'post-commit': {
      await (await import('./recover.js')).recover(openRepository(run.place), run.stdio);
      return EXIT.ok;
    }
    case 'pre-receive':
    case 'update':
      return (await import('./pre-receive.js')).preReceive(name, run);
    case 'pre-push':
      return (await import('./pre-push.js')).prePush(run);
  }
}

/** True while `git merge` itself runs, which names what it merges by variables: a tool that runs one command for all hooks does not say so. */
function isMerging(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(env).some((name) => /^GITHEAD_[0-9a-f]{40,64}$/.test(name));
}

/** What is staged and called an image; with `git.sniff: content` also what only its bytes show to be one. */
async function stagedImages(repository: Repository, run: HookRun): Promise<{ staged: StagedEntry[]; judge?: BlobJudge }> {
  let others = 0;
  const named = stagedEntries(repository.place, (key) => mayBeImageName(key) || ++others < 0).filter(isFile);
  if (others === 0) return { staged: named };
  const { maySniffContent } = await import('../../io/git/sniff-word.js');
  if (!maySniffContent(repository)) return { staged: named };
  const { openEngine } = await import('../../service/blobs/judged-blobs.js');
  const judge = await (run.openJudge ?? openEngine)(repository, {});
  if ((await judge.sniff()) === 'names') return { staged: named, judge };
  const { disguisedImages } = await import('../../service/blobs/disguised.js');
  const rest = stagedEntries(repository.place, (key) => !mayBeImageName(key)).filter(isFile);
  return { staged: [...named, ...(await disguisedImages(repository.place, rest))], judge };
}
