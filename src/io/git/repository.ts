import { isAbsolute, resolve } from 'node:path';
import { UsageError } from '../../core/usage-error.js';
import { GitError, type GitPlace, git, oneLine, tryGit } from './run.js';

/** One work tree and its repository. */
export interface Repository {
  /** Runs git at the top of the work tree, with the caller's index and repository. */
  readonly place: GitPlace;
  /** Absolute path of the top of the work tree. */
  readonly top: string;
  /** Absolute path of this work tree's git folder: its own where it is a linked one. */
  readonly gitDir: string;
  /** Absolute path of the git folder that all work trees share. */
  readonly commonDir: string;
  /** Absolute path of the folder that new objects are written to. */
  readonly objectsDir: string;
  /** Absolute path of the index that git was told to use; git's own default where it was told none. */
  readonly indexFile: string;
}

const QUESTIONS = [
  ['--show-toplevel'],
  ['--absolute-git-dir'],
  ['--git-common-dir'],
  // Heeds GIT_OBJECT_DIRECTORY.
  ['--git-path', 'objects'],
] as const;

/** The repository that the place lies in. Throws `GitError` where there is none, `UsageError` where it is a bare one. */
export function openRepository(place: GitPlace): Repository {
  const [top = '', gitDir = '', common = '', objects = ''] = answers(place);
  // What the environment names is relative to the folder that git was started in.
  const env: NodeJS.ProcessEnv = { ...place.env };
  const indexFile = env.GIT_INDEX_FILE === undefined ? resolve(gitDir, 'index') : resolve(place.cwd, env.GIT_INDEX_FILE);
  if (env.GIT_INDEX_FILE !== undefined) env.GIT_INDEX_FILE = indexFile;
  if (env.GIT_DIR !== undefined && !isAbsolute(env.GIT_DIR)) env.GIT_DIR = gitDir;
  if (env.GIT_DIR !== undefined) env.GIT_WORK_TREE = top;
  for (const name of ['GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR'] as const) {
    if (env[name] !== undefined) env[name] = resolve(place.cwd, env[name]);
  }
  return {
    place: { cwd: top, env },
    top,
    gitDir,
    commonDir: resolve(place.cwd, common),
    objectsDir: resolve(place.cwd, objects),
    indexFile,
  };
}

function answers(place: GitPlace): string[] {
  const all = ask(place, QUESTIONS.flat()).split('\n');
  // A folder's name may hold a line end: then each is asked for by itself.
  return all.length === QUESTIONS.length ? all : QUESTIONS.map((question) => ask(place, question));
}

function ask(place: GitPlace, question: readonly string[]): string {
  try {
    return oneLine(git(place, ['rev-parse', ...question])).toString();
  } catch (error) {
    throw error instanceof GitError ? (withoutWorkTree(error) ?? error) : error;
  }
}

/** What to say where git has no work tree to look at. */
function withoutWorkTree({ stderr }: GitError): UsageError | undefined {
  if (!/must be run in a work tree/.test(stderr)) return undefined;
  return new UsageError(
    'there is no work tree here (a bare repository, or a folder within .git): what is staged can only be checked where commits are made',
  );
}

/** The repository that the place lies in, with or without a work tree. Throws `GitError`, and `UsageError` within a `.git` folder. */
export function openAnyRepository(place: GitPlace): Repository {
  try {
    return openRepository(place);
  } catch (error) {
    if (!(error instanceof UsageError) || tryGit(place, ['rev-parse', '--is-bare-repository'])?.toString().trim() !== 'true') throw error;
    return openBareRepository(place);
  }
}

/** True where there is no work tree, and so no index to read policies from. */
export function isBare({ top, gitDir }: Repository): boolean {
  return top === gitDir;
}

/**
 * The repository that a hook of the server runs in, which has no work tree: its git folder stands for the top, so that paths have a
 * place that policies are looked for from. Throws `GitError`.
 */
export function openBareRepository(place: GitPlace): Repository {
  const gitDir = oneLine(git(place, ['rev-parse', '--absolute-git-dir'])).toString();
  return {
    place,
    top: gitDir,
    gitDir,
    commonDir: gitDir,
    objectsDir: resolve(place.cwd, ask(place, ['--git-path', 'objects'])),
    indexFile: resolve(gitDir, 'index'),
  };
}

/** A path of the repository as the file system has it. */
export function inWorkTree({ top }: Repository, path: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), path]);
}
