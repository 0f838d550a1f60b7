import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayPath } from '../../src/core/display.js';
import { directoryOf, joinBytes, nameOf } from '../../src/io/path-bytes.js';
import { namesFromStream } from '../../src/io/stdin-names.js';
import { newTempName } from '../../src/io/temp-name.js';
import { type WalkOptions, walk } from '../../src/io/walk.js';
import { folder, isRoot, put } from './helpers.js';

async function walked(root: string, paths: readonly Buffer[] = [Buffer.from(root)], options?: WalkOptions): Promise<string[]> {
  const seen: string[] = [];
  for await (const item of walk(paths, options)) {
    const shown = displayPath(item.path).replace(root, '');
    seen.push(item.kind === 'skipped' ? `${item.reason} ${shown}` : `${item.kind} ${shown}`);
  }
  return seen;
}

describe('walking folders', () => {
  it('gives files in byte order and says what it leaves out', async () => {
    const root = folder();
    for (const name of ['b', 'b/inner', '.git', 'node_modules']) mkdirSync(join(root, name));
    put(root, 'z.jpg');
    put(root, 'A.jpg');
    put(root, 'b/inner/é.png');
    put(root, '.git/blob');
    put(root, 'node_modules/x.png');
    symlinkSync('A.jpg', join(root, 'link.jpg'));
    symlinkSync('b', join(root, 'link-to-folder'));
    execFileSync('mkfifo', [join(root, 'fifo.jpg')]);
    const temp = newTempName('tmp').toString();
    put(root, temp);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x0a])]), 'x');
    expect(await walked(root)).toEqual([
      `temp /${temp}`,
      'ignored-folder /.git',
      'file /A.jpg',
      'file /b/inner/é.png',
      'special-file /fifo.jpg',
      'symlink /link-to-folder',
      'symlink /link.jpg',
      'ignored-folder /node_modules',
      'file /z.jpg',
      expect.stringMatching(/^file .*\\xff\\x0a$/),
    ]);
  });

  it('follows a link to a folder only where it is named itself', async () => {
    const root = folder();
    mkdirSync(join(root, 'real'));
    put(root, 'real/a.jpg');
    symlinkSync('real', join(root, 'link'));
    symlinkSync('real/a.jpg', join(root, 'file-link'));
    expect(
      await walked(root, [Buffer.from(join(root, 'link')), Buffer.from(join(root, 'file-link')), Buffer.from(join(root, 'missing'))]),
    ).toEqual(['file /link/a.jpg', 'symlink /file-link', 'not-found /missing']);
  });

  it('stays on the first level where told to', async () => {
    const root = folder();
    mkdirSync(join(root, 'b'));
    put(root, 'a.jpg');
    put(root, 'b/c.jpg');
    expect(await walked(root, undefined, { recursive: false })).toEqual(['file /a.jpg']);
  });

  it.skipIf(isRoot)('names a folder that it cannot list', async () => {
    const root = folder();
    mkdirSync(join(root, 'closed'), { mode: 0o000 });
    expect(await walked(root)).toEqual(['unreadable-folder /closed']);
    chmodSync(join(root, 'closed'), 0o755);
  });
});

describe('paths as bytes', () => {
  it('come apart and together again', () => {
    const parts = ['a', 'a/b', '/a', '/', '/a/b/', 'a//b', './-x'].map((path) => [
      directoryOf(Buffer.from(path)).toString(),
      nameOf(Buffer.from(path)).toString(),
    ]);
    expect(parts).toEqual([
      ['.', 'a'],
      ['a', 'b'],
      ['/', 'a'],
      ['/', ''],
      ['/a', 'b'],
      ['a', 'b'],
      ['.', '-x'],
    ]);
    expect(joinBytes(Buffer.from('/a/'), Buffer.from('b')).toString()).toBe('/a/b');
  });
});

describe('names from a stream', () => {
  it('are the same however the stream is cut', async () => {
    const name = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
    await fc.assert(
      fc.asyncProperty(fc.array(name), fc.array(fc.nat(200)), fc.boolean(), async (names, cuts, ended) => {
        const whole = Buffer.concat(names.flatMap((bytes, index) => [bytes, Buffer.alloc(ended || index < names.length - 1 ? 1 : 0)]));
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        const got: Buffer[] = [];
        for await (const one of namesFromStream(Readable.from(chunks))) got.push(one);
        expect(got).toEqual(names);
      }),
    );
  });

  it('have an end', async () => {
    const endless = async () => {
      for await (const _ of namesFromStream(Readable.from([Buffer.alloc(70_000, 0x61)]))) throw new Error('no name was expected');
    };
    await expect(endless()).rejects.toMatchObject({ code: 'name-too-long' });
  });
});
