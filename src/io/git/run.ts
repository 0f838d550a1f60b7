import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { displayText } from '../../core/display.js';

/** Where git runs: a folder and the environment that says which index and which repository. */
export interface GitPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Git could not do what was asked. The message is safe to show on a terminal. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly command: string,
    /** Git's exit code; `undefined` where it did not run or was killed. */
    readonly exitCode: number | undefined,
    /** What git said, safe to show, cut to a few lines' length. */
    readonly stderr: string,
  ) {
    super(
      `git ${command} ${exitCode === undefined ? 'did not run to its end' : `failed with exit code ${exitCode}`}${stderr === '' ? '' : `: ${stderr}`}`,
    );
  }
}

/** Output that is held in memory, at most. A listing of ten million staged paths fits. */
const MAX_OUTPUT_BYTES = 2 ** 30;
const MAX_STDERR_CHARACTERS = 2000;

/**
 * Git's environment: ours, but objects are read as they are (not as replace refs show them), paths in pathspecs mean
 * themselves, no lock is taken that can be done without, and messages are in English.
 */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Git refuses literal pathspecs together with any of these.
  const { GIT_GLOB_PATHSPECS: _glob, GIT_NOGLOB_PATHSPECS: _noglob, GIT_ICASE_PATHSPECS: _icase, ...kept } = env;
  // gitrepository-layout(5), info/grafts: the same for parents of commits.
  return {
    ...kept,
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: NO_FILE,
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}

/** A name that no file has. One that is there would have git say each time that grafts are out of use. */
const NO_FILE = process.platform === 'win32' ? 'NUL/none' : '/dev/null/none';

export interface RunOptions {
  readonly input?: Uint8Array;
  /** Another index than the one the environment names. */
  readonly indexFile?: string;
}

function placed(place: GitPlace, options: RunOptions): { cwd: string; env: NodeJS.ProcessEnv } {
  const env = environment(place.env);
  if (options.indexFile !== undefined) env.GIT_INDEX_FILE = options.indexFile;
  return { cwd: place.cwd, env };
}

/** Runs git to its end and gives its output. Throws `GitError`. */
export function git(place: GitPlace, args: readonly string[], options: RunOptions = {}): Buffer {
  const run = spawnSync('git', args, {
    ...placed(place, options),
    input: options.input ?? Buffer.alloc(0),
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  });
  if (run.error !== undefined || run.status !== 0) throw gitError(args, run.status ?? undefined, run.error, run.stderr);
  return run.stdout;
}

/** The same without a throw where git says no: `undefined` on any exit code but 0. Still throws where git cannot run. */
export function tryGit(place: GitPlace, args: readonly string[], options: RunOptions = {}): Buffer | undefined {
  try {
    return git(place, args, options);
  } catch (error) {
    if (error instanceof GitError && error.exitCode !== undefined) return undefined;
    throw error;
  }
}

/** One line of git's output: the bytes before its line end, which paths may hold themselves. */
export function oneLine(output: Buffer): Buffer {
  return output[output.length - 1] === 0x0a ? output.subarray(0, -1) : output;
}

/** A git process to talk with while it runs. */
export interface RunningGit {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when git ends; rejects with `GitError` unless it ends well. */
  readonly ended: Promise<void>;
}

export function startGit(place: GitPlace, args: readonly string[], options: RunOptions = {}): RunningGit {
  const child = spawn('git', args, { ...placed(place, options), stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_STDERR_CHARACTERS) stderr += chunk.toString('latin1');
  });
  // Git may end before it has read all of its input; its exit code then says why.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(gitError(args, undefined, error, stderr)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(gitError(args, code ?? undefined, undefined, stderr))));
  });
  ended.catch(() => undefined);
  return { child, ended };
}

function gitError(
  args: readonly string[],
  exitCode: number | undefined,
  cause: NodeJS.ErrnoException | undefined,
  stderr: Buffer | string | null,
): GitError {
  const command = args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c') ?? '';
  const said =
    cause !== undefined
      ? cause.code === 'ENOENT'
        ? 'git is not on the PATH, or the folder is gone'
        : (cause.code ?? cause.name)
      : (stderr ?? '').toString('latin1' as never);
  return new GitError(command, exitCode, displayText(said.trim().slice(0, MAX_STDERR_CHARACTERS)));
}
