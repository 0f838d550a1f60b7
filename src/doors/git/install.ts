import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { openRepository, type Repository } from '../../io/git/repository.js';
import { type GitPlace, git, oneLine } from '../../io/git/run.js';
import { type HookFile, inspectHook, type Manager, removeHook, replaceText, SHIM_NAME, writeHook } from './hook-files.js';
import { HOOK_NAMES } from './hook-run.js';
import { fitInto } from './managers.js';
import type { HookStdio } from './stdio.js';

export interface InstallOptions {
  /** Also into a folder that other repositories share, and in the place of hooks that cannot be added to. */
  readonly force: boolean;
  /** The folder of this package; found from the running program where it is not given. */
  readonly packageRoot?: string;
}

const SHIM_FILE = join('hooks', 'exifence-hook.sh');

const TO_ADD: Readonly<Record<Manager, string>> = {
  husky: 'husky writes these hooks. Add to .husky/NAME:\n    npx exifence hook run NAME "$@"',
  lefthook:
    'lefthook writes these hooks. Add to lefthook.yml (see hooks/samples/lefthook.yml):\n    NAME:\n      commands:\n        exifence:\n          run: npx exifence hook run NAME {0}',
  'pre-commit':
    'the pre-commit framework writes these hooks. Add to .pre-commit-config.yaml (see hooks/samples/pre-commit-config.yaml) a local hook:\n    entry: npx exifence hook run NAME',
};

/** Puts our hooks beside what is there; never in the place of another's without `force`. Gives the exit code. */
export function installHooks(place: GitPlace, stdio: HookStdio, options: InstallOptions): number {
  const repository = openRepository(place);
  const folder = hooksFolder(repository);
  const shared = !isWithin(folder, repository.top) && !isWithin(folder, commonDir(repository));
  if (shared && !options.force) {
    throw new UsageError(
      `core.hooksPath leads out of this repository, to ${displayPath(folder)}, which others may share; --force installs there all the same`,
    );
  }
  const found = HOOK_NAMES.map((name) => ({ name, hook: inspectHook(folder, name) }));
  const manager = found.map(({ hook }) => (hook.kind === 'managed' ? hook.manager : undefined)).find((name) => name !== undefined);
  const fitted = manager === undefined ? undefined : fitInto(manager, repository.top);
  if (manager !== undefined && fitted !== undefined) {
    for (const { file, isChanged } of fitted)
      stdio.stdout.write(`${displayPath(relative(repository.top, file))}: ${isChanged ? 'written' : 'runs exifence already'}\n`);
    stdio.stdout.write(
      `${manager} runs the hooks of this repository: commit ${fitted.length === 1 ? 'this file' : 'these files'}, so that everybody has them\n`,
    );
    return EXIT.ok;
  }
  const refused = found.filter(({ hook }) => hook.kind === 'managed' || (hook.kind === 'foreign' && !options.force));
  if (refused.length > 0) {
    for (const { name, hook } of refused) stdio.stderr.write(`exifence: ${name}: ${whatToDo(hook).replaceAll('NAME', name)}\n`);
    stdio.stderr.write('exifence: nothing was installed\n');
    return EXIT.usage;
  }
  mkdirSync(folder, { recursive: true });
  replaceText(join(folder, SHIM_NAME), shimText(repository, folder, options), 0o755);
  for (const { name, hook } of found) {
    writeHook(folder, name, hook);
    const aside =
      hook.kind === 'foreign'
        ? ', before what was there (kept as *.before-exifence)'
        : hook.kind === 'shell'
          ? ', before what was there'
          : hook.kind === 'disabled'
            ? ', in the place of a file that was not executable'
            : '';
    stdio.stdout.write(`${name}: installed${aside}\n`);
  }
  stdio.stdout.write(`in ${displayPath(folder)}\n`);
  return EXIT.ok;
}

function whatToDo(hook: HookFile): string {
  if (hook.kind === 'managed') return TO_ADD[hook.manager];
  return 'there is a hook that is no shell script; run `exifence hook run NAME "$@"` from it, or use --force to run ours first and it afterwards';
}

/** Takes our hooks out and leaves the others' as they were. */
export function uninstallHooks(place: GitPlace, stdio: HookStdio): number {
  const folder = hooksFolder(openRepository(place));
  const removed = HOOK_NAMES.filter((name) => removeHook(folder, name));
  rmSync(join(folder, SHIM_NAME), { force: true });
  for (const name of removed) stdio.stdout.write(`${name}: removed\n`);
  if (removed.length === 0) stdio.stdout.write('no hook of exifence was installed\n');
  return EXIT.ok;
}

const STATUS: Readonly<Record<HookFile['kind'], string>> = {
  missing: 'not installed',
  own: 'installed',
  disabled: 'not executable, so git passes it over',
  chained: 'installed, before what else is there',
  shell: 'another hook, without exifence',
  managed: 'written by another tool; exifence cannot see whether it runs there',
  foreign: 'another hook, without exifence',
};

/** Says which hooks are in place. Exit code 0 where all are. */
export function hookStatus(place: GitPlace, stdio: HookStdio): number {
  const folder = hooksFolder(openRepository(place));
  const shim = existsSync(join(folder, SHIM_NAME));
  let complete = true;
  for (const name of HOOK_NAMES) {
    const { kind } = inspectHook(folder, name);
    const installed = kind === 'own' || kind === 'chained';
    complete &&= installed && shim;
    stdio.stdout.write(
      `${name}: ${STATUS[kind]}${installed && !shim ? `, but ${SHIM_NAME} beside it is gone: git is stopped until you install again` : ''}\n`,
    );
  }
  stdio.stdout.write(`in ${displayPath(folder)}\n`);
  return complete ? EXIT.ok : EXIT.violations;
}

/** Where git looks for hooks: `core.hooksPath`, else the folder that all work trees share. */
function hooksFolder({ place, top }: Repository): string {
  const folder = resolve(top, oneLine(git(place, ['rev-parse', '--git-path', 'hooks'])).toString());
  if (!isFolderOrFree(folder))
    throw new UsageError(`core.hooksPath names ${displayPath(folder)}, which is no folder: git runs no hook from there`);
  return folder;
}

/** False where the path, or what it leads through, is something else than a folder. */
function isFolderOrFree(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function commonDir({ place, top }: Repository): string {
  return resolve(top, oneLine(git(place, ['rev-parse', '--git-common-dir'])).toString());
}

function isWithin(path: string, folder: string): boolean {
  const real = (name: string): string => (existsSync(name) ? realpathSync(name) : name);
  const way = relative(real(folder), real(path));
  return way === '' || (!way.startsWith('..') && resolve(way) !== way);
}

/** The shim, with the program that installs it written in; but not into a folder that is committed, where it means nothing. */
function shimText(repository: Repository, folder: string, options: InstallOptions): string {
  const root = options.packageRoot ?? packageRoot();
  const text = readFileSync(join(root, SHIM_FILE), 'utf8');
  const committed = isWithin(folder, repository.top) && !isWithin(folder, commonDir(repository));
  if (committed) return text;
  const put = (name: string, value: string): [string, string] => [`\n${name}=''\n`, `\n${name}='${value.replaceAll("'", "'\\''")}'\n`];
  const values = [put('exifence_node', process.execPath), put('exifence_bundle', join(root, 'dist', 'hook.cjs'))];
  return values.reduce((shim, [from, to]) => shim.replace(from, () => to), text);
}

/** The package that the running program belongs to: the nearest folder upwards that has the shim. */
function packageRoot(): string {
  const start = process.argv[1];
  for (let folder = start === undefined ? '/' : dirname(realpathSync(start)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, SHIM_FILE))) return folder;
    if (dirname(folder) === folder)
      throw new UsageError('hooks/exifence-hook.sh is missing from this installation of exifence; install it again');
  }
}
