// The hook as it is built, with the engine and the policies behind it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle, useHooks } from '../support/hook-bundle.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { buildPng } from '../support/png.js';
import { type GitRun, TestRepository } from '../support/repository.js';
import { buildExif } from '../support/tiff.js';

const SERIAL = 'CANARY-SERIAL-4711';
const PHOTO = buildJpeg({
  segments: [exifSegment(buildExif({ orientation: 6, make: 'Maker', serial: SERIAL, gps: { latitude: 48.8583, longitude: 2.2945 } }))],
});
const FIX = 'version: 1\ngit:\n  enforce: fix\n';

let bundle: HookBundle;
let repo: TestRepository;

beforeAll(async () => {
  bundle = await bundleHook('src/hook.ts');
});
afterAll(() => bundle.remove());
beforeEach(() => {
  repo = new TestRepository();
  useHooks(repo, bundle);
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked();
});
afterEach(() => repo.remove());

const commit = (...args: string[]): GitRun => repo.try(['commit', '-q', '-m', 'm', ...args]);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('the hook with its engine', () => {
  it('blocks a photo with its place, says so and shows no value', () => {
    repo.stage('photo.jpg', PHOTO);
    const run = commit();
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/location +\d+ found in Exif/);
    expect(run.stderr).toMatch(/device +\d+ found in Exif/);
    expect(run.stderr).toMatch(/config\/balanced\.yaml:\d+/);
    expect(run.stderr).toContain('hook run pre-commit --fix');
    expect(run.stderr).not.toContain('CANARY');
    expect(repo.blob(':photo.jpg')).toBe(latin1(PHOTO));
  });

  it('gives 3 where the git folder takes no notes, and says what to see to', () => {
    repo.stage('.privacyrc.yaml', FIX);
    repo.stage('photo.jpg', PHOTO);
    repo.write('.git/exifence', 'a file where a folder should be');
    const run = repo.try(['hook', 'run', '--ignore-missing', 'pre-commit']);
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('that the git folder can be written to')]);
    expect(repo.blob(':photo.jpg')).toBe(latin1(PHOTO));
  });

  it('finds a photo whatever it is called, where the policy says that content counts', () => {
    repo.stage('unseen', Buffer.concat([PHOTO, Buffer.from('other')]));
    repo.stage('.privacyrc.yaml', 'version: 1\ngit:\n  enforce: block\n');
    expect(commit().code).toBe(0);
    repo.stage('.privacyrc.yaml', 'version: 1\ngit:\n  sniff: content\n');
    for (const name of ['photo', 'photo.txt', 'photo.jpg.bak']) {
      repo.stage(name, PHOTO);
      const run = commit();
      expect([name, run.code]).toEqual([name, 1]);
      expect(run.stderr).toContain(`${name}  violates`);
      repo.git(['rm', '-q', '-f', name]);
    }
    repo.stage('JPEG.txt', 'words on a JPEG\n');
    expect(commit().code).toBe(0);
  });

  it('cleans the file in a folder whose name is not UTF-8', () => {
    repo.stage('.privacyrc.yaml', FIX);
    repo.commitUnchecked();
    const folder = Buffer.concat([Buffer.from(`${repo.top}/`), Buffer.from([0x66, 0xff])]);
    mkdirSync(folder);
    const file = Buffer.concat([folder, Buffer.from('/photo.jpg')]);
    writeFileSync(file, PHOTO);
    repo.git(['add', '-A']);
    expect(commit().code).toBe(0);
    expect(readFileSync(file).includes('CANARY')).toBe(false);
    expect(repo.status()).toBe('');
  });

  it('fixes by policy: commit and work tree clean, make and orientation kept, unstaged bytes untouched', () => {
    repo.stage('.privacyrc.yaml', FIX);
    repo.stage('photo.jpg', PHOTO);
    repo.stage('other.jpg', PHOTO);
    repo.write('other.jpg', Buffer.concat([PHOTO, Buffer.from('unstaged')]));
    expect(commit().code).toBe(0);
    for (const name of ['photo.jpg', 'other.jpg']) {
      expect(repo.blob(`HEAD:${name}`)).not.toContain('CANARY');
      expect(repo.blob(`HEAD:${name}`)).toContain('Maker');
    }
    expect(repo.read('photo.jpg')).toBe(repo.blob('HEAD:photo.jpg'));
    expect(repo.read('other.jpg')).toBe(`${latin1(PHOTO)}unstaged`);
    expect(repo.status()).toBe(' M other.jpg');
  });

  it('fixes git commit PATH in both indexes', () => {
    repo.stage('.privacyrc.yaml', FIX);
    repo.stage('photo.jpg', buildJpeg());
    repo.commitUnchecked();
    repo.write('photo.jpg', PHOTO);
    expect(commit('photo.jpg').code).toBe(0);
    expect(repo.blob('HEAD:photo.jpg')).not.toContain('CANARY');
    expect(repo.status()).toBe('');
  });

  it('goes by the policy as it is staged, not as it lies in the folder', () => {
    repo.stage('photo.jpg', PHOTO);
    repo.stage('.privacyrc.yaml', 'version: 1\nrules:\n  location: keep\n  device: keep\n');
    repo.write('.privacyrc.yaml', 'version: 1\nextends: strict\n');
    expect(commit().code).toBe(0);
    repo.stage('photo2.jpg', Buffer.concat([PHOTO]));
    repo.git(['rm', '-q', '--cached', '.privacyrc.yaml']);
    expect(commit().code).toBe(1);
  });

  it('takes the nearest policy, and overrides by path', () => {
    repo.stage(
      '.privacyrc.yaml',
      'version: 1\noverrides:\n  - paths: ["public/**"]\n    rules:\n      location: keep\n      device: keep\n',
    );
    repo.stage('public/a.jpg', PHOTO);
    repo.stage('sub/.privacyrc.yaml', 'version: 1\nrules:\n  location: keep\n  device: keep\n');
    repo.stage('sub/deep/a.jpg', PHOTO);
    expect(commit().code).toBe(0);
    repo.stage('other/a.jpg', PHOTO);
    const run = commit();
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('other/a.jpg');
  });

  it('lets pass what the allow-list names by its content', async () => {
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(PHOTO).digest('hex');
    repo.stage('photo.jpg', PHOTO);
    repo.stage(
      '.privacyrc.yaml',
      `version: 1\nallow:\n  - sha256: ${sha256}\n    reason: test picture\n    owner: a@example.org\n    expires: 2999-12-31\n`,
    );
    expect(commit().code).toBe(0);
  });

  it('gives 2 and the place for a policy with a mistake', () => {
    repo.stage('photo.jpg', PHOTO);
    repo.stage('.privacyrc.yaml', 'version: 1\nrules:\n  locaton: keep\n');
    const run = repo.try(['hook', 'run', 'pre-commit']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('.privacyrc.yaml:3');
    expect(run.stderr).toContain('location');
    expect(commit().code).toBe(1);
  });

  it('gives 3, reason and byte for what is damaged, mislabelled or of a kind that is not read', () => {
    repo.stage('cut.jpg', PHOTO.subarray(0, 60));
    repo.stage('png.jpg', buildPng());
    repo.stage('a.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1'));
    repo.stage('text.webp', 'no image');
    const run = repo.try(['hook', 'run', 'pre-commit']);
    expect(run.code).toBe(3);
    for (const name of ['cut.jpg', 'png.jpg', 'a.heic', 'text.webp']) expect(run.stderr).toContain(name);
    expect(run.stderr.match(/ at byte \d+/g)).toHaveLength(4);
  });

  it('stops a push of a photo that is called something else, and leaves text alone', () => {
    repo.git(['init', '-q', '--bare', join(repo.parent, 'remote.git')]);
    repo.stage('notes.md', '# notes\n');
    repo.stage('empty', '');
    repo.stage('binary.dat', Buffer.from([0, 1, 2, 3, 250, 251, 252, 253, 254, 255]));
    repo.stage('clean.png', buildPng());
    repo.commitUnchecked();
    const passed = repo.try(['push', '-q', '../remote.git', 'main']);
    expect([passed.code, passed.stderr]).toEqual([0, '']);
    repo.stage('photo', PHOTO);
    repo.stage('shot.png', buildPng({ trailer: Buffer.from('CANARY') }));
    repo.commitUnchecked();
    const run = repo.try(['push', '-q', '../remote.git', 'main']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('photo');
    expect(run.stderr).not.toContain('CANARY');
  });
});
