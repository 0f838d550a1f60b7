import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clean, committed, dirty, type Situation } from './situation.js';

const done = (name: string): Situation['expect'] => ({
  code: 0,
  committed: { [name]: clean(name) },
  index: { [name]: clean(name) },
  workTree: { [name]: clean(name) },
});
const stage: Situation['arrange'] = (repo) => repo.stage('a.jpg', dirty('a.jpg'));
const configured = (name: string, value: string): Situation => ({
  name: `with ${name}=${value}`,
  arrange: (repo) => {
    repo.git(['config', name, value]);
    committed(repo, { 'b.txt': 'b' });
    stage(repo);
  },
  expect: done('a.jpg'),
});

/** What kinds of repositories and settings there are. */
export const REPOSITORIES: readonly Situation[] = [
  { name: 'ids of SHA-256', init: ['--object-format=sha256'], arrange: stage, expect: done('a.jpg') },
  { name: 'a git folder elsewhere', init: ['--separate-git-dir=../git-folder'], arrange: stage, expect: done('a.jpg') },
  { name: 'a repository shared by a group', init: ['--shared=group'], arrange: stage, expect: done('a.jpg') },
  configured('core.splitIndex', 'true'),
  configured('index.version', '4'),
  configured('core.untrackedCache', 'true'),
  configured('core.autocrlf', 'true'),
  configured('diff.external', 'false'),
  configured('core.fsmonitor', 'false'),
  configured('index.skipHash', 'true'),
  configured('commit.verbose', 'true'),
  configured('core.compression', '9'),
  {
    name: 'an index of another name',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
    },
    act: (repo, env) => {
      const other = { ...env, GIT_INDEX_FILE: join(repo.top, '.git/other') };
      repo.git(['read-tree', 'HEAD'], { env: other });
      repo.write('a.jpg', dirty('a.jpg'));
      repo.git(['add', 'a.jpg'], { env: other });
      return repo.try(['commit', '-qm', 'm'], { env: other });
    },
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('a.jpg') },
      index: { 'a.jpg': undefined },
      workTree: { 'a.jpg': clean('a.jpg') },
      status: 'D  a.jpg\n?? a.jpg',
    },
  },
  {
    name: 'GIT_DIR and GIT_WORK_TREE',
    arrange: stage,
    act: (repo, env) =>
      repo.try(['commit', '-qm', 'm'], { cwd: repo.parent, env: { ...env, GIT_DIR: join(repo.top, '.git'), GIT_WORK_TREE: repo.top } }),
    expect: done('a.jpg'),
  },
  {
    name: 'a cone of a sparse checkout',
    arrange: (repo) => {
      committed(repo, { 'in/b.txt': 'b', 'out/c.txt': 'c' });
      repo.git(['sparse-checkout', 'set', '--cone', '--sparse-index', 'in']);
      repo.stage('in/a.jpg', dirty('in/a.jpg'));
    },
    expect: {
      ...done('in/a.jpg'),
      committed: { 'in/a.jpg': clean('in/a.jpg'), 'out/c.txt': 'c' },
      workTree: { 'in/a.jpg': clean('in/a.jpg'), 'out/c.txt': undefined },
    },
  },
  {
    name: 'a shallow clone',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      committed(repo, { 'c.txt': 'c' });
      repo.git(['init', '-q', '--bare', join(repo.parent, 'remote.git')]);
      repo.git(['push', '-q', join(repo.parent, 'remote.git'), 'main']);
      rmSync(join(repo.top, '.git'), { recursive: true });
      repo.git(['init', '-q', '-b', 'main']);
      repo.git(['fetch', '-q', '--depth=1', `file://${join(repo.parent, 'remote.git')}`, 'main']);
      repo.git(['reset', '-q', '--hard', 'FETCH_HEAD']);
      stage(repo);
    },
    expect: done('a.jpg'),
  },
  {
    name: 'packed objects',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      stage(repo);
      repo.git(['repack', '-qad']);
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a held index',
    arrange: stage,
    act: (repo, env) => {
      writeFileSync(join(repo.top, '.git/index.lock'), '');
      const run = repo.try(['hook', 'run', 'pre-commit'], { env });
      rmSync(join(repo.top, '.git/index.lock'));
      return { ...run, code: run.code === 3 ? 1 : 0 };
    },
    expect: { code: 1, index: { 'a.jpg': dirty('a.jpg') }, workTree: { 'a.jpg': dirty('a.jpg') }, status: 'A  a.jpg', says: /index\.lock/ },
  },
  {
    name: 'a note of an earlier run that cannot be read',
    arrange: (repo) => {
      stage(repo);
      mkdirSync(join(repo.top, '.git/exifence'));
      writeFileSync(join(repo.top, '.git/exifence/pending.json'), '{"version":');
    },
    expect: { ...done('a.jpg'), says: /cannot be read; it is now .*unreadable/ },
  },
  {
    name: 'a bare repository',
    init: ['--bare'],
    arrange: () => undefined,
    act: (repo, env) => {
      const run = repo.try(['hook', 'run', 'pre-commit'], { env });
      return { ...run, code: run.code === 0 ? 0 : 1 };
    },
    expect: { code: 1, says: /no work tree/ },
  },
  {
    name: 'a reader of messages that goes away',
    arrange: stage,
    act: (repo, env) => repo.try(['-c', 'alias.quiet=!git commit -qm m 2>&1 | true', 'quiet'], { env }),
    expect: done('a.jpg'),
  },
];
