// The hooks of a server, in a bare repository that real git pushes to.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleHook, type HookBundle } from '../support/hook-bundle.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { type GitRun, TestRepository } from '../support/repository.js';
import { buildExif } from '../support/tiff.js';

const PHOTO = buildJpeg({ segments: [exifSegment(buildExif({ serial: 'CANARY', gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const CLEAN = buildJpeg();

let bundle: HookBundle;
let repo: TestRepository;
let remote: string;

beforeAll(async () => {
  bundle = await bundleHook('src/hook.ts');
});
afterAll(() => bundle.remove());

const push = (...args: string[]): GitRun => repo.try(['push', '-q', 'origin', ...args]);
const tip = (ref: string): string => repo.try(['--git-dir', remote, 'rev-parse', '--verify', '--quiet', ref]).stdout.toString().trim();

describe.each(['pre-receive', 'update'])('the hook %s', (name) => {
  describe.each(['sha1', 'sha256'])('with ids of %s', (format) => {
    beforeEach(() => {
      repo = new TestRepository([`--object-format=${format}`]);
      remote = join(repo.parent, 'remote.git');
      repo.git(['init', '-q', '--bare', '-b', 'main', `--object-format=${format}`, remote]);
      repo.git(['remote', 'add', 'origin', remote]);
      const hook = join(remote, 'hooks', name);
      writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${bundle.file}' run ${name} "$@"\n`);
      chmodSync(hook, 0o755);
      repo.stage('readme.txt', 'text\n');
      repo.commitUnchecked('first');
    });
    afterEach(() => repo.remove());

    it('takes what is clean and refuses what leaks, and shows no value', () => {
      expect(push('main').code).toBe(0);
      const before = tip('main');
      repo.stage('a b.jpg', PHOTO);
      repo.commitUnchecked('leak');
      const refused = push('main');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('a b.jpg  violates');
      expect(refused.stderr).not.toContain('CANARY');
      expect(tip('main')).toBe(before);
      repo.stage('a b.jpg', CLEAN);
      repo.git(['commit', '-q', '--no-verify', '--amend', '--no-edit']);
      expect(push('main').code).toBe(0);
    });

    it('looks only at what is new: a branch, a tag, a deletion, a forced push', () => {
      repo.git(['--git-dir', remote, 'config', 'core.hooksPath', '/nowhere']);
      repo.stage('old.jpg', PHOTO);
      repo.commitUnchecked('old leak');
      expect(push('main').code).toBe(0);
      repo.git(['--git-dir', remote, 'config', '--unset', 'core.hooksPath']);
      expect(push('main:refs/heads/other').code).toBe(0);
      repo.git(['tag', '-a', '-m', 'x', 'v1']);
      expect(push('v1').code).toBe(0);
      expect(push(':refs/heads/other').code).toBe(0);
      repo.git(['reset', '-q', '--hard', 'HEAD~1']);
      repo.stage('new.jpg', CLEAN);
      repo.commitUnchecked('another');
      expect(push('-f', 'main').code).toBe(0);
      repo.stage('leak.jpg', PHOTO.subarray(0, PHOTO.length - 9));
      repo.commitUnchecked('cut');
      expect(push('main').code).toBe(1);
    });

    it('holds each branch against its own rules: a looser one that is pushed along lends it none', () => {
      expect(push('main').code).toBe(0);
      repo.git(['checkout', '-q', '-b', 'a-looser']);
      repo.stage('.privacyrc.yaml', 'version: 1\nrules: { location: keep, device: keep }\n');
      repo.commitUnchecked('looser');
      const loosened = push('a-looser');
      expect([loosened.code, /the change loosens the policy: location/.test(loosened.stderr)]).toEqual([0, true]);
      repo.stage('b.jpg', CLEAN);
      repo.commitUnchecked('work');
      repo.git(['checkout', '-q', 'main']);
      repo.stage('a.jpg', PHOTO);
      repo.commitUnchecked('leak');
      const { code, stderr } = push('a-looser', 'main');
      expect([code, stderr.includes('a.jpg  violates')]).toEqual([1, true]);
    });

    it('goes by the policy that the server has: a push cannot loosen it', () => {
      expect(push('main').code).toBe(0);
      repo.stage('.privacyrc.yaml', 'version: 1\nrules: { location: keep, device: keep }\n');
      repo.stage('a.jpg', PHOTO);
      repo.commitUnchecked('loosened');
      expect(push('main').code).toBe(1);
      repo.git(['reset', '-q', '--soft', 'HEAD~1']);
      repo.git(['rm', '-q', '--cached', 'a.jpg']);
      repo.commitUnchecked('policy first');
      expect(push('main').code).toBe(0);
      repo.stage('a.jpg', PHOTO);
      repo.commitUnchecked('then the photo');
      expect(push('main').code).toBe(0);
    });
  });
});
