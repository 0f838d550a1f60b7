import type { StateFolder } from '../../../io/state/state-folder.js';
import type { WatchEvent, WatchLog } from '../events.js';
import type { Board } from './board.js';

export interface OperationsOptions {
  readonly board: Board;
  readonly state: StateFolder;
  readonly env: NodeJS.ProcessEnv;
  readonly log: WatchLog;
  readonly notify: boolean;
  /** Where to serve metrics. */
  readonly metrics?: string;
}

export interface Operations {
  onEvent(event: WatchEvent): void;
  close(): Promise<void>;
}

/** Everything by which others learn how the daemon is. What is not asked for is not loaded. Throws `UsageError`. */
export async function openOperations({ board, state, env, log, notify, metrics }: OperationsOptions): Promise<Operations> {
  const closing: (() => void | Promise<void>)[] = [];
  const listeners: ((event: WatchEvent) => void)[] = [];
  if (metrics !== undefined) {
    const { openMetrics } = await import('./metrics.js');
    const served = await openMetrics(metrics, board);
    log({ kind: 'metrics', port: served.port });
    closing.push(() => served.close());
  }
  try {
    const { openStatusServer } = await import('./status-server.js');
    closing.push(await openStatusServer(board, state));
  } catch (error) {
    log({
      kind: 'trouble',
      message: `exifence status cannot ask this daemon (${(error as NodeJS.ErrnoException).code ?? 'no socket'})`,
      hint: 'the daemon works all the same; look at its log',
    });
  }
  if (notify) {
    const { desktop, Notifier } = await import('./notify.js');
    const notifier = new Notifier(await desktop());
    listeners.push((event) => notifier.onEvent(event));
    closing.push(() => notifier.close());
  }
  if (env.NOTIFY_SOCKET !== undefined) {
    const { tellSupervisor } = await import('./supervisor.js');
    closing.push(tellSupervisor(env, () => board.ready));
  }
  return {
    onEvent: (event) => {
      for (const listener of listeners) listener(event);
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}
