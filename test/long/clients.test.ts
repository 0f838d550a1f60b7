// Five ways in which people run hooks, each as its own tool installs it, with the samples as they are documented: each blocks the
// same photo, and each cleans it.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { type GitRun, TestRepository } from '../support/repository.js';
import { buildExif } from '../support/tiff.js';

const root = join(import.meta.dirname, '../..');
const samples = join(root, 'hooks/samples');
const home = join(import.meta.dirname, 'clients');
const plainEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_|GIT_|HUSKY)/i.test(name)));
const installed =
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: home, env: plainEnv }).status === 0;

const photo = (serial: string): Buffer =>
  buildJpeg({ segments: [exifSegment(buildExif({ orientation: 6, serial, gps: { latitude: 48.8583, longitude: 2.2945 } }))] });
const PHOTO = photo('CANARY');

let repo: TestRepository;

/** What the tool finds on its path: this project's command, and the tool itself. */
function env(): Record<string, string> {
  const path = [join(repo.top, 'node_modules/.bin'), join(home, 'node_modules/.bin'), process.env.PATH ?? ''].join(':');
  return { PATH: path, HOME: repo.parent, PRE_COMMIT_HOME: join(repo.parent, 'pre-commit-home'), CI: '' };
}

function run(command: string, ...args: string[]): void {
  const done = spawnSync(command, args, { cwd: repo.top, env: { ...plainEnv, ...env(), GIT_CONFIG_GLOBAL: '/dev/null' } });
  expect(done.status, `${command} ${args.join(' ')}: ${done.stdout}${done.stderr}`).toBe(0);
}

const sample = (name: string, to = name): void => copyFileSync(join(samples, name), join(repo.top, to));

interface Client {
  readonly name: string;
  readonly isHere: boolean;
  set(): void;
}

const CLIENTS: readonly Client[] = [
  {
    name: 'husky',
    isHere: existsSync(join(root, 'node_modules/husky')),
    set() {
      run(process.execPath, join(root, 'node_modules/husky/bin.js'));
      cpSync(join(samples, 'husky'), join(repo.top, '.husky'), { recursive: true });
    },
  },
  {
    name: 'lint-staged',
    isHere: existsSync(join(root, 'node_modules/lint-staged')),
    set() {
      sample('lint-staged.mjs', 'lint-staged.config.mjs');
      repo.hook(
        'pre-commit',
        `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'node_modules/lint-staged/bin/lint-staged.js')}' --allow-empty\n`,
      );
    },
  },
  {
    name: 'lefthook',
    isHere: installed,
    set() {
      sample('lefthook.yml');
      run('lefthook', 'install');
    },
  },
  {
    name: 'pre-commit',
    isHere: spawnSync('pre-commit', ['--version']).status === 0,
    set() {
      sample('pre-commit-config.yaml', '.pre-commit-config.yaml');
      repo.git(['add', '.pre-commit-config.yaml']);
      run('pre-commit', 'install');
    },
  },
  {
    name: 'core.hooksPath',
    isHere: true,
    set() {
      repo.git(['config', 'core.hooksPath', 'own-hooks']);
      run('exifence', 'hook', 'install');
    },
  },
];

beforeEach(() => {
  repo = new TestRepository();
  mkdirSync(join(repo.top, 'node_modules/.bin'), { recursive: true });
  chmodSync(join(root, 'dist/cli.mjs'), 0o755);
  symlinkSync(join(root, 'dist/cli.mjs'), join(repo.top, 'node_modules/.bin/exifence'));
  repo.stage('.gitignore', 'node_modules\n');
  repo.commitUnchecked('first');
});
afterEach(() => repo.remove());

const commit = (...args: string[]): GitRun => repo.try(['commit', '-q', '-m', 'm', ...args], { env: env() });

describe.each(CLIENTS)('by $name', ({ name, isHere, set }) => {
  it.skipIf(!isHere)(`blocks a photo that leaks${isHere ? '' : ` (SKIPPED: ${name} is not installed)`}`, () => {
    set();
    const before = repo.git(['rev-parse', 'HEAD']);
    repo.stage('photo.jpg', PHOTO);
    const { code, stderr } = commit();
    expect(code, stderr).not.toBe(0);
    expect(stderr).toContain('photo.jpg');
    expect(stderr).not.toContain('CANARY');
    expect(repo.git(['rev-parse', 'HEAD'])).toBe(before);
    expect(repo.read('photo.jpg')).toBe(PHOTO.toString('latin1'));
    expect(repo.blob(':photo.jpg')).toBe(PHOTO.toString('latin1'));
    repo.git(['rm', '-q', '-f', '--cached', 'photo.jpg']);
    repo.stage('text.txt', 'text\n');
    expect(commit().code).toBe(0);
  });

  it.skipIf(!isHere)(`cleans it where the policy says so${isHere ? '' : ` (SKIPPED: ${name} is not installed)`}`, () => {
    repo.stage('.privacyrc.yaml', 'version: 1\ngit: { enforce: fix }\n');
    repo.commitUnchecked('policy');
    set();
    repo.stage('photo.jpg', PHOTO);
    // The framework takes a hook that changed files for one that failed: what is clean goes in with the second try.
    const first = commit();
    if (name === 'pre-commit' && first.code !== 0) expect(commit().code, first.stderr).toBe(0);
    else expect(first.code, first.stderr).toBe(0);
    expect(repo.blob('HEAD:photo.jpg')).not.toContain('CANARY');
    expect(repo.blob('HEAD:photo.jpg').length).toBeGreaterThan(100);
    expect(repo.read('photo.jpg')).toBe(repo.blob('HEAD:photo.jpg'));
  });

  it.skipIf(!isHere)(`loses nothing that is not staged${isHere ? '' : ` (SKIPPED: ${name} is not installed)`}`, () => {
    repo.stage('.privacyrc.yaml', 'version: 1\ngit: { enforce: fix }\n');
    repo.stage('notes.txt', 'one\n');
    repo.commitUnchecked('policy');
    set();
    repo.stage('photo.jpg', PHOTO);
    const later = photo('CANARY-LATER');
    repo.write('photo.jpg', later);
    repo.write('notes.txt', 'two\n');
    const { code } = commit();
    // Where a hook changed what its own stash holds, the framework leaves the work in a patch, and says where.
    if (name === 'pre-commit' && repo.read('notes.txt') === 'one\n') {
      const folder = join(repo.parent, 'pre-commit-home');
      const [patch] = readdirSync(folder).filter((file) => file.startsWith('patch'));
      repo.write('photo.jpg', PHOTO);
      repo.git(['apply', join(folder, patch as string)]);
    }
    expect(repo.read('notes.txt')).toBe('two\n');
    const kept = [
      repo.read('photo.jpg'),
      ...repo
        .git(['stash', 'list', '--format=%H'])
        .split('\n')
        .filter(Boolean)
        .map((stash) => repo.blob(`${stash}:photo.jpg`)),
    ];
    expect(kept).toContain(later.toString('latin1'));
    if (code === 0) expect(repo.blob('HEAD:photo.jpg')).not.toContain('CANARY');
  });
});

describe('hook install', () => {
  const others: Readonly<Record<string, () => void>> = {
    husky() {
      run(process.execPath, join(root, 'node_modules/husky/bin.js'));
      repo.write('.husky/pre-commit', 'touch ran\n', 0o755);
    },
    lefthook() {
      repo.write('lefthook.yml', 'pre-commit:\n  commands:\n    other:\n      run: touch ran\n');
      run('lefthook', 'install');
    },
    'pre-commit'() {
      const other =
        '      - id: other\n        name: other\n        entry: touch ran\n        language: system\n        always_run: true\n        pass_filenames: false\n';
      repo.write('.pre-commit-config.yaml', `repos:\n  - repo: local\n    hooks:\n${other}`);
      run('pre-commit', 'install');
    },
  };

  it.each(Object.keys(others))('fits in with %s, beside what it runs already', (name) => {
    const isHere = CLIENTS.find((client) => client.name === name)?.isHere;
    if (isHere !== true) return console.log(`SKIPPED: ${name} is not installed`);
    others[name]?.();
    run('exifence', 'hook', 'install');
    repo.git(['add', '--all']);
    repo.commitUnchecked('settings');
    if (name === 'lefthook') run('lefthook', 'install');
    repo.stage('photo.jpg', PHOTO);
    const { code, stderr } = commit();
    expect(code, stderr).not.toBe(0);
    expect(stderr).toContain('photo.jpg');
    repo.git(['rm', '-q', '-f', '--cached', 'photo.jpg']);
    repo.stage('text.txt', 'text\n');
    expect(commit().code).toBe(0);
    expect(repo.has('ran')).toBe(true);
  });
});

const haveFramework = spawnSync('pre-commit', ['--version']).status === 0 && existsSync(join(root, '.git'));

it.skipIf(!haveFramework)(
  `is installed by the pre-commit framework from its own repository, as of the last commit${haveFramework ? '' : ' (SKIPPED: pre-commit is not installed, or this is no checkout)'}`,
  () => {
    const rev = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root }).stdout.toString().trim();
    repo.write('.pre-commit-config.yaml', `repos:\n- repo: ${root}\n  rev: ${rev}\n  hooks:\n  - id: exifence\n`);
    repo.git(['add', '.pre-commit-config.yaml']);
    run('pre-commit', 'validate-manifest', join(root, '.pre-commit-hooks.yaml'));
    run('pre-commit', 'install', '--install-hooks');
    repo.stage('photo.jpg', PHOTO);
    const { code, stderr } = commit();
    expect([code, /photo\.jpg {2}violates/.test(stderr)]).toEqual([1, true]);
  },
);
