import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { type Command, type ServiceFiles, serviceFor } from './service-files.js';

export interface ServiceOptions {
  readonly action: 'install' | 'uninstall' | 'status';
  /** Folders to watch; those of the policy if there are none. */
  readonly folders: readonly string[];
  readonly policy?: string;
  /** Show what would be written and run. */
  readonly dryRun?: boolean;
}

export interface ServiceProcess {
  readonly stdout: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly execPath: string;
  /** The command's own file. */
  readonly program: string;
  cwd(): string;
}

const run = promisify(execFile);

/** `exifence service`: has the system start the daemon with the user's session. Throws `UsageError`. */
export async function serviceMain(options: ServiceOptions, process: ServiceProcess): Promise<number> {
  const absolute = (path: string): string => resolve(process.cwd(), path);
  const service = serviceFor(process.platform, {
    home: process.env.HOME ?? homedir(),
    env: process.env,
    node: process.execPath,
    program: process.program,
    folder: process.cwd(),
    arguments: [
      'watch',
      ...(options.policy === undefined
        ? []
        : ['--policy', /[/\\]|\.ya?ml$/.test(options.policy) ? absolute(options.policy) : options.policy]),
      ...(options.folders.length === 0 ? [] : ['--', ...options.folders.map(absolute)]),
    ],
  });
  if (service === undefined)
    throw new UsageError(`services on ${process.platform} are not known; start exifence watch by the system's own means`);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (options.dryRun === true) {
    say(`# ${displayPath(service.path)}`);
    process.stdout.write(service.text);
    for (const command of options.action === 'uninstall' ? service.uninstall : service.install) say(`# ${shown(command)}`);
    return EXIT.ok;
  }
  switch (options.action) {
    case 'install':
      return install(service, say);
    case 'uninstall':
      return uninstall(service, say);
    case 'status':
      return status(service, say);
  }
}

async function install(service: ServiceFiles, say: (line: string) => void): Promise<number> {
  mkdirSync(dirname(service.path), { recursive: true });
  writeFileSync(service.path, service.encoded, { mode: 0o600 });
  say(`written: ${displayPath(service.path)}`);
  return (await all(service.install, say)) ? done(say, 'the daemon runs, and starts with your session') : EXIT.violations;
}

async function uninstall(service: ServiceFiles, say: (line: string) => void): Promise<number> {
  if (!existsSync(service.path)) return done(say, 'no service is installed');
  const stopped = await all(service.uninstall, say);
  rmSync(service.path, { force: true });
  say(`removed: ${displayPath(service.path)}`);
  return stopped ? EXIT.ok : EXIT.violations;
}

async function status(service: ServiceFiles, say: (line: string) => void): Promise<number> {
  if (!existsSync(service.path)) {
    say('no service is installed; exifence service install does that');
    return EXIT.violations;
  }
  const current = readFileSync(service.path).equals(service.encoded) ? '' : ' (written by another version, or for other folders)';
  say(`installed: ${displayPath(service.path)}${current}`);
  const state = await attempt(service.status);
  say(state === undefined ? 'the system does not say that it runs' : `the system says: ${displayPath(state.trim().split('\n')[0] ?? '')}`);
  return state === undefined ? EXIT.violations : EXIT.ok;
}

/** Stops at the first that fails, and says what to do. */
async function all(commands: readonly Command[], say: (line: string) => void): Promise<boolean> {
  for (const command of commands) {
    if ((await attempt(command)) !== undefined) continue;
    say(`this failed: ${shown(command)}\n    what to do: run it yourself in a terminal of your desktop session; the file is in its place`);
    return false;
  }
  return true;
}

async function attempt([file, ...args]: Command): Promise<string | undefined> {
  try {
    return (await run(file, args, { timeout: 30_000, encoding: 'utf8' })).stdout;
  } catch {
    return undefined;
  }
}

function shown(command: Command): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${displayPath(word).replace(/'/g, "'\\''")}'`)).join(' ');
}

function done(say: (line: string) => void, line: string): number {
  say(line);
  return EXIT.ok;
}
