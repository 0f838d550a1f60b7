import { lstatSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { displayText } from '../../core/display.js';
import { UsageError } from '../../core/usage-error.js';
import { openRepository, type Repository } from '../../io/git/repository.js';
import { type GitPlace, git, oneLine } from '../../io/git/run.js';
import type { InputName } from './metadata.js';
import { withConfig } from './runner.js';

/** The folder that was checked out into, by its real name: git knows folders by no other. Throws `UsageError`. */
export function workspaceOf(env: NodeJS.ProcessEnv): string {
  const named = env.GITHUB_WORKSPACE || process.cwd();
  try {
    if (statSync(named).isDirectory()) return realpathSync(named);
  } catch {
    // Told below.
  }
  throw new UsageError(`the workspace ${displayText(named)} is no folder: run actions/checkout before this step`);
}

/** Throws `UsageError` where a path below the workspace leads through a symbolic link: the change itself may have put it there. */
export function refuseLinks(input: InputName, workspace: string, path: string): void {
  const names = relative(workspace, path).split(sep).filter(Boolean);
  for (let at = 1; at <= names.length; at++) {
    const stats = lstatSync(join(workspace, ...names.slice(0, at)), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.isSymbolicLink())
      throw new UsageError(
        `input ${input}: "${displayText(relative(workspace, path))}" leads through a symbolic link; name the place itself`,
      );
  }
}

/** A folder of a repository, as a prefix of its paths: empty, or with a slash at its end. */
export interface OpenedFolder {
  readonly repository: Repository;
  readonly prefix: string;
}

/** Opens the repository that a folder of the workspace lies in. The folder may be one that the head no longer has. Throws `GitError`, `UsageError`. */
export function openFolder(workspace: string, directory: string, env: NodeJS.ProcessEnv): OpenedFolder {
  let there = directory;
  while (statSync(there, { throwIfNoEntry: false })?.isDirectory() !== true && dirname(there) !== there) there = dirname(there);
  const place: GitPlace = { cwd: there, env: trusting(env, workspace, there) };
  const repository = openRepository(place);
  const missing = relative(there, directory).split(sep).filter(Boolean);
  const prefix = oneLine(git(place, ['rev-parse', '--show-prefix'])).toString();
  return { repository, prefix: missing.length === 0 ? prefix : `${prefix}${missing.join('/')}/` };
}

/**
 * In a container the workspace belongs to another user than the one who runs, and git refuses to look at it. It was the runner who put it
 * there: it is trusted for as long as this runs, and nothing else is. git-config(1), `safe.directory`.
 */
function trusting(env: NodeJS.ProcessEnv, workspace: string, directory: string): NodeJS.ProcessEnv {
  const folders: string[] = [];
  for (let folder = directory; ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === workspace || dirname(folder) === folder) break;
  }
  return folders.reduce((trusted, folder) => withConfig(trusted, 'safe.directory', folder), env);
}

/** The folder for what is handed on to later steps. */
export function temporaryRoot({ RUNNER_TEMP: named }: NodeJS.ProcessEnv): string {
  return named !== undefined && statSync(named, { throwIfNoEntry: false })?.isDirectory() === true ? named : tmpdir();
}

/** Writes a report where an input says; whole or not at all, and over a link rather than through it. Throws `UsageError`. */
export function writeReport(input: InputName, workspace: string, path: string, text: string): void {
  refuseLinks(input, workspace, path);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(
      `input ${input}: "${displayText(relative(workspace, path))}" cannot be written (${(error as NodeJS.ErrnoException).code}); name a file in a folder that can be written to`,
    );
  }
}
