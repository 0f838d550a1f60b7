import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeStrayTemps } from '../../src/io/stray.js';
import { newTempName, ownerOf, parseTempName, releaseTempName } from '../../src/io/temp-name.js';
import { writeNewFile } from '../../src/io/write-new.js';
import { Writers } from '../../src/io/writers.js';
import { systemError, watchedOps } from './faulty-ops.js';
import { folder, namesIn, put, read } from './helpers.js';
import { NEW, OLD } from './look.js';

const fine = async (): Promise<string> => 'proof';

describe('writing a new file', () => {
  it('makes the folders, keeps permissions and times, and gives the proof', async () => {
    const directory = folder();
    const original = put(directory, 'a.jpg');
    chmodSync(original, 0o4640);
    utimesSync(original, 1e9, 1.5e9);
    const path = Buffer.from(join(directory, 'x', 'y', 'a.jpg'));
    expect(await writeNewFile(path, [NEW], fine, { attributes: lstatSync(original, { bigint: true }) })).toBe('proof');
    const { mode, mtimeMs, nlink } = statSync(path);
    expect([mode & 0o7777, mtimeMs, nlink]).toEqual([0o640, 1.5e12, 1]);
    expect(namesIn(join(directory, 'x', 'y'))).toEqual(['a.jpg']);
  });

  it('never replaces silently', async () => {
    const directory = folder();
    const path = put(directory, 'a.jpg', Buffer.from('mine'));
    symlinkSync('a.jpg', join(directory, 'link'));
    for (const name of [path, Buffer.from(join(directory, 'link'))]) {
      await expect(writeNewFile(name, [NEW], fine)).rejects.toMatchObject({ code: 'exists' });
      // Where the file system has no links, too.
      const ops = watchedOps(({ name: call }) => {
        if (call === 'link') throw systemError('EPERM');
      });
      await expect(writeNewFile(name, [NEW], fine, { ops })).rejects.toMatchObject({ code: 'exists' });
    }
    expect(read(path).toString()).toBe('mine');
    await writeNewFile(path, [NEW], fine, { overwrite: true });
    expect(read(path).equals(NEW)).toBe(true);
    expect(namesIn(directory)).toEqual(['a.jpg', 'link']);
  });

  it('leaves nothing where it fails, at whichever call', async () => {
    let count = 0;
    await writeNewFile(Buffer.from(join(folder(), 'a')), [NEW], fine, { ops: watchedOps(() => count++) });
    expect(count).toBeGreaterThan(8);
    for (let at = 1; at <= count; at++) {
      const directory = folder();
      const ops = watchedOps(({ number }) => {
        if (number === at) throw systemError('ENOSPC');
      });
      const written = await writeNewFile(Buffer.from(join(directory, 'a')), [NEW], fine, { ops }).catch(() => undefined);
      await removeStrayTemps(Buffer.from(directory));
      const names = namesIn(directory);
      expect({ at, names }).toEqual({ at, names: written === undefined ? [] : ['a'] });
      if (written !== undefined) expect(read(join(directory, 'a')).equals(NEW)).toBe(true);
    }
  });
});

describe('temporary files', () => {
  it('are known by their names, and by whether their process runs', () => {
    const name = newTempName('tmp');
    expect(parseTempName(name)).toMatchObject({ pid: process.pid, kind: 'tmp' });
    expect(ownerOf(name)).toBe('this-process');
    releaseTempName(name);
    expect(ownerOf(name)).toBe('gone');
    const other = (pid: number) => Buffer.from(name.toString().replace(`-${process.pid}-`, `-${pid}-`));
    expect(ownerOf(other(process.ppid))).toBe('running');
    expect(ownerOf(other(spawnSync('true').pid))).toBe('gone');
    expect(ownerOf(Buffer.from(name.toString().replace(/-[0-9a-f]{8}-/, '-00000000-')))).toBe('unknown');
    for (const not of ['.exifence-x.tmp', `${name}x`, `x${name}`, '.exifence.tmp']) expect(parseTempName(not)).toBeUndefined();
  });

  it('are taken away when no one can need them, and only those', async () => {
    const directory = folder();
    const gone = newTempName('tmp');
    releaseTempName(gone);
    const mine = newTempName('tmp').toString();
    const running = newTempName('tmp').toString().replace(`-${process.pid}-`, `-${process.ppid}-`);
    const elsewhere = newTempName('redo')
      .toString()
      .replace(/-[0-9a-f]{8}-/, '-00000000-');
    const names = [gone.toString(), mine, running, elsewhere, 'a.jpg', '.exifence-notes.tmp'];
    for (const name of names) writeFileSync(join(directory, name), OLD);
    expect((await removeStrayTemps(Buffer.from(directory))).removed).toHaveLength(1);
    expect(namesIn(directory)).toEqual(names.slice(1).sort());
    // Hours later, none is in use any more, but for those of this very process.
    const later = Date.now() + 2 * 60 * 60 * 1000;
    expect((await removeStrayTemps(Buffer.from(directory), undefined, later)).removed).toHaveLength(2);
    expect(namesIn(directory)).toEqual([mine, 'a.jpg', '.exifence-notes.tmp'].sort());
  });
});

describe.runIf(process.platform === 'linux')('other programs that write', () => {
  it('are seen while they hold the file open for writing', async () => {
    const path = put(folder(), 'a b.jpg');
    const stat = lstatSync(path, { bigint: true });
    const { spawn } = await import('node:child_process');
    const held = async (mode: string): Promise<boolean> => {
      const child = spawn('sh', ['-c', `exec 5${mode}"$1"; echo open; read wait`, 'sh', path.toString()], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const seen = new Writers().isBeingWritten(path, stat);
      child.stdin.end('\n');
      await new Promise((resolve) => child.once('exit', resolve));
      return seen;
    };
    expect(await held('<>')).toBe(true);
    expect(await held('>>')).toBe(true);
    expect(await held('<')).toBe(false);
    expect(new Writers().isBeingWritten(path, stat)).toBe(false);
  });
});
