import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { EventFlood } from '../../src/doors/watch/backends/event-flood.js';
import type { WatchEvent } from '../../src/doors/watch/events.js';
import { sweepBar } from '../../src/doors/watch/sweep-bar.js';
import { temporaryFolder } from '../support/cli.js';
import { sleep, start, until } from './start.js';
import { isClean, toy, toyJob } from './toy.js';

const folders: ReturnType<typeof temporaryFolder>[] = [];

const cleanAt = (path: string): boolean => isClean(readFileSync(path));

function folder(): string {
  const made = temporaryFolder();
  folders.push(made);
  return made.path;
}

afterEach(() => {
  for (const { remove } of folders.splice(0)) remove();
});

describe('a file whose content is in a cloud drive', () => {
  it('is not read, and told of; it is looked at when its content comes', async () => {
    const directory = folder();
    const path = join(directory, 'a.toy');
    const bytes = toy('s', 100_000);
    // What takes no space on the disk is how such a file looks from outside.
    writeFileSync(path, '');
    truncateSync(path, bytes.length);
    writeFileSync(join(directory, '.IMG_1.jpg.icloud'), toy('s'));
    let reads = 0;
    const daemon = await start(directory, {
      giveUpMs: 300,
      jobFor: async () => {
        reads++;
        return toyJob('fix');
      },
    });
    await until(() => daemon.of('unreadable').length === 2);
    expect(daemon.of('unreadable').map(({ unreadable }) => unreadable.code)).toEqual(['not-on-this-machine', 'not-on-this-machine']);
    expect(reads).toBe(0);
    writeFileSync(path, bytes);
    await until(() => cleanAt(path));
    expect(reads).toBe(1);
  });

  it('is not confused with small files and real ones', async () => {
    const directory = folder();
    for (const size of [1, 100, 5_000, 20_000]) writeFileSync(join(directory, `${size}.toy`), toy('s', size));
    const daemon = await start(directory);
    for (const size of [1, 100, 5_000, 20_000]) expect(cleanAt(join(directory, `${size}.toy`))).toBe(true);
    expect(daemon.of('unreadable')).toEqual([]);
  });
});

describe('more changes than the system keeps', () => {
  it('are told by as many coming at once as there are places', async () => {
    let floods = 0;
    const flood = new EventFlood(() => floods++, 100);
    for (let turn = 0; turn < 5; turn++) {
      for (let event = 0; event < 98; event++) flood.note();
      await sleep(5);
    }
    expect(floods).toBe(0);
    for (let event = 0; event < 99; event++) flood.note();
    await sleep(5);
    expect(floods).toBe(1);
  });
});

describe('the first sweep', () => {
  it('shows a bar on a terminal, with lines above it, and takes it away when done', async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true });
    let screen = '';
    stderr.on('data', (chunk: Buffer) => {
      screen += chunk;
    });
    const bar = await sweepBar({ stdout: stderr, stderr, env: {} }, () => undefined);
    expect(bar.counts).toBe(true);
    bar.onProgress({ folder: '/x', done: 3, total: 10 });
    expect(screen).toBe('');
    bar.onProgress({ folder: '/x', done: 100, total: 1000 });
    bar.aside(() => stderr.write('a line\n'));
    bar.onProgress({ folder: '/x', done: 1000, total: 1000 });
    bar.onProgress(undefined);
    await sleep(20);
    expect(screen).toContain('a line');
    expect(screen).toContain('1000');
  });

  it('tells off a terminal how far it has come, now and then', async () => {
    const events: WatchEvent[] = [];
    let now = 0;
    const stderr = new PassThrough();
    const lines = await sweepBar(
      { stdout: stderr, stderr, env: {} },
      (event) => events.push(event),
      () => now,
    );
    expect(lines.counts).toBe(false);
    for (now = 0; now <= 25_000; now += 200) lines.onProgress({ folder: '/x', done: now });
    lines.onProgress(undefined);
    expect(events).toEqual([
      { kind: 'sweeping', folder: '/x', done: 10_000 },
      { kind: 'sweeping', folder: '/x', done: 20_000 },
    ]);
  });

  it('counts what is done, not what waits', async () => {
    const directory = folder();
    for (let index = 0; index < 300; index++) writeFileSync(join(directory, `${index}.toy`), toy('s', 50));
    const told: (number | undefined)[] = [];
    await start(directory, {
      sweepProgress: {
        counts: true,
        onProgress: (progress) => {
          told.push(progress?.done);
          if (progress !== undefined) expect(progress).toMatchObject({ folder: directory, total: 300 });
        },
      },
    });
    expect(told.at(-1)).toBeUndefined();
    const counts = told.filter((done) => done !== undefined);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});
