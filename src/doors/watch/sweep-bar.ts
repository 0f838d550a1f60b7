import { displayPath } from '../../core/display.js';
import type { WatchLog } from './events.js';
import type { SweepProgress } from './first-sweep.js';
import type { LogStreams } from './log.js';

export interface SweepBar {
  /** Whether it needs to know how many files there are. */
  readonly counts: boolean;
  onProgress(progress: SweepProgress | undefined): void;
  /** Takes the bar off the screen while a line is written. */
  aside(write: () => void): void;
}

/** A sweep that is over before it could be read needs no bar. */
const WORTH_A_BAR = 200;
/** Off a terminal: a line of the log now and then. */
const LINE_EVERY_MS = 10_000;

/** A bar where a person looks on, a line now and then where none does. */
export async function sweepBar(streams: LogStreams, log: WatchLog, nowMs: () => number = () => performance.now()): Promise<SweepBar> {
  return streams.stderr.isTTY === true && !streams.env.CI ? bar(streams) : lines(log, nowMs);
}

async function bar({ stderr }: LogStreams): Promise<SweepBar> {
  const { default: cliProgress } = await import('cli-progress');
  const shown = new cliProgress.SingleBar(
    { stream: stderr, format: 'first sweep {bar} {value}/{total} files, {eta_formatted} left', clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  let on = false;
  return {
    counts: true,
    onProgress: (progress) => {
      if (progress?.total === undefined) {
        if (on) shown.stop();
        on = false;
      } else if (on) shown.update(Math.min(progress.done, progress.total));
      else if (progress.total >= WORTH_A_BAR) {
        shown.start(progress.total, progress.done);
        on = true;
      }
    },
    aside: (write) => {
      if (on) stderr.write('\r\x1b[2K');
      write();
      if (on) shown.render();
    },
  };
}

function lines(log: WatchLog, nowMs: () => number): SweepBar {
  let lastMs: number | undefined;
  return {
    counts: false,
    onProgress: (progress) => {
      const now = nowMs();
      lastMs ??= now;
      if (progress === undefined) lastMs = undefined;
      else if (now - lastMs >= LINE_EVERY_MS) {
        lastMs = now;
        log({ kind: 'sweeping', folder: displayPath(progress.folder), done: progress.done });
      }
    },
    aside: (write) => write(),
  };
}
