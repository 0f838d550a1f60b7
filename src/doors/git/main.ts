// Everything that most commits do not need is loaded where it is needed: this file and its imports are all that a commit
// without an image waits for.
import { displayText } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { GitError, type GitPlace } from '../../io/git/run.js';
import { HOOK_NAMES, type HookName, SERVER_HOOK_NAMES } from './hook-run.js';
import { runHook } from './run-hook.js';
import type { HookStdio } from './stdio.js';

const ALL_HOOKS: readonly string[] = [...HOOK_NAMES, ...SERVER_HOOK_NAMES];

const HELP = `Usage: exifence hook <command>

Judges the images of a commit or a push by what git holds, not by what lies in the folder.

  run [NAME] [--fix]     judge what is staged (NAME: ${HOOK_NAMES.join(', ')},
                         on a server ${SERVER_HOOK_NAMES.join(', ')};
                         without one: pre-commit). --fix cleans it, whatever the policy's git.enforce says
  install [--force]      put the hooks into this repository, beside those that are there
  uninstall              take them out again
  status                 say which hooks are in place
  doctor                 find what would keep a hook from running: a lost bit, a desktop client's path, a version manager

Exit codes: 0 clean or all fixed, 1 policy violations, 2 usage or policy error, 3 something could not be proven clean.

Examples:
  exifence hook install
  exifence hook run pre-commit --fix
  exifence hook run pre-push origin https://example.org/repo.git < refs
`;

/** `exifence hook …`. Gives the exit code. */
export async function hookMain(argv: readonly string[], env: NodeJS.ProcessEnv, stdio: HookStdio): Promise<number> {
  const place: GitPlace = { cwd: stdio.cwd(), env };
  try {
    return await command(argv, place, stdio);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    stdio.stderr.write(`${failure.text}\n`);
    return failure.exitCode;
  }
}

/** What a user can do something about. Anything else is our bug, and goes on upwards. */
function failureOf(error: unknown): { readonly text: string; readonly exitCode: number } | undefined {
  if (error instanceof UsageError) return { text: `exifence: ${error.userMessage}`, exitCode: EXIT.usage };
  if (isOfSystem(error)) return { text: `exifence: ${error.syscall} gave ${error.code}: ${SYSTEM_HINT}`, exitCode: EXIT.unproven };
  if (!(error instanceof GitError)) return undefined;
  const outside = /not a git repository|must be run in a work tree/.test(error.stderr);
  return { text: `exifence: ${error.message}`, exitCode: outside ? EXIT.usage : EXIT.unproven };
}

const SYSTEM_HINT =
  'see that the disk has room, and that the git folder can be written to. What was begun is finished or undone by the next run';

/** The system did not let us: no bug of ours. The path stays out of it, names of files may be anything. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof syscall === 'string' && /^E[A-Z0-9]+$/.test(code ?? '');
}

async function command(argv: readonly string[], place: GitPlace, stdio: HookStdio): Promise<number> {
  const [name, ...rest] = argv;
  switch (name) {
    case 'run':
      return run(rest, place, stdio);
    case 'install':
      return (await import('./install.js')).installHooks(place, stdio, { force: onlyOption(rest, '--force') });
    case 'uninstall':
      onlyOption(rest);
      return (await import('./install.js')).uninstallHooks(place, stdio);
    case 'status':
      onlyOption(rest);
      return (await import('./install.js')).hookStatus(place, stdio);
    case 'doctor':
      onlyOption(rest);
      return (await import('./doctor.js')).hookDoctor(place, stdio);
    case '--help':
    case '-h':
    case 'help':
      stdio.stdout.write(HELP);
      return EXIT.ok;
    default:
      stdio.stderr.write(name === undefined ? HELP : `exifence: hook has no command ${displayText(name)}\n\n${HELP}`);
      return EXIT.usage;
  }
}

/** Git passes arguments of its own after the name: pre-push gets the remote and its address. */
async function run(args: readonly string[], place: GitPlace, stdio: HookStdio): Promise<number> {
  const fix = args.includes('--fix');
  const [first, ...passed] = args.filter((arg) => arg !== '--fix');
  const name = first ?? 'pre-commit';
  if (!isHookName(name)) throw new UsageError(`there is no hook ${displayText(name)}; there are ${ALL_HOOKS.join(', ')}`);
  return runHook(name, { place, stdio, fix, args: passed });
}

function isHookName(name: string): name is HookName {
  return ALL_HOOKS.includes(name);
}

function onlyOption(args: readonly string[], allowed?: string): boolean {
  const other = args.find((arg) => arg !== allowed);
  if (other !== undefined) throw new UsageError(`${displayText(other)} is not known here; see exifence hook --help`);
  return args.length > 0;
}
