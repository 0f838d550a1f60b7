import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { openRepository } from '../../io/git/repository.js';
import { type GitPlace, git, oneLine, tryGit } from '../../io/git/run.js';
import { inspectHook, SHIM_NAME } from './hook-files.js';
import { HOOK_NAMES, type HookName } from './hook-run.js';
import { LEFTHOOK_OWN } from './managers.js';
import type { HookStdio } from './stdio.js';

/** Something that keeps a hook from running, and what to do about it. */
interface Complaint {
  readonly what: string;
  readonly remedy: string;
}

/** Where a program looks that was not started from a terminal: a desktop client has no more than this on its path. */
const DESKTOP_PATH = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin', '/usr/local/sbin'] as const;

/** Folders of version managers: what lies in them is on the path of an interactive shell, and on no other. */
const MANAGERS = /[/\\](?:\.nvm|\.fnm|fnm_multishells|\.volta|\.asdf|\.nodenv|\.n|mise|\.local[/\\]share[/\\](?:mise|fnm|rtx))[/\\]/;

const MAX_HOOK_BYTES = 1 << 20;

/** `exifence hook doctor`: whether each hook would run, also from a desktop client. Exit code 0 where nothing is wrong. */
export function hookDoctor(place: GitPlace, stdio: HookStdio): number {
  const repository = openRepository(place);
  const folder = resolve(repository.top, oneLine(git(repository.place, ['rev-parse', '--git-path', 'hooks'])).toString());
  const complaints: Complaint[] = [];
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true)
    complaints.push({
      what:
        stats === undefined
          ? `git looks for hooks in ${displayPath(folder)}, which is not there`
          : `git looks for hooks in ${displayPath(folder)}, which is no folder`,
      remedy: 'git config --unset core.hooksPath, or set it to a folder; then exifence hook install',
    });
  else for (const name of HOOK_NAMES) complaints.push(...lookAt(folder, name, repository.top));
  complaints.push(...environmentOf(place, repository.top, folder));
  for (const { what, remedy } of complaints) stdio.stdout.write(`! ${what}\n    ${remedy}\n`);
  stdio.stdout.write(
    complaints.length === 0
      ? `all ${HOOK_NAMES.length} hooks in ${displayPath(folder)} would run, from a terminal and from a desktop client\n`
      : `${complaints.length} ${complaints.length === 1 ? 'thing keeps' : 'things keep'} hooks from running\n`,
  );
  return complaints.length === 0 ? EXIT.ok : EXIT.violations;
}

function lookAt(folder: string, name: HookName, top: string): Complaint[] {
  const hook = inspectHook(folder, name);
  switch (hook.kind) {
    case 'own':
    case 'chained':
      return existsSync(join(folder, SHIM_NAME))
        ? startOf(folder, name)
        : [{ what: `${name}: ${SHIM_NAME} beside it is gone, so git is stopped at every ${name}`, remedy: 'exifence hook install' }];
    case 'missing':
      return [{ what: `${name}: there is no hook`, remedy: 'exifence hook install' }];
    case 'disabled':
      return [
        {
          what: `${name}: the hook is not executable, and git passes it over without a word`,
          remedy: `chmod +x ${displayPath(join(folder, name))}`,
        },
      ];
    case 'managed':
      return managed(hook.manager, name, top);
    case 'shell':
    case 'foreign':
      return [
        { what: `${name}: another hook is in its place, which does not run exifence`, remedy: 'exifence hook install puts ours before it' },
      ];
  }
}

/** A hook of another tool's: whether its own settings name us. */
function managed(manager: 'husky' | 'lefthook' | 'pre-commit', name: HookName, top: string): Complaint[] {
  const settings = {
    husky: [`.husky/${name}`],
    lefthook: ['lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml', 'lefthook-local.yml', LEFTHOOK_OWN],
    'pre-commit': ['.pre-commit-config.yaml'],
  }[manager];
  const texts = settings.map((file) => textOf(join(top, file)));
  const complaints: Complaint[] = [];
  if (texts.every((text) => text === undefined || !text.includes('exifence') || !text.includes(manager === 'husky' ? 'hook run' : name)))
    complaints.push({
      what: `${name}: ${manager} writes this hook, and its settings do not run exifence there`,
      remedy: 'see hooks/README.md for what to add',
    });
  // These look for the program on the path of whoever started git.
  else
    complaints.push(
      ...(onDesktopPath('node')
        ? []
        : [{ what: `${name}: run by ${manager}, which finds node on the path of a terminal only`, remedy: DESKTOP_REMEDY }]),
    );
  return complaints;
}

const DESKTOP_REMEDY =
  'a desktop client would skip it or fail: install Node.js where every program finds it, or put its folder on the path of the session';

/** The program that the shim was installed with. */
function startOf(folder: string, name: HookName): Complaint[] {
  // One complaint is enough for what all hooks share.
  if (name !== HOOK_NAMES[0]) return [];
  const shim = textOf(join(folder, SHIM_NAME)) ?? '';
  const lineOf = (variable: string): string => (new RegExp(`^${variable}='(.*)'$`, 'm').exec(shim)?.[1] ?? '').replaceAll("'\\''", "'");
  const [node, bundle] = [lineOf('exifence_node'), lineOf('exifence_bundle')];
  if (!isExecutable(join(folder, SHIM_NAME))) return [{ what: `${SHIM_NAME} is not executable`, remedy: 'exifence hook install' }];
  if (bundle !== '' && !existsSync(bundle))
    return [
      {
        what: `the program that the hooks were installed with is gone: ${displayPath(bundle)}`,
        remedy: 'exifence hook install, from where it is now',
      },
    ];
  if (node !== '' && !isExecutable(node))
    return [
      {
        what: `the Node.js that the hooks were installed with is gone: ${displayPath(node)}`,
        remedy: MANAGERS.test(node) ? 'the version manager took it away with an update: exifence hook install' : 'exifence hook install',
      },
    ];
  return node === '' && !onDesktopPath('node')
    ? [{ what: 'the hooks find node on the path of a terminal only', remedy: DESKTOP_REMEDY }]
    : [];
}

/** What is set so that hooks do not run, or that others run. */
function environmentOf({ env }: GitPlace, top: string, folder: string): Complaint[] {
  const complaints: Complaint[] = [];
  const usesHusky = folder.endsWith('.husky/_');
  if (usesHusky && env.HUSKY === '0') complaints.push({ what: 'HUSKY=0 is set here: husky runs no hook', remedy: 'unset HUSKY' });
  const init = textOf(join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? '/nowhere', '.config'), 'husky/init.sh'));
  if (usesHusky && init !== undefined && /HUSKY=0/.test(init))
    complaints.push({
      what: 'the settings of husky for this user have HUSKY=0: it runs no hook',
      remedy: 'take the line out of ~/.config/husky/init.sh',
    });
  if (!usesHusky && existsSync(join(top, '.husky')) && tryGit({ cwd: top, env }, ['config', 'core.hooksPath']) === undefined)
    complaints.push({
      what: 'there is a folder .husky, and git does not look there: its hooks do not run',
      remedy: 'npx husky, or npm install',
    });
  if (env.GIT_CONFIG_PARAMETERS?.includes('core.hookspath') === true || env.GIT_CONFIG_KEY_0 === 'core.hooksPath')
    complaints.push({
      what: 'the environment sets core.hooksPath for every git that is started here',
      remedy: 'take it out of the environment',
    });
  return complaints;
}

function onDesktopPath(program: string): boolean {
  const folders = process.platform === 'win32' ? (process.env.PATH ?? '').split(delimiter) : DESKTOP_PATH;
  return folders.some((folder) => isExecutable(join(folder, process.platform === 'win32' ? `${program}.exe` : program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > MAX_HOOK_BYTES ? undefined : readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
