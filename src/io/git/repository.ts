import { isAbsolute, resolve } from 'node:path';
import { type GitPlace, git, oneLine } from './run.js';

/** One work tree and its repository. */
export interface Repository {
  /** Runs git at the top of the work tree, with the caller's index and repository. */
  readonly place: GitPlace;
  /** Absolute path of the top of the work tree. */
  readonly top: string;
  /** Absolute path of this work tree's git folder: its own where it is a linked one. */
  readonly gitDir: string;
  /** Absolute path of the index that git was told to use; git's own default where it was told none. */
  readonly indexFile: string;
}

/** The repository that the place lies in. Throws `GitError` where there is none, or no work tree. */
export function openRepository(place: GitPlace): Repository {
  // Two questions, as a folder's name may hold a line end.
  const ask = (question: string): string => oneLine(git(place, ['rev-parse', question])).toString();
  const top = ask('--show-toplevel');
  const gitDir = ask('--absolute-git-dir');
  // What the environment names is relative to the folder that git was started in.
  const env: NodeJS.ProcessEnv = { ...place.env };
  const indexFile = env.GIT_INDEX_FILE === undefined ? resolve(gitDir, 'index') : resolve(place.cwd, env.GIT_INDEX_FILE);
  if (env.GIT_INDEX_FILE !== undefined) env.GIT_INDEX_FILE = indexFile;
  if (env.GIT_DIR !== undefined && !isAbsolute(env.GIT_DIR)) env.GIT_DIR = gitDir;
  if (env.GIT_DIR !== undefined) env.GIT_WORK_TREE = top;
  return { place: { cwd: top, env }, top, gitDir, indexFile };
}

/**
 * The repository that a hook of the server runs in, which has no work tree: its git folder stands for the top, so that paths have a
 * place that policies are looked for from. Throws `GitError`.
 */
export function openBareRepository(place: GitPlace): Repository {
  const gitDir = oneLine(git(place, ['rev-parse', '--absolute-git-dir'])).toString();
  return { place, top: gitDir, gitDir, indexFile: resolve(gitDir, 'index') };
}

/** A path of the repository as the file system has it. */
export function inWorkTree({ top }: Repository, path: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), path]);
}
