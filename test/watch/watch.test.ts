import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newTempName, releaseTempName } from '../../src/io/temp-name.js';
import { systemError, watchedOps } from '../io/faulty-ops.js';
import { folder, namesIn } from '../io/helpers.js';
import { allClean, sleep, start, until } from './start.js';
import { isClean, toy, toyJob } from './toy.js';

const clean = (path: string) => existsSync(path) && isClean(readFileSync(path));

describe('the watch daemon', () => {
  it('cleans what is there before it says that it is ready', async () => {
    const directory = folder();
    mkdirSync(join(directory, 'deep', 'er'), { recursive: true });
    for (const name of ['a.jpg', 'deep/b.png', 'deep/er/c']) {
      writeFileSync(join(directory, name), toy('s'));
      utimesSync(join(directory, name), 1e9, 1e9);
      // Old ones and fresh ones: these have to settle first.
      if (name === 'a.jpg') await sleep(2_100);
    }
    const daemon = await start(directory);
    expect(allClean(directory)).toBe(true);
    expect(daemon.of('cleaned')).toHaveLength(3);
    expect(daemon.of('swept')).toMatchObject([{ files: 3 }]);
    expect(statSync(join(directory, 'a.jpg')).mtimeMs).toBe(1e12);
    expect(daemon.events.map(({ kind }) => kind).indexOf('ready')).toBeGreaterThan(
      daemon.events.map(({ kind }) => kind).lastIndexOf('cleaned'),
    );
  });

  it('cleans what is copied in, soon', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const took: number[] = [];
    for (let index = 0; index < 5; index++) {
      const path = join(directory, `${index}.jpg`);
      const started = performance.now();
      writeFileSync(path, toy('s', 4_000_000));
      await until(() => clean(path));
      took.push(Math.round(performance.now() - started));
    }
    console.log(`copied in to clean, 4 MB, with the settle time of 150 ms: ${took.join(', ')} ms`);
    await until(() => daemon.of('cleaned').length === 5);
  });

  it('does each of a burst of files once, and does not react to its own writes', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const names = Array.from({ length: 300 }, (_, index) => `${index % 7}/${index}.jpg`);
    for (let index = 0; index < 7; index++) mkdirSync(join(directory, String(index)));
    for (const name of names) writeFileSync(join(directory, name), toy('s'));
    await until(() => daemon.of('cleaned').length >= 300);
    // Long enough for an answer to its own writes to show, and for the late sweeps of new folders.
    await sleep(1_500);
    expect(allClean(directory)).toBe(true);
    const files = daemon.of('cleaned').map(({ file }) => file);
    expect(new Set(files).size).toBe(300);
    expect(files).toHaveLength(300);
    expect(daemon.of('fine')).toEqual([]);
    expect(readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.exifence'))).toEqual([]);
  });

  it('never tears a photo that is written in slow chunks', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const bytes = toy('s', 1_000_000);
    const path = join(directory, 'slow.jpg');
    const fd = openSync(path, 'w');
    for (let chunk = 0; chunk < 10; chunk++) {
      writeSync(fd, bytes, chunk * 100_000, chunk < 9 ? 100_000 : bytes.length - 900_000, chunk * 100_000);
      await sleep(300);
    }
    closeSync(fd);
    await until(() => clean(path));
    expect(readFileSync(path).length).toBe(bytes.length);
    expect(daemon.of('unreadable')).toEqual([]);
    await until(() => daemon.of('cleaned').length === 1);
  });

  it.runIf(process.platform === 'linux')('waits for a program that holds a complete file open and writes on', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const path = join(directory, 'held.jpg');
    // Complete at once, patched two seconds later through the same descriptor: had it been replaced, the patch would be lost.
    const script = `const fs = require('fs'); const fd = fs.openSync(process.argv[1], 'w'); fs.writeSync(fd, fs.readFileSync(0)); setTimeout(() => { fs.writeSync(fd, 'patched', 500); fs.closeSync(fd); }, 2000)`;
    const child = spawn(process.execPath, ['-e', script, path], { stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.end(toy('s'));
    await until(() => clean(path));
    expect(readFileSync(path).includes('patched')).toBe(true);
    await until(() => daemon.of('cleaned').length === 1);
  });

  it('tells of a file that stays incomplete once, and takes it up when it goes on', async () => {
    const directory = folder();
    const daemon = await start(directory, { giveUpMs: 600 });
    const path = join(directory, 'cut.jpg');
    const bytes = toy('s');
    writeFileSync(path, bytes.subarray(0, 5_000));
    await until(() => daemon.of('unreadable').length > 0);
    await sleep(1_500);
    expect(daemon.of('unreadable')).toMatchObject([{ unreadable: { code: 'truncated', byteOffset: 5_000 } }]);
    expect(readFileSync(path).equals(bytes.subarray(0, 5_000))).toBe(true);
    appendFileSync(path, bytes.subarray(5_000));
    await until(() => clean(path));
  });

  it('reports and does not touch where the policy says block or warn', async () => {
    for (const enforce of ['block', 'warn'] as const) {
      const directory = folder();
      const daemon = await start(directory, { jobFor: async () => toyJob(enforce) });
      const path = join(directory, 'a.jpg');
      writeFileSync(path, toy('s'));
      const before = lstatSync(path, { bigint: true });
      await until(() => daemon.of('violates').length > 0);
      await sleep(500);
      expect(daemon.of('violates')).toMatchObject([{ enforce, found: { location: 1 } }]);
      expect(lstatSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs, ctimeNs: before.ctimeNs });
      await daemon.stop();
    }
  });

  it('follows no links, waits for no FIFO, leaves unfinished names and tool folders alone', async () => {
    const outside = folder();
    writeFileSync(join(outside, 'victim.jpg'), toy('s'));
    const directory = folder();
    const daemon = await start(directory);
    symlinkSync(join(outside, 'victim.jpg'), join(directory, 'link.jpg'));
    symlinkSync(outside, join(directory, 'linked-folder'));
    execFileSync('mkfifo', [join(directory, 'fifo.jpg')]);
    for (const name of ['.git', 'node_modules']) mkdirSync(join(directory, name));
    const untouched = ['x.jpg.crdownload', 'y.part', '~$z.jpg', '.git/i.jpg', 'node_modules/j.jpg'];
    for (const name of untouched) writeFileSync(join(directory, name), toy('s'));
    writeFileSync(join(directory, 'real.jpg'), toy('s'));
    await until(() => clean(join(directory, 'real.jpg')));
    await sleep(2_500);
    for (const name of untouched) expect({ name, clean: clean(join(directory, name)) }).toEqual({ name, clean: false });
    expect(clean(join(outside, 'victim.jpg'))).toBe(false);
    expect(daemon.of('cleaned')).toHaveLength(1);
    // The download is done, and gets its name.
    renameSync(join(directory, 'x.jpg.crdownload'), join(directory, 'x.jpg'));
    await until(() => clean(join(directory, 'x.jpg')));
  });

  it('takes names that are not UTF-8, of files and of folders, and shows them safely', async () => {
    const directory = folder();
    const daemon = await start(directory);
    const odd = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0x1b, 0x0a]), Buffer.from('.jpg')]);
    writeFileSync(odd, toy('s'));
    await until(() => isClean(readFileSync(odd)) && daemon.of('cleaned').length > 0);
    expect(daemon.of('cleaned')[0]?.file).toMatch(/\\xff\\x1b\\x0a\.jpg$/);
    const oddFolder = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xfe, 0xfd])]);
    mkdirSync(oddFolder);
    await sleep(500);
    const inner = Buffer.concat([oddFolder, Buffer.from('/late.jpg')]);
    writeFileSync(inner, toy('s'));
    await until(() => isClean(readFileSync(inner)));
    writeFileSync(inner, toy('s', 500));
    await until(() => isClean(readFileSync(inner)));
  });

  it('sweeps a folder that is moved in, and one that is filled while it comes', async () => {
    const directory = folder();
    const other = folder();
    const daemon = await start(directory);
    mkdirSync(join(other, 'in', 'deep'), { recursive: true });
    for (const name of ['in/a.jpg', 'in/deep/b.jpg']) writeFileSync(join(other, name), toy('s'));
    renameSync(join(other, 'in'), join(directory, 'in'));
    for (let index = 0; index < 60; index++) {
      mkdirSync(join(directory, 'fill', String(index % 3)), { recursive: true });
      writeFileSync(join(directory, 'fill', String(index % 3), `${index}.jpg`), toy('s'));
      await sleep(5);
    }
    await until(() => daemon.of('cleaned').length >= 62);
    expect(allClean(directory)).toBe(true);
    // And is watched from then on, under its new name too.
    renameSync(join(directory, 'in'), join(directory, 'renamed'));
    await sleep(1_000);
    writeFileSync(join(directory, 'renamed', 'deep', 'c.jpg'), toy('s'));
    await until(() => clean(join(directory, 'renamed', 'deep', 'c.jpg')));
  });

  it('cleans read-only files and all names of a file with hard links', async () => {
    const directory = folder();
    const daemon = await start(directory);
    writeFileSync(join(directory, 'ro.jpg'), toy('s'));
    chmodSync(join(directory, 'ro.jpg'), 0o444);
    writeFileSync(join(directory, 'one.jpg'), toy('s'));
    linkSync(join(directory, 'one.jpg'), join(directory, 'two.jpg'));
    await until(() => allClean(directory) && daemon.of('cleaned').length >= 2);
    await sleep(600);
    expect(lstatSync(join(directory, 'one.jpg')).ino).toBe(lstatSync(join(directory, 'two.jpg')).ino);
    expect(statSync(join(directory, 'ro.jpg')).mode & 0o777).toBe(0o444);
    expect(daemon.of('cleaned').length).toBeLessThanOrEqual(3);
    expect(daemon.of('unreadable')).toEqual([]);
  });

  it('leaves a file alone that is replaced between the look and the rename, and takes up the new one', async () => {
    const directory = folder();
    const path = join(directory, 'a.jpg');
    let swaps = 0;
    const daemon = await start(directory, {
      rewriteOptions: {
        beforeReplace: () => {
          if (swaps++ > 0) return;
          writeFileSync(join(directory, 'b.crdownload'), toy('s', 30_000, 'n'));
          renameSync(join(directory, 'b.crdownload'), path);
        },
      },
    });
    writeFileSync(path, toy('s', 20_000, 'o'));
    await until(() => daemon.of('cleaned').length > 0);
    expect(swaps).toBe(2);
    expect(readFileSync(path).equals(toy('c', 30_000, 'n'))).toBe(true);
    expect(namesIn(directory)).toEqual(['a.jpg']);
  });

  it('takes deletions, and renames in the middle, as they come', async () => {
    const directory = folder();
    const daemon = await start(directory);
    for (let index = 0; index < 60; index++) {
      const path = join(directory, `${index}.jpg`);
      writeFileSync(path, toy('s'));
      if (index % 3 === 0) rmSync(path);
      if (index % 3 === 1) setTimeout(() => renameSync(path, join(directory, `moved-${index}.jpg`)), 120 + index);
    }
    await until(() => namesIn(directory).filter((name) => name.startsWith('moved-')).length === 20 && allClean(directory));
    expect(namesIn(directory)).toHaveLength(40);
    expect([...daemon.of('unreadable'), ...daemon.of('failed'), ...daemon.of('bug')]).toEqual([]);
  });

  it('goes on when the watched folder is removed and made again', async () => {
    const parent = folder();
    const directory = join(parent, 'inbox');
    mkdirSync(directory);
    const daemon = await start(directory, { guardMs: 100 });
    rmSync(directory, { recursive: true });
    await until(() => daemon.of('folder-gone').length > 0);
    mkdirSync(directory);
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    await until(() => daemon.of('folder-back').length > 0 && clean(join(directory, 'a.jpg')));
    writeFileSync(join(directory, 'b.jpg'), toy('s'));
    await until(() => clean(join(directory, 'b.jpg')));
    expect(daemon.of('folder-gone')).toHaveLength(1);
  });

  it('tells of a full disk once, tries again, and goes on when there is room', async () => {
    const directory = folder();
    let full = true;
    const ops = watchedOps(({ name }) => {
      if (full && name === 'write') throw systemError('ENOSPC');
    });
    const daemon = await start(directory, { firstRetryMs: 100, rewriteOptions: { ops } });
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    await until(() => daemon.of('failed').length > 0);
    await sleep(1_000);
    expect(daemon.of('failed')).toMatchObject([{ unreadable: { code: 'disk-full' } }]);
    expect(readFileSync(join(directory, 'a.jpg')).equals(toy('s'))).toBe(true);
    expect(namesIn(directory)).toEqual(['a.jpg']);
    full = false;
    await until(() => clean(join(directory, 'a.jpg')));
  });

  it('survives a bug of ours, tells of it without what its message says, and goes on', async () => {
    const directory = folder();
    const daemon = await start(directory, {
      jobFor: async (path) => {
        if (path.toString().endsWith('a.jpg')) throw new RangeError('private value');
        return toyJob('fix');
      },
    });
    writeFileSync(join(directory, 'a.jpg'), toy('s'));
    writeFileSync(join(directory, 'b.jpg'), toy('s'));
    await until(() => clean(join(directory, 'b.jpg')) && daemon.of('bug').length > 0);
    expect(daemon.of('bug')).toMatchObject([{ error: 'RangeError' }]);
    expect(JSON.stringify(daemon.events)).not.toContain('private');
    expect(readFileSync(join(directory, 'a.jpg')).equals(toy('s'))).toBe(true);
  });

  it('takes away what a killed run has left', async () => {
    const directory = folder();
    const name = newTempName('tmp');
    releaseTempName(name);
    writeFileSync(join(directory, name.toString()), 'half');
    const daemon = await start(directory);
    expect(daemon.of('strays')).toMatchObject([{ removed: 1 }]);
    expect(namesIn(directory)).toEqual([]);
  });
});
