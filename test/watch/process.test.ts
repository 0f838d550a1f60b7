import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundle, folder, namesIn } from '../io/helpers.js';
import { until } from './start.js';
import { isClean, toy } from './toy.js';

let programs: string;
let program: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'exifence-test-'));
  program = bundle('watch/daemon-program.ts', programs);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

async function start(directory: string, slowMs = 0, stopMs = 10_000): Promise<Running> {
  const child = spawn(process.execPath, [program, directory, String(slowMs), String(stopMs)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, EXIFENCE_LOG_LEVEL: 'debug' },
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  await until(() => /^ready\b/m.test(stdout));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

describe('the daemon as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes the file at hand and exits 0 on %s', async (signal) => {
    const directory = folder();
    const daemon = await start(directory, 1_000);
    for (let index = 0; index < 6; index++) writeFileSync(join(directory, `${index}.jpg`), toy('s'));
    await until(() => daemon.stdout().includes('at hand'));
    daemon.child.kill(signal);
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    const cleaned = namesIn(directory).filter((name) => isClean(readFileSync(join(directory, name))));
    // What was at hand is done; what was not begun is as it was, and nothing else lies there.
    expect(cleaned.length).toBeGreaterThan(0);
    expect(cleaned.length).toBeLessThan(6);
    expect(namesIn(directory)).toHaveLength(6);
    expect(daemon.stdout()).toContain('stopped');
  });

  it('exits 0 within its bound also where a file hangs, and the file is whole', async () => {
    const directory = folder();
    const daemon = await start(directory, 600_000, 300);
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    await until(() => daemon.stdout().includes('at hand'));
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    expect(readFileSync(join(directory, 'a.jpg')).equals(toy('s'))).toBe(true);
    // The next start takes away what lies beside it.
    expect(namesIn(directory)).toHaveLength(2);
    const next = await start(directory);
    await until(() => isClean(readFileSync(join(directory, 'a.jpg'))));
    expect(namesIn(directory)).toEqual(['a.jpg']);
    next.child.kill('SIGTERM');
    await next.ended;
  });

  it('ends at once on a second signal', async () => {
    const directory = folder();
    const daemon = await start(directory, 600_000, 600_000);
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    await until(() => daemon.stdout().includes('at hand'));
    daemon.child.kill('SIGTERM');
    await until(() => daemon.stdout().includes('stopping'));
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toEqual({ code: 143, signal: null });
  });

  it('logs one JSON object a line, with no raw byte of a hostile name', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const name = '\u001b[31mred\nready\u202egpj.jpg';
    writeFileSync(join(directory, name), toy('s'));
    await until(() => isClean(readFileSync(join(directory, name))));
    await until(() => daemon.stderr().includes('"cleaned"'));
    daemon.child.kill('SIGTERM');
    await daemon.ended;
    const lines = daemon.stderr().trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as { event: string; file?: string; removed?: object });
    expect(records.map(({ event }) => event)).toEqual(['watching', 'backend', 'swept', 'ready', 'cleaned', 'stopping', 'stopped']);
    expect(records.find(({ event }) => event === 'cleaned')).toMatchObject({
      removed: { location: 1 },
      file: expect.stringContaining('\\x1b[31mred\\nready\\u{202e}'),
    });
    expect(daemon.stdout() + daemon.stderr()).not.toMatch(/[\u001b\u202e]/);
    expect(daemon.stdout().match(/^ready\b/gm)).toHaveLength(1);
  });
});
