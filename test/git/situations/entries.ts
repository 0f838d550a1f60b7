import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clean, committed, dirty, type Situation } from './situation.js';

const done = (name: string): Situation['expect'] => ({
  code: 0,
  committed: { [name]: clean(name) },
  index: { [name]: clean(name) },
  workTree: { [name]: clean(name) },
});
const named = (what: string, name: string): Situation => ({
  name: `a name ${what}`,
  arrange: (repo) => repo.stage(name, dirty(name)),
  expect: done(name),
});

/** What kinds of entries there are, and what they are called. */
export const ENTRIES: readonly Situation[] = [
  named('with a space', 'a b.jpg'),
  named('that begins with a dash', '-a.jpg'),
  named('with quotes', `it's "a".jpg`),
  named('in capitals', 'A.JPG'),
  named('in several scripts', 'фото 写真.webp'),
  named('that is a pathspec', ':(top)a.png'),
  named('of a glob', '[a]*.gif'),
  named('that is hidden', '.a.jpg'),
  named('deep below', 'a/b/c/d/e/f.jpg'),
  {
    name: 'two names that differ in case only',
    arrange: (repo) => {
      repo.git(['config', 'core.ignoreCase', 'true']);
      repo.stage('a.jpg', dirty('small'));
      repo.stage('A.JPG', dirty('large'));
      repo.git(['config', 'core.ignoreCase', 'false']);
    },
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('small'), 'A.JPG': clean('large') },
      workTree: { 'a.jpg': clean('small'), 'A.JPG': clean('large') },
    },
  },
  {
    name: 'core.ignoreCase',
    arrange: (repo) => {
      repo.git(['config', 'core.ignoreCase', 'true']);
      repo.stage('Photo.JPEG', dirty('Photo.JPEG'));
    },
    expect: done('Photo.JPEG'),
  },
  {
    name: 'a rename',
    arrange: (repo) => {
      committed(repo, { 'a.bin': dirty('b.jpg') });
      repo.git(['mv', 'a.bin', 'b.jpg']);
    },
    expect: { ...done('b.jpg'), committed: { 'a.bin': undefined, 'b.jpg': clean('b.jpg') } },
  },
  {
    name: 'a rename with diff.renames set to copies',
    arrange: (repo) => {
      repo.git(['config', 'diff.renames', 'copies']);
      committed(repo, { 'a.jpg': dirty('b.jpg') });
      repo.git(['mv', 'a.jpg', 'b.jpg']);
    },
    expect: { ...done('b.jpg'), committed: { 'a.jpg': undefined, 'b.jpg': clean('b.jpg') } },
  },
  {
    name: 'a copy of an image that leaks since long',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': dirty('b.jpg') });
      repo.stage('b.jpg', dirty('b.jpg'));
    },
    expect: { ...done('b.jpg'), committed: { 'a.jpg': dirty('b.jpg'), 'b.jpg': clean('b.jpg') } },
  },
  {
    name: 'a symlink by the name of an image',
    arrange: (repo) => {
      writeFileSync(join(repo.parent, 'outside.jpg'), dirty('outside'));
      symlinkSync('../outside.jpg', join(repo.top, 'a.jpg'));
      repo.git(['add', 'a.jpg']);
    },
    expect: { code: 0, committed: { 'a.jpg': '../outside.jpg' }, workTree: { '../outside.jpg': dirty('outside') } },
  },
  {
    name: 'an image in the place of a symlink',
    arrange: (repo) => {
      symlinkSync('b.txt', join(repo.top, 'a.jpg'));
      repo.git(['add', 'a.jpg']);
      repo.commitUnchecked();
      rmSync(join(repo.top, 'a.jpg'));
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a symlink in the place of an image',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': dirty('a.jpg') });
      rmSync(join(repo.top, 'a.jpg'));
      symlinkSync('b.txt', join(repo.top, 'a.jpg'));
      repo.git(['add', 'a.jpg']);
    },
    expect: { code: 0, committed: { 'a.jpg': 'b.txt' } },
  },
  {
    name: 'a folder in the place of an image',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.git(['rm', '-q', 'a.jpg']);
      repo.stage('a.jpg/b.jpg', dirty('a.jpg/b.jpg'));
    },
    expect: done('a.jpg/b.jpg'),
  },
  {
    name: 'a change of mode only',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': clean('a.jpg') });
      chmodSync(join(repo.top, 'a.jpg'), 0o755);
      repo.git(['add', 'a.jpg']);
    },
    expect: done('a.jpg'),
  },
  {
    name: 'a submodule by the name of an image',
    arrange: (repo) => {
      committed(repo, { 'b.txt': 'b' });
      mkdirSync(join(repo.top, 'm.jpg'));
      repo.git(['update-index', '--add', '--cacheinfo', `160000,${repo.git(['rev-parse', 'HEAD'])},m.jpg`]);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: done('a.jpg'),
  },
  {
    name: 'an image that is only announced',
    arrange: (repo) => {
      repo.write('later.jpg', dirty('later'));
      repo.git(['add', '-N', 'later.jpg']);
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: {
      ...done('a.jpg'),
      committed: { 'a.jpg': clean('a.jpg'), 'later.jpg': undefined },
      workTree: { 'later.jpg': dirty('later') },
      status: ' A later.jpg',
    },
  },
  {
    name: 'an image that git was told not to look at',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.git(['update-index', '--assume-unchanged', 'a.jpg']);
    },
    expect: done('a.jpg'),
  },
  {
    name: 'an image outside of a sparse checkout',
    arrange: (repo) => {
      repo.stage('out/a.jpg', dirty('out/a.jpg'));
      repo.git(['update-index', '--skip-worktree', 'out/a.jpg']);
      rmSync(join(repo.top, 'out'), { recursive: true });
    },
    expect: {
      code: 0,
      committed: { 'out/a.jpg': clean('out/a.jpg') },
      index: { 'out/a.jpg': clean('out/a.jpg') },
      workTree: { 'out/a.jpg': undefined },
    },
  },
  {
    name: 'an image behind a folder that is a symlink now',
    arrange: (repo) => {
      repo.stage('real/a.jpg', dirty('real/a.jpg'));
      rmSync(join(repo.top, 'real'), { recursive: true });
      mkdirSync(join(repo.parent, 'elsewhere'));
      writeFileSync(join(repo.parent, 'elsewhere/a.jpg'), dirty('real/a.jpg'));
      symlinkSync('../elsewhere', join(repo.top, 'real'));
    },
    expect: {
      code: 0,
      committed: { 'real/a.jpg': clean('real/a.jpg') },
      workTree: { '../elsewhere/a.jpg': dirty('real/a.jpg') },
      status: ' D real/a.jpg\n?? real',
    },
  },
  {
    name: 'a filter that changes what is stored',
    arrange: (repo) => {
      repo.git(['config', 'filter.swap.clean', 'tr pq qp']);
      repo.git(['config', 'filter.swap.smudge', 'tr pq qp']);
      repo.stage('.gitattributes', '*.jpg filter=swap\n');
      repo.write('a.jpg', dirty('a.jpg'));
      repo.git(['add', 'a.jpg']);
    },
    expect: { code: 0, committed: { 'a.jpg': clean('a.jpg').replaceAll('p', 'q') }, workTree: { 'a.jpg': clean('a.jpg') } },
  },
  {
    name: 'a drawing with line ends of another system',
    arrange: (repo) => {
      repo.stage('.gitattributes', '*.svg text eol=crlf\n');
      repo.write('a.svg', 'JPEG LEAK(1)\r\nline\r\n');
      repo.git(['add', 'a.svg']);
    },
    expect: { code: 0, committed: { 'a.svg': 'JPEG \nline\n' }, workTree: { 'a.svg': 'JPEG \r\nline\r\n' } },
  },
];
