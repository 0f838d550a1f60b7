import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUnfinishedName } from '../../src/doors/watch/intake.js';
import { KnownFiles } from '../../src/doors/watch/known.js';
import { PathQueue } from '../../src/doors/watch/queue.js';
import { Settler } from '../../src/doors/watch/settler.js';
import { newTempName } from '../../src/io/temp-name.js';
import { folder } from '../io/helpers.js';

describe('names of files that are not done', () => {
  it('are known', () => {
    const names = [
      'a.jpg.crdownload',
      'a.JPG.PART',
      'a.tmp',
      '~$a.docx',
      '.~lock.a#',
      'a.jpg~',
      '.a.jpg.Xy12Zk',
      '.goutputstream-ABC',
      newTempName('redo').toString(),
    ];
    expect(names.filter((name) => !isUnfinishedName(Buffer.from(name)))).toEqual([]);
  });

  it('are not seen where there are none', () => {
    const names = [
      'a.jpg',
      'part.jpg',
      'tmp',
      '.hidden.png',
      'a.tmp.jpg',
      'Bildschirmfoto 2024-01-01 um 12.00.00.png',
      'IMG~1.JPG',
      '.a.jpg',
    ];
    expect(names.filter((name) => isUnfinishedName(Buffer.from(name)))).toEqual([]);
  });
});

describe('known files', () => {
  const identity = { dev: 1n, ino: 2n, sizeBytes: 3n, mtimeNs: 4n, ctimeNs: 5n };

  it('are known in one state only, and the oldest are forgotten', () => {
    const known = new KnownFiles(3);
    for (const name of ['a', 'b', 'c', 'a', 'd']) known.add(Buffer.from(name), identity);
    expect(['a', 'b', 'c', 'd'].map((name) => known.has(Buffer.from(name), identity))).toEqual([true, false, true, true]);
    for (const key of ['dev', 'ino', 'sizeBytes', 'mtimeNs', 'ctimeNs'])
      expect(known.has(Buffer.from('a'), { ...identity, [key]: 9n })).toBe(false);
  });
});

describe('settling', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function settling(): { directory: string; settled: string[]; settler: Settler; known: Set<string> } {
    const directory = folder();
    const settled: string[] = [];
    const known = new Set<string>();
    const settler = new Settler({
      settleMs: 100,
      isKnown: (path) => known.has(path.toString()),
      onSettled: (path) => settled.push(path.toString().slice(directory.length + 1)),
      onFolder: () => undefined,
    });
    return { directory, settled, settler, known };
  }

  it('waits until a file has not changed for the whole time, whatever it was told meanwhile', () => {
    const { directory, settled, settler } = settling();
    const path = Buffer.from(join(directory, 'a'));
    writeFileSync(path, 'x');
    settler.hint(path);
    for (let step = 2; step < 6; step++) {
      vi.advanceTimersByTime(90);
      writeFileSync(path, 'x'.repeat(step));
      settler.hint(path);
    }
    vi.advanceTimersByTime(99);
    expect(settled).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(settled).toEqual(['a']);
    vi.advanceTimersByTime(10_000);
    expect(settled).toEqual(['a']);
  });

  it('sees a change that no event told of', () => {
    const { directory, settled, settler } = settling();
    const path = Buffer.from(join(directory, 'a'));
    writeFileSync(path, 'x');
    settler.hint(path);
    vi.advanceTimersByTime(50);
    writeFileSync(path, 'longer');
    vi.advanceTimersByTime(50);
    expect(settled).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(settled).toEqual(['a']);
  });

  it('sees another file of the same name', () => {
    const { directory, settled, settler } = settling();
    const path = Buffer.from(join(directory, 'a'));
    writeFileSync(path, 'x');
    settler.hint(path);
    writeFileSync(join(directory, 'b'), 'x');
    renameSync(join(directory, 'b'), path);
    vi.advanceTimersByTime(100);
    expect(settled).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(settled).toEqual(['a']);
  });

  it('forgets what is gone, and what is known', () => {
    const { directory, settled, settler, known } = settling();
    const [gone, dull] = ['gone', 'dull'].map((name) => Buffer.from(join(directory, name))) as [Buffer, Buffer];
    for (const path of [gone, dull]) writeFileSync(path, 'x');
    settler.hint(gone);
    settler.hint(dull);
    rmSync(gone.toString());
    known.add(dull.toString());
    vi.advanceTimersByTime(1_000);
    expect([settled, settler.size]).toEqual([[], 0]);
  });
});

describe('the queue', () => {
  it('keeps the order, its bound, and each path once', async () => {
    const done: string[] = [];
    const gates: (() => void)[] = [];
    const queue = new PathQueue(
      async (path) => {
        await new Promise<void>((resolve) => gates.push(resolve));
        done.push(path.toString());
      },
      { workers: 1, capacity: 3, onBroken: () => undefined },
    );
    const add = (name: string) => queue.add(Buffer.from(name));
    expect(['a', 'b', 'c', 'b', 'd', 'e'].map(add)).toEqual([true, true, true, true, true, false]);
    // Came again while it is worked on: once more, at the end.
    add('a');
    const drained = queue.drained();
    let isDrained = false;
    void drained.then(() => {
      isDrained = true;
    });
    while (done.length < 5) {
      gates.shift()?.();
      await new Promise(setImmediate);
      if (done.length === 3) expect(isDrained).toBe(false);
    }
    await drained;
    expect(done).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  it('stops when what runs is done, and begins nothing more', async () => {
    const done: string[] = [];
    const queue = new PathQueue(
      async (path) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        done.push(path.toString());
      },
      { workers: 2, capacity: 10, onBroken: () => undefined },
    );
    for (const name of ['a', 'b', 'c', 'd']) queue.add(Buffer.from(name));
    await queue.stop();
    queue.add(Buffer.from('e'));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(done).toEqual(['a', 'b']);
  });

  it('tells of work that broke, and goes on', async () => {
    const broken: string[] = [];
    const queue = new PathQueue(
      async (path) => {
        if (path.toString() === 'a') throw new Error('x');
      },
      { workers: 1, capacity: 10, onBroken: (_, path) => broken.push(path.toString()) },
    );
    for (const name of ['a', 'b']) queue.add(Buffer.from(name));
    await queue.drained();
    expect(broken).toEqual(['a']);
  });
});
