import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { displayPath } from '../../core/display.js';
import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { IoError } from '../../io/io-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { isToolFolder } from '../../io/walk.js';
import { verifyLog } from '../../service/receipts/verify-log.js';
import { hasKey } from '../../service/vault/keys.js';
import type { WatchProcess } from './main.js';
import { askDaemons } from './operations/status-server.js';
import { planWatch } from './session.js';

type Level = 'ok' | 'warn' | 'fail';

interface Finding {
  readonly level: Level;
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface DoctorOptions {
  readonly policy?: string;
  readonly format: string;
}

const NODE = [20, 19] as const;
/** Beyond this the folders are not counted. */
const MOST_FOLDERS = 1_000_000;

/** `exifence doctor`: whether the daemon can do its work here. Exit 0 where nothing fails, 1 otherwise. */
export async function doctorMain(names: readonly string[], { policy, format }: DoctorOptions, process: WatchProcess): Promise<number> {
  const findings: Finding[] = [node(), ...(await stateFindings(process.env)), ...(await planFindings(names, policy, process)), tools()];
  if (format === 'json') process.stdout.write(`${JSON.stringify({ schema: 'exifence/doctor@1', findings }, null, 2)}\n`);
  else
    for (const { level, what, remedy } of findings)
      process.stdout.write(`${MARKS[level]} ${what}\n${remedy === undefined ? '' : `    ${remedy}\n`}`);
  return findings.some(({ level }) => level === 'fail') ? EXIT.violations : EXIT.ok;
}

const MARKS: Readonly<Record<Level, string>> = { ok: '✓', warn: '!', fail: '✗' };

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return fits
    ? { level: 'ok', what: `Node ${process.versions.node}` }
    : { level: 'fail', what: `Node ${process.versions.node} is too old`, remedy: `install Node ${NODE.join('.')} or newer` };
}

async function stateFindings(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    const state = stateFolder(env);
    const findings: Finding[] = [];
    for (const room of ['vault', 'held', 'journal', 'receipts', 'store', 'run'] as const) state.room(room);
    findings.push({ level: 'ok', what: `state folder ${displayPath(state.path)}, private` });
    const { faults, lines } = await verifyLog(state.room('receipts'));
    findings.push(
      faults.length === 0
        ? { level: 'ok', what: `${lines} receipts, their chain is whole` }
        : { level: 'fail', what: 'the log of receipts was changed or damaged', remedy: 'exifence verify-log says where' },
    );
    const answers = await askDaemons(state);
    const silent = answers.filter(({ kind }) => kind === 'silent').length;
    findings.push(
      silent > 0
        ? { level: 'fail', what: 'a daemon runs and does not answer', remedy: 'stop it, and start it again' }
        : answers.length > 0
          ? { level: 'ok', what: `${answers.length} running ${answers.length === 1 ? 'daemon answers' : 'daemons answer'}` }
          : { level: 'warn', what: 'no daemon runs', remedy: 'exifence watch, or for good exifence service install' },
    );
    return findings;
  } catch (error) {
    if (error instanceof IoError) return [{ level: 'fail', what: error.message, remedy: error.hint }];
    throw error;
  }
}

async function planFindings(names: readonly string[], policy: string | undefined, process: WatchProcess): Promise<Finding[]> {
  try {
    const plan = await planWatch({ names, cwd: process.cwd(), ...(policy === undefined ? {} : { policy }), say: () => undefined });
    const findings: Finding[] = [{ level: 'ok', what: 'the policy can be used' }];
    if (plan.settings.vault.encrypt && !hasKey(stateFolder(process.env).room('vault')))
      findings.push({ level: 'fail', what: 'the policy wants originals encrypted, and there is no key', remedy: 'exifence vault encrypt' });
    let folders = 0;
    for (const { path, recursive, outbox } of plan.folders) {
      findings.push(writable(path), ...(outbox === undefined ? [] : [writable(outbox)]));
      folders += foldersIn(path, recursive);
    }
    findings.push(inotify(folders));
    return findings;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [{ level: 'fail', what: error.userMessage, remedy: 'name a folder, or mend the policy' }];
  }
}

function writable(path: string): Finding {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { level: 'ok', what: `${displayPath(path)} can be read and written` };
  } catch {
    return { level: 'fail', what: `${displayPath(path)} cannot be read and written`, remedy: 'give this user the right to it' };
  }
}

function foldersIn(path: string, recursive: boolean): number {
  let count = 0;
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined && count < MOST_FOLDERS; next = waiting.pop()) {
    count++;
    if (!recursive) continue;
    try {
      for (const entry of readdirSync(next, { withFileTypes: true }))
        if (entry.isDirectory() && !isToolFolder(entry.name)) waiting.push(`${next}/${entry.name}`);
    } catch {
      // The daemon says so when it comes by.
    }
  }
  return count;
}

/** inotify(7): one watch for each folder. */
function inotify(folders: number): Finding {
  const text = readIfThere('/proc/sys/fs/inotify/max_user_watches');
  if (text === undefined) return { level: 'ok', what: `${folders} folders to watch` };
  const most = Number(text);
  if (folders * 2 > most)
    return {
      level: folders > most ? 'fail' : 'warn',
      what: `${folders} folders to watch, and the system gives ${most} watches to all programs of a user`,
      remedy: 'raise fs.inotify.max_user_watches; until then the folders are looked through regularly',
    };
  return { level: 'ok', what: `${folders} folders to watch of ${most} watches` };
}

function tools(): Finding {
  if (process.platform !== 'linux') return { level: 'ok', what: 'attributes are kept by the system itself' };
  const there = (process.env.PATH ?? '')
    .split(':')
    .some((folder) => statSync(`${folder}/setfacl`, { throwIfNoEntry: false })?.isFile() === true);
  return there
    ? { level: 'ok', what: 'access lists can be kept (setfacl)' }
    : { level: 'warn', what: 'setfacl is not there', remedy: 'install the package acl if your folders use access lists' };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
