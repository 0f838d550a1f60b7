import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifence } from '../support/cli.js';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { TestRepository } from '../support/repository.js';
import { buildExif } from '../support/tiff.js';

const photo = (serial: string): Buffer =>
  buildJpeg({ segments: [exifSegment(buildExif({ orientation: 6, serial, gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const haveFilterRepo = spawnSync('git', ['filter-repo', '--version']).status === 0;

let repo: TestRepository;
beforeEach(() => {
  repo = new TestRepository();
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked('first');
  repo.stage('one/a b.jpg', photo('CANARY-1'));
  repo.commitUnchecked('leak');
  repo.git(['rm', '-q', 'one/a b.jpg']);
  repo.commitUnchecked('gone');
  repo.git(['tag', '-a', '-m', 'x', 'v1']);
  repo.git(['checkout', '-q', '-b', 'side', 'HEAD~2']);
  repo.stage('photo', photo('CANARY-2'));
  repo.commitUnchecked('leak of another branch');
  repo.git(['checkout', '-q', 'main']);
});
afterEach(() => repo.remove());

const run = (...args: string[]) => exifence(args, { cwd: repo.top, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } });

describe('scan --history', () => {
  it('names every blob that leaks with commits, branches and tags that hold it, and no value', async () => {
    const leak = repo.git(['rev-parse', 'main~1']);
    const here = await run('scan', '--history');
    expect(here.code).toBe(1);
    expect(here.stdout).toContain('one/a b.jpg  violates');
    expect(here.stdout).toContain(`brought in by ${leak.slice(0, 12)}`);
    expect(here.stdout).toContain('held by main, v1');
    expect(here.stdout).not.toContain('photo  violates');
    const all = await run('scan', '--history', '--all');
    expect(all.stdout).toContain('photo  violates');
    expect(all.stdout).toContain('held by side');
    expect(all.stdout).toContain('3 blobs of the history looked at');
    expect(all.stdout + all.stderr).not.toContain('CANARY');
  });

  it('reports in every format', async () => {
    const sarif = await run('scan', '--history', '--all', '--format', 'sarif');
    expect(JSON.parse(sarif.stdout).runs[0].results.length).toBeGreaterThanOrEqual(4);
    expect(sarif.stdout).toContain('one/a%20b.jpg');
  });

  it('does not call a shallow clone clean', async () => {
    const clone = join(repo.parent, 'shallow');
    repo.git(['clone', '-q', '--depth=1', `file://${repo.top}`, clone]);
    const { code, stderr } = await exifence(['scan', '--history'], { cwd: clone });
    expect(code).toBe(2);
    expect(stderr).toContain('--unshallow');
  });
});

describe('scan --history of odd repositories', () => {
  it('takes names with carriage returns and line ends for what they are', async () => {
    for (const name of ['a\rb.jpg', 'c\nd.jpg']) repo.stage(name, photo(name));
    repo.commitUnchecked('names');
    const { code, stdout } = await run('scan', '--history', '--format', 'json');
    expect([code, JSON.parse(stdout).summary.violates]).toEqual([1, 3]);
  });

  it('looks into every entry of the stash', async () => {
    for (const serial of ['CANARY-3', 'CANARY-4']) {
      repo.stage('stashed.jpg', photo(serial));
      repo.git(['stash', 'push', '-q', '-m', serial]);
    }
    const { stdout } = await run('scan', '--history', '--all', '--format', 'json');
    expect(JSON.parse(stdout).summary.violates).toBe(4);
  });

  it('works in a bare repository, by the policy of its head', async () => {
    const bare = join(repo.parent, 'bare.git');
    repo.git(['clone', '-q', '--mirror', repo.top, bare]);
    expect((await exifence(['scan', '--history', '--all'], { cwd: bare })).code).toBe(1);
    repo.stage('.privacyrc.yaml', 'version: 1\nrules: { location: keep, device: keep }\n');
    repo.commitUnchecked('loose');
    repo.git(['push', '-q', bare, 'main']);
    expect((await exifence(['scan', '--history', '--all'], { cwd: bare })).code).toBe(0);
  });
});

describe('history fix', () => {
  it('writes clean versions and a callback, and an honest word on copies', async () => {
    const { code, stdout } = await run('history', 'fix');
    expect(code).toBe(1);
    expect(stdout).toContain('2 of 2 images');
    expect(stdout).toContain('git filter-repo --force --blob-callback');
    expect(stdout).toMatch(/forks.*caches/s);
    const folder = join(repo.top, '.git/exifence/history/blobs');
    expect(readdirSync(folder)).toHaveLength(2);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('CANARY');
    expect(repo.status()).toBe('');
  });

  it.skipIf(!haveFilterRepo)(`makes the history anew${haveFilterRepo ? '' : ' (SKIPPED: git filter-repo is not installed)'}`, async () => {
    const { code } = await run('history', 'fix', '--run');
    expect(code).toBe(0);
    expect((await run('scan', '--history', '--all')).code).toBe(0);
    expect(repo.blob('main~1:one/a b.jpg')).not.toContain('CANARY');
    expect(repo.blob('side:photo')).not.toContain('CANARY');
  });
});

describe.skipIf(!haveFilterRepo)(`history fix --run${haveFilterRepo ? '' : ' (SKIPPED: git filter-repo is not installed)'}`, () => {
  it('leaves nothing in refs that lead to files and folders, and keeps the stash', async () => {
    const leak = repo.git(['rev-parse', 'main~1:one/a b.jpg']);
    repo.git(['tag', 'blob', leak]);
    repo.git(['tag', '-a', '-m', 'words', 'tagged-blob', leak]);
    repo.git(['tag', '-a', '-m', 'words', 'tag-of-tag', 'tagged-blob']);
    repo.git(['tag', 'tree', 'main~1^{tree}']);
    repo.git(['tag', '-a', '-m', 'words', 'tagged-tree', 'main~1^{tree}']);
    repo.git(['notes', 'add', '-C', leak, 'main']);
    for (const text of ['one', 'two']) {
      repo.stage('readme.txt', text);
      repo.stage('stashed.jpg', photo(`CANARY-${text}`));
      repo.git(['stash', 'push', '-q', '-m', `work ${text}`]);
    }
    const { code, stdout } = await run('history', 'fix', '--run');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/looked at again: \d+ blobs, 0 of which leak/)]);
    const objects = repo.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)']).split('\n');
    const blobs = objects.filter((line) => line.endsWith(' blob')).map((line) => line.split(' ')[0] as string);
    expect(blobs.length).toBeGreaterThan(3);
    for (const oid of blobs) expect(repo.blob(oid)).not.toContain('CANARY');
    expect(repo.git(['cat-file', '-p', 'tag-of-tag'])).toContain('words');
    expect(repo.git(['stash', 'list', '--format=%gs'])).toBe('On main: work two\nOn main: work one');
    repo.git(['stash', 'pop', '-q', 'stash@{1}']);
    expect(repo.read('readme.txt')).toBe('one');
    expect(repo.git(['for-each-ref', 'refs/exifence'])).toBe('');
  });

  it('leaves the stash alone where git filter-repo fails', async () => {
    repo.stage('readme.txt', 'work');
    repo.git(['stash', 'push', '-q']);
    const before = repo.git(['for-each-ref']);
    const bin = join(repo.parent, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git-filter-repo'), '#!/bin/sh\n[ "$1" = --version ] || exit 9\n', { mode: 0o755 });
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', PATH: `${bin}:${process.env.PATH}` };
    const { code, stderr } = await exifence(['history', 'fix', '--run'], { cwd: repo.top, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('exit code 9')]);
    expect([repo.git(['for-each-ref']), repo.git(['stash', 'list'])]).toEqual([before, expect.stringContaining('stash@{0}')]);
  });

  it.each([
    ['changes that are not committed', () => repo.write('readme.txt', 'unsaved work')],
    ['MERGE_HEAD', () => repo.write('.git/MERGE_HEAD', `${repo.git(['rev-parse', 'side'])}\n`)],
    ['other work trees', () => repo.git(['worktree', 'add', '-q', '--detach', join(repo.parent, 'other')])],
  ])('does not start where work would be lost: %s', async (what, arrange) => {
    arrange();
    const before = [repo.git(['for-each-ref']), repo.read('readme.txt')];
    const { code, stderr } = await run('history', 'fix', '--run');
    expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
    expect([repo.git(['for-each-ref']), repo.read('readme.txt')]).toEqual(before);
  });
});

describe('exceptions behind links', () => {
  it.each(['.exifence', '.exifence/allow'])('are neither written nor read: %s', async (folder) => {
    const outside = join(repo.parent, 'outside');
    mkdirSync(join(outside, 'allow'), { recursive: true });
    if (folder !== '.exifence') mkdirSync(repo.path('.exifence'));
    symlinkSync(outside, repo.path(folder));
    repo.write('d.jpg', photo('CANARY-5'));
    const terms = ['--owner', 'o', '--expires', '2999-01-01'];
    for (const args of [
      ['allow', 'd.jpg', '--reason', 'r', ...terms],
      ['baseline', ...terms],
    ]) {
      const { code, stderr } = await run(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('symbolic link')]);
    }
    expect([readdirSync(outside), readdirSync(join(outside, 'allow'))]).toEqual([['allow'], []]);
    const text = 'reason: r\nowner: o\nexpires: 2999-01-01\n';
    const name = `${createHash('sha256').update(photo('CANARY-5')).digest('hex')}.yaml`;
    for (const place of [outside, join(outside, 'allow')]) writeFileSync(join(place, name), text);
    expect((await run('scan', 'd.jpg')).code).toBe(1);
  });
});

describe('baseline', () => {
  it('lets all that leaks by now stay, and stops what comes', async () => {
    repo.git(['checkout', '-q', 'side']);
    repo.stage('b.jpg', photo('CANARY-3'));
    const { code, stdout } = await run('baseline', '--history', '--owner', 'docs', '--expires', '2999-01-01');
    expect(code).toBe(0);
    expect(stdout).toContain('3 exceptions');
    expect((await run('scan', '.')).code).toBe(0);
    repo.git(['add', '.exifence']);
    expect((await run('scan', '--history', '--all')).code).toBe(0);
    repo.stage('c.jpg', photo('CANARY-4'));
    expect((await run('scan', '.')).code).toBe(1);
    const again = await run('baseline', '--owner', 'docs');
    expect(again.stdout).toContain('1 exceptions');
  });

  it('says which exceptions are expired or of no use', async () => {
    repo.write('d.jpg', photo('CANARY-5'));
    expect((await run('allow', 'd.jpg', '--reason', 'r', '--owner', 'o', '--expires', '2001-01-01')).code).toBe(0);
    const expired = await run('scan', '.');
    expect([expired.code, expired.stderr]).toEqual([1, expect.stringContaining('expired on 2001-01-01')]);
    const sarif = JSON.parse((await run('scan', '.', '--format', 'sarif')).stdout);
    expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('exifence/allow-expired');
    repo.write('e.jpg', photo('CANARY-6'));
    await run('allow', 'e.jpg', '--reason', 'r', '--owner', 'o', '--expires', '2999-01-01');
    repo.write('e.jpg', photo('CANARY-7'));
    const unused = await run('scan', 'e.jpg');
    expect([unused.code, unused.stderr]).toEqual([1, expect.stringContaining('was not used')]);
  });

  it.each([
    ['--reason', ''],
    ['--owner', ' '],
    ['--expires', '2027-02-30'],
    ['--expires', 'soon'],
  ])('refuses terms that no policy takes: %s "%s"', async (option, value) => {
    repo.write('d.jpg', photo('CANARY-5'));
    const terms = { '--reason': 'r', '--owner': 'o', '--expires': '2999-01-01', [option]: value };
    const { code, stderr } = await run('allow', 'd.jpg', ...Object.entries(terms).flat());
    expect([code, stderr]).toEqual([2, expect.stringContaining(option.slice(2))]);
    expect(repo.has('.exifence')).toBe(false);
  });
});
