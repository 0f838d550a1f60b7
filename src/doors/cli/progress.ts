import type { Terminal } from './terminal.js';

/** How far a long run has come. */
export interface Progress {
  begin(total: number): void;
  step(): void;
  /** Takes the bar off the screen while a line is written. */
  aside(write: () => void): void;
  end(): void;
}

/** Fewer files than this are done before a bar could be read. */
const WORTH_A_BAR = 50;

const SILENT: Progress = { begin: () => undefined, step: () => undefined, aside: (write) => write(), end: () => undefined };

/** A bar on a terminal, nothing elsewhere. */
export async function progressOn(terminal: Terminal): Promise<Progress> {
  if (terminal.stderr.isTTY !== true || terminal.env.CI) return SILENT;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    { stream: terminal.stderr, format: '{bar} {value}/{total} files, {eta_formatted} left', clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  let shown = false;
  return {
    begin: (total) => {
      if (total < WORTH_A_BAR) return;
      shown = true;
      bar.start(total, 0);
    },
    step: () => {
      if (shown) bar.increment();
    },
    aside: (write) => {
      if (shown) terminal.stderr.write('\r\x1b[2K');
      write();
      if (shown) bar.render();
    },
    end: () => {
      if (shown) bar.stop();
      shown = false;
    },
  };
}
