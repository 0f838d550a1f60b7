import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Blob, readBlobs } from '../../src/io/git/blobs.js';
import { temporaryFolder } from '../support/cli.js';

const MAX = 2 ** 30;

describe.each(['sha1', 'sha256'])('objects in files of their own, %s', (format) => {
  const folder = temporaryFolder();
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const place = { cwd: folder.path, env };
  const git = (input: Buffer | string, ...args: string[]): string =>
    execFileSync('git', args, { cwd: folder.path, env, input }).toString().trim();
  const objectsDir = join(folder.path, '.git/objects');
  const contents = new Map<string, Buffer>();
  let oids: string[];

  beforeAll(() => {
    git('', 'init', '-q', `--object-format=${format}`);
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919 * (index >> 3)) % 251));
    const all = [
      Buffer.alloc(0),
      Buffer.from('x'),
      Buffer.alloc(5_000_000, 'a'),
      random,
      Buffer.alloc(9 * 2 ** 20, 1),
      Buffer.from('packed'),
    ];
    for (const bytes of all) contents.set(git(bytes, 'hash-object', '-w', '--stdin'), bytes);
    oids = [...contents.keys()];
    // The last lies in a pack.
    git(`${oids.at(-1)}\n`, 'pack-objects', '-q', '.git/objects/pack/pack');
    git('', 'prune-packed');
  });
  afterAll(() => folder.remove());

  async function read(wanted: readonly string[], options: Partial<Parameters<typeof readBlobs>[2]> = {}): Promise<Blob[]> {
    const found: Blob[] = [];
    for await (const blob of readBlobs(place, wanted, { maxBytes: MAX, objectsDir, ...options })) found.push(blob);
    return found;
  }

  it('read the same as through git, in order, beside packed and missing ones', async () => {
    const none = 'e'.repeat(oids[0]?.length ?? 40);
    const tree = git('', 'mktree');
    const many = [...oids, none, tree, ...[...oids].reverse(), ...Array.from({ length: 40 }, () => oids[1] as string)];
    const direct = await read(many);
    expect(direct.map(({ kind }) => kind).slice(oids.length, oids.length + 2)).toEqual(['missing', 'no-blob']);
    expect(direct.map(({ index }) => index)).toEqual(many.map((_, index) => index));
    for (const blob of direct) {
      const bytes = contents.get(many[blob.index] as string);
      if (bytes === undefined) continue;
      expect(blob.kind).toBe('read');
      if (blob.kind === 'read') expect(Buffer.compare(blob.bytes, bytes)).toBe(0);
    }
    const { objectsDir: _, ...throughGit } = { objectsDir: undefined, maxBytes: MAX };
    const slow: Blob[] = [];
    for await (const blob of readBlobs(place, many, throughGit)) slow.push(blob);
    const brief = (blob: Blob) => ({
      ...blob,
      ...('bytes' in blob ? { bytes: createHash('sha256').update(blob.bytes).digest('hex') } : {}),
    });
    expect(slow.map(brief)).toEqual(direct.map(brief));
  });

  it('are shown by their first bytes, and held only where they are wanted and not too large', async () => {
    const heads: string[] = [];
    const wanted = (head: Uint8Array, index: number): boolean => {
      heads[index] = `${head.length}`;
      return index % 2 === 1;
    };
    const found = await read(oids, { wanted, headBytes: 1024, maxBytes: 1000 });
    expect(found.map(({ kind }) => kind)).toEqual(['unwanted', 'read', 'unwanted', 'too-large', 'unwanted', 'read']);
    expect(heads).toEqual(['0', '1', '1024', '1024', '1024', '6']);
  });

  it('that are damaged, cut off or not what they say are left to git, and never taken as read', async () => {
    const [, , oid = ''] = oids;
    const file = join(objectsDir, oid.slice(0, 2), oid.slice(2));
    const whole = readFileSync(file);
    chmodSync(file, 0o644);
    for (const bad of [
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(0),
      Buffer.from('no zlib'),
      Buffer.concat([whole.subarray(0, 40), Buffer.alloc(200)]),
    ]) {
      writeFileSync(file, bad);
      const answered = await read([oid]).then(
        (blobs) => blobs.map(({ kind }) => kind),
        (error: Error) => error.name,
      );
      expect(['GitError', ['missing'], ['no-blob']]).toContainEqual(answered);
    }
    writeFileSync(file, whole);
    expect((await read([oid]))[0]?.kind).toBe('read');
  });

  it('that are packed while they are read are found all the same', async () => {
    const [, oid = ''] = oids;
    const file = join(objectsDir, oid.slice(0, 2), oid.slice(2));
    const blobs = readBlobs(place, [oids[3] as string, oid], {
      maxBytes: MAX,
      objectsDir,
      wanted: (_head, index) => {
        if (index === 0) {
          git(`${oid}\n`, 'pack-objects', '-q', '.git/objects/pack/pack');
          renameSync(file, `${file}.gone`);
        }
        return true;
      },
    });
    const kinds: string[] = [];
    for await (const { kind } of blobs) kinds.push(kind);
    expect(kinds).toEqual(['read', 'read']);
  });
});
