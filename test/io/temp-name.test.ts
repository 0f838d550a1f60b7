import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isRunning } from '../../src/io/temp-name.js';

it('knows its own process', () => {
  expect(isRunning(process.pid)).toBe(true);
});

const noProc = process.platform !== 'linux';

it.skipIf(noProc)(
  `does not take a process for running that ended and was never asked for${noProc ? ' (SKIPPED: no /proc)' : ''}`,
  async () => {
    // The shell becomes a program that asks for none of its children, before the first one ends.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 20'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
      const state = (): string => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
      await expect.poll(state, { timeout: 10_000 }).toBe('Z');
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(isRunning(pid)).toBe(false);
    } finally {
      parent.kill();
    }
  },
);
