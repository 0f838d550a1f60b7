import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hookDoctor } from '../../src/doors/git/doctor.js';
import { HOOK_NAMES } from '../../src/doors/git/hook-run.js';
import { hookStatus, installHooks, uninstallHooks } from '../../src/doors/git/install.js';
import type { GitPlace } from '../../src/io/git/run.js';
import { bundleHook, type HookBundle } from '../support/hook-bundle.js';
import { TestRepository } from '../support/repository.js';

const DIRTY = 'JPEG LEAK(1) picture';
const root = fileURLToPath(new URL('../..', import.meta.url));

let bundle: HookBundle;
let repo: TestRepository;
let packageRoot: string;

beforeAll(async () => {
  bundle = await bundleHook('test/support/fake-hook.ts');
});
afterAll(() => bundle.remove());
beforeEach(() => {
  repo = new TestRepository();
  // A name that a shell would trip over.
  packageRoot = join(repo.parent, "the 'package' $HOME");
  mkdirSync(join(packageRoot, 'dist'), { recursive: true });
  mkdirSync(join(packageRoot, 'hooks'));
  writeFileSync(join(packageRoot, 'hooks/exifence-hook.sh'), readFileSync(join(root, 'hooks/exifence-hook.sh')));
  writeFileSync(join(packageRoot, 'dist/hook.cjs'), readFileSync(bundle.file));
  repo.stage('readme.txt', 'text\n');
  repo.commitUnchecked();
});
afterEach(() => repo.remove());

interface Ran {
  readonly code: number;
  readonly out: string;
}

function ran(command: (place: GitPlace, stdio: Parameters<typeof installHooks>[1]) => number, cwd = repo.top): Ran {
  let out = '';
  const output = { write: (text: string) => (out += text) };
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const code = command({ cwd, env }, { stdin: process.stdin, stdout: output, stderr: output, cwd: () => cwd });
  return { code, out };
}

const install = (force = false, cwd?: string): Ran => ran((place, stdio) => installHooks(place, stdio, { force, packageRoot }), cwd);
const status = (): Ran => ran(hookStatus);
const hookFile = (name: string): string => join(repo.top, '.git/hooks', name);
const commit = (env: Record<string, string> = {}) => repo.try(['commit', '-qm', 'm'], { env });

/** A PATH with git and the basics, and without node. */
function pathWithoutNode(): string {
  const folder = join(repo.parent, 'bin');
  mkdirSync(folder);
  for (const tool of ['sh', 'git', 'dirname', 'cat', 'env', 'grep']) {
    const real = repo.git(['-c', `alias.which=!command -v ${tool}`, 'which']);
    writeFileSync(join(folder, tool), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
  }
  return folder;
}

describe('hook install', () => {
  it('installs all four, says so, and twice is once', () => {
    expect(status().code).toBe(1);
    expect(install().code).toBe(0);
    const first = HOOK_NAMES.map((name) => readFileSync(hookFile(name), 'utf8'));
    expect(install().code).toBe(0);
    expect(HOOK_NAMES.map((name) => readFileSync(hookFile(name), 'utf8'))).toEqual(first);
    expect(status().code).toBe(0);
    for (const name of HOOK_NAMES) expect(lstatSync(hookFile(name)).mode & 0o111).toBe(0o111);
  });

  it('then blocks and fixes commits, and stops pushes', () => {
    install();
    repo.stage('a.jpg', DIRTY);
    expect(commit().code).toBe(1);
    expect(commit({ TEST_ENFORCE: 'fix' }).code).toBe(0);
    expect(repo.blob('HEAD:a.jpg')).toBe('JPEG  picture');
    repo.stage('b.jpg', DIRTY);
    repo.commitUnchecked();
    repo.git(['init', '-q', '--bare', '../remote.git']);
    expect(repo.try(['push', '-q', '../remote.git', 'main']).code).toBe(1);
  });

  it('serves every work tree of the repository', () => {
    const other = join(repo.parent, 'other');
    repo.git(['worktree', 'add', '-q', '-b', 'side', other]);
    expect(install(false, other).code).toBe(0);
    expect(existsSync(hookFile('pre-commit'))).toBe(true);
    writeFileSync(join(other, 'a.jpg'), DIRTY);
    repo.git(['add', 'a.jpg'], { cwd: other });
    expect(repo.try(['commit', '-qm', 'm'], { cwd: other }).code).toBe(1);
  });

  it('installs from a folder below', () => {
    mkdirSync(join(repo.top, 'sub'));
    expect(install(false, join(repo.top, 'sub')).code).toBe(0);
    expect(existsSync(hookFile('pre-push'))).toBe(true);
  });

  it('writes no path of this machine into a folder that is committed', () => {
    repo.git(['config', 'core.hooksPath', '.githooks']);
    expect(install().code).toBe(0);
    const shim = readFileSync(join(repo.top, '.githooks/exifence-hook'), 'utf8');
    expect(shim).toBe(readFileSync(join(root, 'hooks/exifence-hook.sh'), 'utf8'));
    repo.stage('a.jpg', DIRTY);
    mkdirSync(join(repo.top, 'node_modules/exifence/dist'), { recursive: true });
    writeFileSync(join(repo.top, 'node_modules/exifence/dist/hook.cjs'), readFileSync(bundle.file));
    expect(commit().code).toBe(1);
    expect(commit({ TEST_ENFORCE: 'fix' }).code).toBe(0);
  });

  it('does not touch a folder of hooks that others share, but by force', () => {
    const shared = join(repo.parent, 'shared hooks');
    mkdirSync(shared);
    repo.git(['config', 'core.hooksPath', shared]);
    expect(() => install()).toThrow(/core\.hooksPath/);
    expect(existsSync(join(shared, 'pre-commit'))).toBe(false);
    expect(install(true).code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    expect(commit().code).toBe(1);
  });
});

describe('hooks that are there already', () => {
  it('runs before a shell script, which keeps its arguments, mode and say', () => {
    writeFileSync(hookFile('pre-commit'), '#!/bin/sh\nset -e\necho theirs >> ran\nexit 0\n', { mode: 0o750 });
    install();
    install();
    expect(readFileSync(hookFile('pre-commit'), 'utf8').match(/>>> exifence/g)).toHaveLength(1);
    expect(lstatSync(hookFile('pre-commit')).mode & 0o777).toBe(0o750);
    expect(status().code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    expect(commit().code).toBe(1);
    expect(repo.has('ran')).toBe(false);
    repo.stage('a.jpg', 'JPEG clean');
    expect(commit().code).toBe(0);
    expect(repo.read('ran')).toBe('theirs\n');
  });

  it('leaves a pre-push script its input, and its refusal', () => {
    writeFileSync(hookFile('pre-push'), '#!/bin/sh\nwhile read -r a b c d; do echo "$a $c" >> seen; done\n[ ! -e refuse ]\n', {
      mode: 0o755,
    });
    install();
    repo.git(['init', '-q', '--bare', '../remote.git']);
    expect(repo.try(['push', '-q', '../remote.git', 'main', 'main:other']).code).toBe(0);
    expect(repo.read('seen').split('\n').sort()).toEqual(['', 'refs/heads/main refs/heads/main', 'refs/heads/main refs/heads/other']);
    repo.write('refuse', '');
    expect(repo.try(['push', '-q', '../remote.git', 'main:third']).code).toBe(1);
  });

  it('installs where the file that is there is not executable, and gives it back', () => {
    const folder = join(repo.top, '.git/hooks');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'pre-commit');
    writeFileSync(file, '#!/bin/sh\nexit 0\n', { mode: 0o644 });
    expect(install().code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    expect(commit().code).toBe(1);
    expect(ran(uninstallHooks).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(lstatSync(file).mode & 0o111).toBe(0);
  });

  it('takes ours out of a script again, byte for byte', () => {
    const script = Buffer.from('#!/usr/bin/env bash\n# \xe9\xff\necho hi', 'latin1');
    writeFileSync(hookFile('pre-commit'), script, { mode: 0o755 });
    install();
    expect(ran(uninstallHooks).code).toBe(0);
    expect(readFileSync(hookFile('pre-commit'))).toEqual(script);
    expect(HOOK_NAMES.filter((name) => existsSync(hookFile(name)))).toEqual(['pre-commit']);
    expect(existsSync(hookFile('exifence-hook'))).toBe(false);
  });

  it('puts no block into another program, but runs before it by force', () => {
    const program = "#!/usr/bin/env node\nrequire('fs').writeFileSync('ran', 'x');\n";
    writeFileSync(hookFile('pre-commit'), program, { mode: 0o755 });
    const refused = install();
    expect(refused.code).toBe(2);
    expect(refused.out).toContain('no shell script');
    expect(readFileSync(hookFile('pre-commit'), 'utf8')).toBe(program);
    expect(existsSync(hookFile('pre-push'))).toBe(false);
    expect(install(true).code).toBe(0);
    repo.stage('a.jpg', DIRTY);
    expect(commit().code).toBe(1);
    expect(repo.has('ran')).toBe(false);
    repo.stage('a.jpg', 'JPEG clean');
    expect(commit().code).toBe(0);
    expect(repo.has('ran')).toBe(true);
    ran(uninstallHooks);
    expect(readFileSync(hookFile('pre-commit'), 'utf8')).toBe(program);
  });

  it.each([
    ['lefthook', '.git/hooks', '#!/bin/sh\ncall_lefthook run "pre-commit" "$@"\n', 'lefthook.yml'],
    [
      'pre-commit',
      '.git/hooks',
      '#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n',
      '.pre-commit-config.yaml',
    ],
  ])('leaves the hooks of %s alone and says what to add where its settings are not there to add to', (_, folder, script, file) => {
    mkdirSync(join(repo.top, folder), { recursive: true });
    writeFileSync(join(repo.top, folder, 'pre-commit'), script, { mode: 0o755 });
    if (folder !== '.git/hooks') repo.git(['config', 'core.hooksPath', folder]);
    const run = install(true);
    expect(run.code).toBe(2);
    expect(run.out).toContain(file);
    expect(readFileSync(join(repo.top, folder, 'pre-commit'), 'utf8')).toBe(script);
    expect(existsSync(join(repo.top, folder, 'exifence-hook'))).toBe(false);
  });
});

describe('the settings of other tools', () => {
  it('get our hooks beside what is there, once', () => {
    const hooks = join(repo.top, '.git/hooks');
    mkdirSync(join(repo.top, '.husky/_'), { recursive: true });
    writeFileSync(join(repo.top, '.husky/pre-push'), 'npm test\n', { mode: 0o755 });
    repo.git(['config', 'core.hooksPath', '.husky/_']);
    expect(install().code).toBe(0);
    expect(repo.read('.husky/pre-commit')).toBe('npx exifence hook run pre-commit "$@" || exit $?\n');
    expect(repo.read('.husky/pre-push')).toMatch(/hook run pre-push[\s\S]*npm test\n$/);
    expect(install().out).toContain('runs exifence already');
    repo.git(['config', '--unset', 'core.hooksPath']);
    writeFileSync(join(hooks, 'pre-commit'), '#!/bin/sh\ncall_lefthook run "pre-commit" "$@"\n', { mode: 0o755 });
    repo.write('lefthook.yml', 'pre-commit:\n  commands: { a: { run: true } }\n');
    expect(install().code).toBe(0);
    expect(repo.read('lefthook.yml')).toMatch(/^pre-commit:[\s\S]*\nextends:\n {2}- lefthook-exifence\.yml\n$/);
    expect(repo.read('lefthook-exifence.yml')).toContain('exifence hook run post-commit');
    writeFileSync(join(hooks, 'pre-commit'), '#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n', {
      mode: 0o755,
    });
    repo.write('.pre-commit-config.yaml', 'repos:\n  - repo: local\n    hooks: []');
    expect(install().code).toBe(0);
    expect(repo.read('.pre-commit-config.yaml')).toMatch(/hooks: \[\]\n {2}- repo: local\n {4}hooks:\n {6}- id: exifence\n/);
    // A list that is not the last of its settings, or that is written on one line, is not for us to take apart.
    repo.write('.pre-commit-config.yaml', 'repos: []\n');
    expect(install().code).toBe(2);
  });
});

describe('the shim', () => {
  it('fails closed where nothing can be started', () => {
    install();
    rmSync(packageRoot, { recursive: true });
    repo.stage('a.JPG', 'text');
    const run = commit({ PATH: pathWithoutNode() });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('nothing was checked');
  });

  it('needs no program of ours where nothing staged is called an image, unless the policy looks into every file', () => {
    install();
    rmSync(packageRoot, { recursive: true });
    repo.stage('a.txt', 'text');
    repo.stage('jpg/a b', 'text');
    const env = { PATH: pathWithoutNode() };
    expect(commit(env).code).toBe(0);
    for (const text of ['git: { sniff: content }', 'git:\n  enforce: block\n  "sniff" : "content"']) {
      repo.write('.privacyrc.yaml', `version: 1\n${text}\n`);
      repo.stage('b.txt', text);
      expect(commit(env).code).not.toBe(0);
    }
    repo.write('.privacyrc.yaml', 'version: 1\ngit: { sniff: names } # sniff: content\n');
    expect(commit(env).code).toBe(0);
  });

  it('fails closed where it is gone itself', () => {
    install();
    rmSync(hookFile('exifence-hook'));
    expect(status().out).toContain('is gone');
    expect(status().code).toBe(1);
    repo.stage('a.txt', 'text');
    expect(commit().code).not.toBe(0);
  });

  it('finds another node where the one it was installed with is gone', () => {
    install();
    const shim = hookFile('exifence-hook');
    writeFileSync(shim, readFileSync(shim, 'utf8').replace(/^exifence_node=.*$/m, "exifence_node='/gone/node'"));
    repo.stage('a.jpg', DIRTY);
    expect(commit().stderr).toContain('location');
  });

  it('is as good POSIX shell as dash wants', () => {
    for (const shell of ['sh', 'dash', 'bash --posix']) {
      const run = repo.try([
        '-c',
        `alias.check=!command -v ${shell.split(' ')[0]} >/dev/null || exit 0; ${shell} -n '${join(root, 'hooks/exifence-hook.sh')}'`,
        'check',
      ]);
      expect([shell, run.code, run.stderr]).toEqual([shell, 0, '']);
    }
  });
});

describe('the doctor', () => {
  const doctor = (): Ran => ran(hookDoctor);

  it('has nothing to say where all hooks would run', () => {
    install();
    expect(doctor()).toMatchObject({ code: 0, out: expect.stringContaining('would run') });
  });

  it('finds what git would pass over, and says what to do', () => {
    expect(doctor().out).toContain('pre-commit: there is no hook');
    install();
    chmodSync(hookFile('pre-push'), 0o644);
    expect(doctor()).toMatchObject({ code: 1, out: expect.stringMatching(/pre-push: the hook is not executable[\s\S]*chmod \+x/) });
    chmodSync(hookFile('pre-push'), 0o755);
    const shim = hookFile('exifence-hook');
    writeFileSync(
      shim,
      readFileSync(shim, 'utf8').replace(/^exifence_node=.*$/m, "exifence_node='/home/u/.nvm/versions/node/v1/bin/node'"),
    );
    expect(doctor().out).toContain('the version manager took it away');
    install();
    writeFileSync(hookFile('pre-commit'), '#!/bin/sh\nexit 0\n');
    expect(doctor().out).toContain('pre-commit: another hook is in its place');
    repo.git(['config', 'core.hooksPath', 'readme.txt']);
    expect(doctor().out).toContain('which is no');
  });
});
