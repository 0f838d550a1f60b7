import { EXIT } from '../../core/door.js';
import { UsageError } from '../../core/usage-error.js';
import { stateFolder } from '../../io/state/state-folder.js';
import { PolicyError } from '../../policy/problem.js';
import { openLookThreads } from '../../service/threads/open-threads.js';
import { bugOf, type WatchLog } from './events.js';
import { FolderLocks } from './folder-locks.js';
import { type LogStreams, openLog } from './log.js';
import { Board } from './operations/board.js';
import { type Operations, openOperations } from './operations/open-operations.js';
import { type Plan, planWatch, runSession } from './session.js';
import { type StoppableProcess, untilSignal } from './signals.js';
import { type SweepBar, sweepBar } from './sweep-bar.js';

export interface WatchMainOptions {
  /** `--policy`: a file or a preset. */
  readonly policy?: string;
  /** Watched, and made if missing, where no folder is named. */
  readonly fallbackFolder?: string;
  /** `--metrics`: a port on this machine, for Prometheus. */
  readonly metrics?: string;
  /** `--notify`: tell on the desktop what was removed. */
  readonly notify?: boolean;
}

/** The process as the daemon sees it. */
export interface WatchProcess extends LogStreams, StoppableProcess {
  cwd(): string;
}

/** How often to look whether a policy file was changed. */
const POLICY_LOOK_MS = 2_000;

/** `exifence watch`: until a signal. Throws `UsageError`, and what a policy that cannot be used throws. */
export async function watchMain(names: readonly string[], options: WatchMainOptions, process: WatchProcess): Promise<number> {
  const cwd = process.cwd();
  const given = {
    names,
    cwd,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.fallbackFolder === undefined ? {} : { fallbackFolder: options.fallbackFolder }),
    say: (line: string): void => void process.stdout.write(`${line}\n`),
  };
  let plan = await planWatch(given);
  const state = stateFolder(process.env);
  const locks = new FolderLocks(state);
  locks.hold(plan.folders);
  const board = new Board();
  const onScreen = openLog(process);
  const bar: SweepBar = await sweepBar(process, (event) => log(event));
  const written: WatchLog = (event) => bar.aside(() => onScreen(event));
  let operations: Operations | undefined;
  const log: WatchLog = (event) => {
    written(event);
    board.onEvent(event);
    operations?.onEvent(event);
  };
  const threads = openLookThreads({
    onTrouble: (message) =>
      log({ kind: 'trouble', message, hint: 'it is slower, and as safe; look whether the machine is short of memory or processes' }),
  });
  board.onThreads(() => threads?.numbers);
  try {
    operations = await openOperations({
      board,
      state,
      env: process.env,
      log: written,
      notify: options.notify === true || plan.settings.notify === true,
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    });
    return await untilSignal(process, async (signal) => {
      while (!signal.aborted) {
        board.onPlan(plan.folders);
        const changed = new AbortController();
        let next: Plan | undefined;
        const onBug = (error: unknown): void => log({ kind: 'bug', file: '', ...bugOf(error) });
        const stopLooking = lookForChanges(plan, onBug, async () => {
          try {
            next = await planWatch(given);
            locks.hold(next.folders);
            changed.abort();
            return true;
          } catch (error) {
            log({ kind: 'policy-refused', message: messageOf(error) });
            return false;
          }
        });
        await runSession(plan, {
          state,
          cwd,
          ...(options.policy === undefined ? {} : { policy: options.policy }),
          ...(threads === undefined ? {} : { threads }),
          log,
          polling: process.env.EXIFENCE_POLLING === '1',
          signal: AbortSignal.any([signal, changed.signal]),
          onNumbers: (numbers) => board.onNumbers(numbers),
          sweepProgress: bar,
        });
        stopLooking();
        if (next !== undefined && !signal.aborted) {
          plan = next;
          log({ kind: 'policy-changed', folders: plan.folders.length });
        }
      }
      return EXIT.ok;
    });
  } finally {
    await operations?.close();
    await threads?.close();
    locks.releaseAll();
  }
}

/** Tells once of each change of the policy's files. `onChange` says whether the new one is taken. Returns what ends the looking. */
function lookForChanges({ book }: Plan, onBug: (error: unknown) => void, onChange: () => Promise<boolean>): () => void {
  let seen = '';
  let settling: string | undefined;
  let busy = false;
  const look = async (): Promise<void> => {
    const now = book.changes();
    if (now === seen || busy) return;
    // An editor may not be done with it: it has to look the same twice.
    if (now !== settling) {
      settling = now;
      return;
    }
    busy = true;
    seen = now;
    if (await onChange()) clearInterval(timer);
    busy = false;
  };
  const timer = setInterval(() => void look().catch(onBug), POLICY_LOOK_MS / 2);
  return () => clearInterval(timer);
}

function messageOf(error: unknown): string {
  if (error instanceof PolicyError)
    return error.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('; ');
  if (error instanceof UsageError) return error.userMessage;
  throw error;
}
