import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { displayPath } from '../core/display.js';
import { UsageError } from '../core/usage-error.js';
import { GitError, git, oneLine } from '../io/git/run.js';
import { allowFileText, loadAllowFile } from '../policy/allow-file.js';
import { ALLOW_FOLDER, allowFileName, POLICY_FILE_NAMES } from '../policy/paths.js';

/** What an exception says besides the content that it is for. */
export interface Terms {
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`. */
  readonly expires: string;
}

/** The folder that exceptions for a place belong to: the top of its repository, else where its policy lies, else itself. */
export function exceptionRoot(directory: string, env: NodeJS.ProcessEnv): string {
  try {
    return oneLine(git({ cwd: directory, env }, ['rev-parse', '--show-toplevel'])).toString();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    if (POLICY_FILE_NAMES.some((name) => existsSync(join(folder, name)))) return folder;
    if (dirname(folder) === folder) return resolve(directory);
  }
}

/** Writes an exception beside the others. Gives its path; `undefined` where there is one for this content. Throws `UsageError`. */
export function writeException(root: string, sha256: string, terms: Terms): string | undefined {
  const file = join(root, ALLOW_FOLDER, allowFileName(sha256));
  const text = allowFileText(terms);
  // What is written has to be what is read: terms that no policy would take are refused here.
  loadAllowFile(text, displayPath(allowFileName(sha256)), sha256);
  refuseLinks(root);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    return file;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    throw new UsageError(`the exception ${displayPath(file)} cannot be written (${code})`);
  }
}

/** A folder behind a link is no part of what is committed: its exceptions would hold for nobody, and may lie anywhere. */
function refuseLinks(root: string): void {
  for (let folder = join(root, ALLOW_FOLDER); folder !== root && folder.length > root.length; folder = dirname(folder))
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new UsageError(`${displayPath(folder)} is a symbolic link: exceptions are part of the repository. Put a folder in its place`);
}

/** SHA-256 of a file's bytes, lower-case hex. Throws `UsageError`. */
export async function sha256OfFile(path: Buffer): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw new UsageError(`${displayPath(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  return hash.digest('hex');
}

/** The same day a year on, `YYYY-MM-DD`. */
export function inAYear(today: string): string {
  const date = new Date(`${today}T00:00:00Z`);
  return new Date(Date.UTC(date.getUTCFullYear() + 1, date.getUTCMonth(), Math.min(date.getUTCDate(), 28))).toISOString().slice(0, 10);
}
