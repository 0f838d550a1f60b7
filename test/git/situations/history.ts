import { clean, committed, dirty, type Situation } from './situation.js';

const done = (name: string): Situation['expect'] => ({
  code: 0,
  committed: { [name]: clean(name) },
  index: { [name]: clean(name) },
  workTree: { [name]: clean(name) },
});

/** Two branches; `side` has an image that went past the hook. */
function branches(repo: Parameters<Situation['arrange']>[0]): void {
  committed(repo, { 'base.txt': 'base' });
  repo.git(['checkout', '-q', '-b', 'side']);
  committed(repo, { 's.jpg': dirty('s.jpg') }, 'side');
  repo.git(['checkout', '-q', 'main']);
  committed(repo, { 'm.txt': 'm' }, 'main');
}

/** Both branches change one image. */
function conflict(repo: Parameters<Situation['arrange']>[0]): void {
  committed(repo, { 'a.jpg': 'JPEG base' });
  repo.git(['checkout', '-q', '-b', 'side']);
  committed(repo, { 'a.jpg': dirty('theirs') }, 'side');
  repo.git(['checkout', '-q', 'main']);
  committed(repo, { 'a.jpg': 'JPEG ours' }, 'main');
}

/** What comes from other commits. */
export const HISTORY: readonly Situation[] = [
  { name: 'the first commit', arrange: (repo) => repo.stage('a.jpg', dirty('a.jpg')), expect: done('a.jpg') },
  {
    name: 'an orphan branch',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      repo.git(['checkout', '-q', '--orphan', 'other']);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a detached HEAD',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      repo.git(['checkout', '-q', '--detach']);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'amend',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-q', '--amend', '--no-edit'], { env }),
    expect: done('a.jpg'),
  },
  {
    name: 'amend of the first commit',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-q', '--amend', '--no-edit'], { env }),
    expect: done('a.jpg'),
  },
  {
    name: 'amend PATH',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-q', '--amend', '--no-edit', 'a.jpg'], { env }),
    expect: done('a.jpg'),
  },
  {
    name: 'commit --fixup',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-q', '--fixup', 'HEAD'], { env }),
    expect: done('a.jpg'),
  },
  {
    name: 'a merge of a branch that others have',
    arrange: (repo) => {
      branches(repo);
      repo.git(['update-ref', 'refs/remotes/origin/side', 'side']);
    },
    act: (repo, env) => repo.try(['merge', '-q', '-m', 'm', 'side'], { env }),
    expect: { code: 0, committed: { 's.jpg': dirty('s.jpg') }, workTree: { 's.jpg': dirty('s.jpg') } },
  },
  {
    name: 'a merge of a branch that went past the hook',
    arrange: branches,
    act: (repo, env) => repo.try(['merge', '-q', '-m', 'm', 'side'], { env }),
    expect: { code: 1, committed: { 's.jpg': undefined }, index: { 's.jpg': dirty('s.jpg') }, status: 'A  s.jpg', says: /s\.jpg/ },
  },
  {
    name: 'the same merge, finished by git commit',
    arrange: branches,
    act: (repo, env) => {
      repo.try(['merge', '-q', '-m', 'm', 'side'], { env });
      return repo.try(['commit', '-q', '--no-edit'], { env });
    },
    expect: done('s.jpg'),
  },
  {
    name: 'merge --continue',
    arrange: branches,
    act: (repo, env) => {
      repo.try(['merge', '-q', '-m', 'm', 'side'], { env });
      return repo.try(['merge', '--continue'], { env: { ...env, GIT_EDITOR: 'true' } });
    },
    expect: done('s.jpg'),
  },
  {
    name: 'merge --no-commit with an image of its own',
    arrange: (repo) => {
      branches(repo);
      repo.git(['update-ref', 'refs/remotes/origin/side', 'side']);
      repo.git(['merge', '-q', '--no-commit', 'side']);
      repo.stage('own.jpg', dirty('own.jpg'));
    },
    expect: { ...done('own.jpg'), committed: { 'own.jpg': clean('own.jpg'), 's.jpg': dirty('s.jpg') } },
  },
  {
    name: 'merge --squash',
    arrange: (repo) => {
      branches(repo);
      repo.git(['merge', '-q', '--squash', 'side']);
    },
    expect: done('s.jpg'),
  },
  {
    name: 'a conflict of two images, settled with a leaking one',
    arrange: (repo) => {
      conflict(repo);
      repo.try(['merge', '-q', 'side']);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a conflict of two images, settled with theirs',
    arrange: (repo) => {
      conflict(repo);
      repo.try(['merge', '-q', 'side']);
      repo.git(['checkout', '-q', '--theirs', 'a.jpg']);
      repo.git(['add', 'a.jpg']);
    },
    expect: { code: 0, committed: { 'a.jpg': clean('theirs') }, workTree: { 'a.jpg': clean('theirs') } },
  },
  {
    name: 'a cherry-pick with a conflict, finished by git commit',
    arrange: (repo) => {
      conflict(repo);
      repo.try(['cherry-pick', 'side']);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a cherry-pick with --no-commit',
    arrange: (repo) => {
      branches(repo);
      repo.git(['cherry-pick', '--no-commit', 'side']);
    },
    expect: done('s.jpg'),
  },
  {
    name: 'a revert with --no-commit that brings an image back',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': dirty('a.jpg'), 'b.txt': 'b' });
      repo.git(['rm', '-q', 'a.jpg']);
      repo.commitUnchecked('gone');
      repo.git(['revert', '--no-commit', 'HEAD']);
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a rebase stopped at an edit',
    arrange: (repo) => {
      branches(repo);
      repo.git(['checkout', '-q', 'side']);
      repo.git(['-c', 'sequence.editor=sed -i s/^pick/edit/', 'rebase', '-q', '-i', 'main']);
    },
    act: (repo, env) => {
      repo.stage('s.jpg', dirty('again'));
      return repo.try(['commit', '-q', '--amend', '--no-edit'], { env });
    },
    expect: { code: 0, committed: { 's.jpg': clean('again') }, workTree: { 's.jpg': clean('again') } },
  },
];
