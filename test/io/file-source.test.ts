import { execFileSync } from 'node:child_process';
import { mkdirSync, readSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/error.js';
import { type FileOps, realFileOps } from '../../src/io/file-ops.js';
import { openFileSource } from '../../src/io/file-source.js';
import { IoError } from '../../src/io/io-error.js';
import { folder, put } from './helpers.js';

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof IoError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('a file as a source', () => {
  it('gives the same bytes as the file, however it is asked', () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
    const source = openFileSource(put(folder(), 'a', bytes));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300_000), fc.oneof(fc.nat(64), fc.nat(40_000))), { minLength: 1, maxLength: 40 }), (reads) => {
        const seen = reads
          .map(([at, length]) => [at, Math.min(length, bytes.length - at)] as const)
          .map(([at, length]) => ({ at, got: source.read(at, length), length }));
        // Compared at the end: a later read must not change what an earlier one gave.
        for (const { at, got, length } of seen) expect(Buffer.compare(got, bytes.subarray(at, at + length))).toBe(0);
      }),
    );
    source.close();
  });

  it('makes many tiny reads cheap and jumps no dearer than they are', () => {
    const path = put(folder(), 'a', Buffer.alloc(4_000_000));
    let calls = 0;
    let bytesRead = 0;
    const ops: FileOps = {
      ...realFileOps,
      read: (fd, into, position) => {
        calls++;
        bytesRead += into.byteLength;
        return readSync(fd, into, 0, into.byteLength, position);
      },
    };
    const source = openFileSource(path, ops);
    for (let at = 0; at < 1_000_000; at += 4) source.read(at, 4);
    expect(calls).toBeLessThan(40);
    bytesRead = 0;
    calls = 0;
    for (let at = 0; at + 8 < 4_000_000; at += 100_000) source.read(at, 8);
    expect(bytesRead).toBeLessThan(calls * 8192 + 300_000);
    source.close();
  });

  it('calls a range past the end, and a file that became shorter, truncated', () => {
    const path = put(folder(), 'a', Buffer.alloc(100_000));
    const source = openFileSource(path);
    expect(() => source.read(99_999, 2)).toThrow(FormatError);
    truncateSync(path, 50_000);
    expect(() => source.read(60_000, 10)).toThrow(expect.objectContaining({ code: 'truncated', byteOffset: 60_000 }));
    source.close();
  });

  it('refuses what is no regular file, without waiting for it', async () => {
    const directory = folder();
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    mkdirSync(join(directory, 'dir'));
    writeFileSync(join(directory, 'real'), 'x');
    symlinkSync('real', join(directory, 'link'));
    symlinkSync('nowhere', join(directory, 'dangling'));
    const server = createServer().listen(join(directory, 'sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    const codes = Object.fromEntries(
      ['fifo', 'dir', 'link', 'dangling', 'sock', 'missing'].map((name) => [name, codeOf(() => openFileSource(join(directory, name)))]),
    );
    server.close();
    expect(codes).toEqual({
      fifo: 'is-a-fifo',
      dir: 'is-a-directory',
      link: 'is-a-symlink',
      dangling: 'is-a-symlink',
      sock: 'is-a-socket',
      missing: 'not-found',
    });
    expect(codeOf(() => openFileSource('/dev/zero'))).toBe('is-a-device');
    expect(codeOf(() => openFileSource('a\0b'))).toBe('bad-name');
  });

  it('opens names of any bytes', () => {
    const directory = folder();
    const path = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0x0a, 0xfe, 0x2d, 0x22])]);
    writeFileSync(path, 'abc');
    const source = openFileSource(path);
    expect(Buffer.from(source.read(0, 3)).toString()).toBe('abc');
    source.close();
  });

  it('keeps a failing disk apart from a broken file', () => {
    const source = openFileSource(put(folder(), 'a', Buffer.alloc(10)), {
      ...realFileOps,
      read: () => {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      },
    });
    expect(codeOf(() => source.read(0, 4))).toBe('disk-failed');
    source.close();
  });
});
