import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rewriteFile } from '../../src/io/replace-file.js';
import { folder, hasTool, isRoot, namesIn, put, read } from './helpers.js';
import { cleanLook, NEW, OLD } from './look.js';

const big = (path: Buffer) => lstatSync(path, { bigint: true });

describe('replacing a file', () => {
  it('writes the new content, gives the proof and leaves nothing beside', async () => {
    const directory = folder();
    const path = put(directory, 'a.jpg');
    const { outcome, proof, identity, notes } = await rewriteFile(path, cleanLook());
    expect({ outcome, proof, notes }).toEqual({ outcome: 'dirty', proof: NEW.length, notes: [] });
    expect(read(path).equals(NEW)).toBe(true);
    expect(namesIn(directory)).toEqual(['a.jpg']);
    const now = big(path);
    expect([identity.ino, identity.mtimeNs, identity.ctimeNs, identity.sizeBytes]).toEqual([now.ino, now.mtimeNs, now.ctimeNs, now.size]);
  });

  it('keeps bytes, inode and times of a clean file', async () => {
    const path = put(folder(), 'a.jpg', Buffer.from('clean already'));
    const before = big(path);
    const { outcome, proof } = await rewriteFile(path, cleanLook());
    const after = big(path);
    expect([outcome, proof]).toEqual(['clean', undefined]);
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
  });

  it('keeps mode and mtime to the nanosecond', async () => {
    const path = put(folder(), 'a.jpg');
    chmodSync(path, 0o640);
    execFileSync('touch', ['-d', '2019-03-04 05:06:07.123456789', path.toString()]);
    const before = big(path);
    await rewriteFile(path, cleanLook());
    const after = big(path);
    expect([after.mode, after.mtimeNs, after.uid, after.gid]).toEqual([before.mode, before.mtimeNs, before.uid, before.gid]);
    expect(read(path).equals(NEW)).toBe(true);
  });

  it.runIf(isRoot)('keeps the owner and the group', async () => {
    const path = put(folder(), 'a.jpg');
    execFileSync('chown', ['1234:4321', path.toString()]);
    chmodSync(path, 0o4755);
    await rewriteFile(path, cleanLook());
    const { uid, gid, mode } = statSync(path);
    expect([uid, gid, mode & 0o7777]).toEqual([1234, 4321, 0o4755]);
  });

  it.runIf(hasTool('setfattr') && hasTool('setfacl') && process.platform === 'linux')(
    'keeps extended attributes and access lists, whatever the name',
    async () => {
      const directory = folder();
      const path = Buffer.concat([Buffer.from(`${directory}/-`), Buffer.from([0xff, 0x0a])]);
      writeFileSync(path, OLD);
      const shell = (script: string) =>
        execFileSync('sh', ['-c', `cd "$1" && for f in ./-*; do ${script}; done`, 'sh', directory]).toString();
      shell('setfattr -n user.rating -v 5 "$f" && setfacl -m u:65534:r "$f"');
      const { notes } = await rewriteFile(path, cleanLook());
      expect(notes).toEqual([]);
      expect(read(path).equals(NEW)).toBe(true);
      expect(shell('getfattr --only-values -n user.rating "$f"')).toBe('5');
      expect(shell('getfacl -n "$f"')).toContain('user:65534:r--');
    },
  );

  it('cleans all names of a file with hard links', async () => {
    const directory = folder();
    const path = put(directory, 'a.jpg');
    linkSync(path, join(directory, 'b.jpg'));
    utimesSync(path, 1e9, 1e9);
    const before = big(path);
    const { proof, identity } = await rewriteFile(path, cleanLook());
    expect(proof).toBe(NEW.length);
    for (const name of ['a.jpg', 'b.jpg']) expect(read(join(directory, name)).equals(NEW)).toBe(true);
    const after = big(path);
    expect([after.ino, after.mtimeNs, after.nlink]).toEqual([before.ino, before.mtimeNs, 2n]);
    expect(identity.ctimeNs).toBe(after.ctimeNs);
    expect(namesIn(directory)).toEqual(['a.jpg', 'b.jpg']);
  });

  it('replaces a file without write permission on it', async () => {
    const path = put(folder(), 'a.jpg');
    chmodSync(path, 0o444);
    await rewriteFile(path, cleanLook());
    expect(read(path).equals(NEW)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o444);
  });

  it.skipIf(isRoot)('says clearly that a folder cannot be written to', async () => {
    const directory = folder();
    const path = put(directory, 'a.jpg');
    chmodSync(directory, 0o555);
    await expect(rewriteFile(path, cleanLook())).rejects.toMatchObject({ name: 'IoError', code: 'permission-denied' });
    chmodSync(directory, 0o755);
    expect(read(path).equals(OLD)).toBe(true);
  });

  it.each([
    ['written to', (path: Buffer) => writeFileSync(path, 'secret and newer')],
    ['deleted', (path: Buffer) => unlinkSync(path)],
    ['replaced by another file', (path: Buffer, directory: string) => renameSync(put(directory, 'other', Buffer.from('other')), path)],
    [
      'replaced by a symbolic link',
      (path: Buffer, directory: string) => {
        put(directory, 'victim', OLD);
        unlinkSync(path);
        symlinkSync('victim', path);
      },
    ],
    [
      'replaced by a folder',
      (path: Buffer) => {
        unlinkSync(path);
        mkdirSync(path);
      },
    ],
  ])('leaves a file alone that was %s meanwhile', async (_, change) => {
    for (const linked of [false, true]) {
      const directory = folder();
      const path = put(directory, 'a.jpg');
      if (linked) linkSync(path, join(directory, 'b.jpg'));
      let then: string | undefined;
      const state = () =>
        namesIn(directory)
          .map((name) => (lstatSync(join(directory, name)).isFile() ? `${name} ${read(join(directory, name)).subarray(0, 20)}` : name))
          .join();
      const run = rewriteFile(path, cleanLook(), {
        beforeReplace: () => {
          if (then !== undefined) return;
          change(path, directory);
          for (const name of namesIn(directory)) if (name.startsWith('.exifence-')) expect(linked || name.endsWith('.tmp')).toBe(true);
          then = namesIn(directory)
            .filter((name) => !name.startsWith('.exifence-'))
            .join();
        },
      });
      await expect(run).rejects.toMatchObject({ code: 'changed-meanwhile' });
      expect(namesIn(directory).join()).toBe(then);
      expect(state()).not.toContain('clean');
    }
  });

  it('leaves the original and nothing else where the new file is not proven', async () => {
    for (const linked of [false, true]) {
      const directory = folder();
      const path = put(directory, 'a.jpg');
      if (linked) linkSync(path, join(directory, 'b.jpg'));
      const look = () => ({
        outcome: 0,
        replacement: {
          pieces: [NEW],
          verify: async () => {
            throw new Error('residue');
          },
        },
      });
      await expect(rewriteFile(path, look)).rejects.toThrow('residue');
      expect(read(path).equals(OLD)).toBe(true);
      expect(namesIn(directory)).toEqual(linked ? ['a.jpg', 'b.jpg'] : ['a.jpg']);
    }
  });

  it('takes names of 255 bytes', async () => {
    const path = put(folder(), `${'n'.repeat(251)}.jpg`);
    await rewriteFile(path, cleanLook());
    expect(read(path).equals(NEW)).toBe(true);
  });

  it('lets the private new file be read by no one else while it is written', async () => {
    const directory = folder();
    const path = put(directory, 'a.jpg');
    const seen: number[] = [];
    const look = cleanLook();
    await rewriteFile(path, (source) => {
      const looked = look(source);
      if (looked.replacement === undefined) return looked;
      const { pieces, verify } = looked.replacement;
      const watched = (function* () {
        for (const piece of pieces) {
          for (const name of namesIn(directory)) if (name !== 'a.jpg') seen.push(statSync(join(directory, name)).mode & 0o777);
          yield piece;
        }
      })();
      return { outcome: looked.outcome, replacement: { pieces: watched, verify } };
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set([0o600]));
  });
});
