import { execFile } from 'node:child_process';

/** Tells systemd that the daemon is ready, and from then on that it lives: sd_notify(3), by systemd's own tool. Returns what ends it. */
export function tellSupervisor(env: NodeJS.ProcessEnv, isReady: () => boolean): () => void {
  if (env.NOTIFY_SOCKET === undefined) return () => undefined;
  const everyMs = Math.min(Math.max(Number(env.WATCHDOG_USEC ?? 0) / 2_000, 0) || 10_000, 10_000);
  let told = false;
  const look = (): void => {
    if (!told && isReady()) {
      told = true;
      notify('--ready');
    }
    if (env.WATCHDOG_USEC !== undefined) notify('WATCHDOG=1');
  };
  const timer = setInterval(look, told ? everyMs : Math.min(everyMs, 500));
  timer.unref();
  return () => {
    clearInterval(timer);
    notify('STOPPING=1');
  };
}

function notify(word: string): void {
  execFile('systemd-notify', [word], { timeout: 5_000 }, () => undefined);
}
