import type { GitPlace } from '../../io/git/run.js';
import type { OpenBlobJudge } from '../../service/blobs/blob-judge.js';
import type { HookStdio } from './stdio.js';

/** The moments of git at which images are looked at. */
export const HOOK_NAMES = ['pre-commit', 'pre-merge-commit', 'post-commit', 'pre-push'] as const;
/** Those of a server, which a push meets on the other side; nobody can leave them out. */
export const SERVER_HOOK_NAMES = ['pre-receive', 'update'] as const;
export type HookName = (typeof HOOK_NAMES)[number] | (typeof SERVER_HOOK_NAMES)[number];

export interface HookRun {
  readonly place: GitPlace;
  readonly stdio: HookStdio;
  /** Clean what is staged, whatever the policy says of enforcement. */
  readonly fix: boolean;
  /** What git passes to the hook. */
  readonly args: readonly string[];
  /** Opens what judges the blobs; the engine with the repository's policies, but for tests. */
  readonly openJudge?: OpenBlobJudge;
}
