import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../core/door.js';
import { mayBeImageName } from '../../core/image-names.js';
import type { GitPlace } from '../../io/git/run.js';
import { isFile, type StagedEntry, stagedEntries } from '../../io/git/staged.js';
import { POLICY_FILE_NAMES } from '../../policy/paths.js';
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
 * The staged files that are called images; where the policy asks for it, also those that are images by their first bytes. pre-push
 * and CI always look into every file.
 */
async function stagedImages(place: GitPlace): Promise<StagedEntry[]> {
  const isContent = sniffsContent(place);
  const entries = stagedEntries(place, (key) => isContent || mayBeImageName(key)).filter(isFile);
  const named = entries.filter(({ path }) => mayBeImageName(path));
  if (named.length === entries.length) return named;
  const { disguisedImages } = await import('../../service/blobs/disguised.js');
  return [
    ...named,
    ...(await disguisedImages(
      place,
      entries.filter(({ path }) => !mayBeImageName(path)),
    )),
  ];
}

/** `git.sniff` of the policy at the top, by its text: every commit waits for the answer, and the shim asks the same way. */
function sniffsContent({ cwd }: GitPlace): boolean {
  for (const name of POLICY_FILE_NAMES) {
    try {
      return SNIFFS_CONTENT.test(readFileSync(join(cwd, name), 'latin1'));
    } catch {
      // Whatever is wrong with it is said where the policy is read.
    }
  }
  return false;
}

/** The same pattern as in hooks/exifence-hook.sh. */
const SNIFFS_CONTENT = /^[^#]*sniff["']?\s*:\s*["']?content/m;
