import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { clean, committed, dirty, type Situation } from './situation.js';

const both = (name: string): Situation['expect'] => ({
  code: 0,
  committed: { [name]: clean(name) },
  index: { [name]: clean(name) },
  workTree: { [name]: clean(name) },
});

/** What is staged, and how. */
export const STAGING: readonly Situation[] = [
  { name: 'a new image', arrange: (repo) => repo.stage('a.jpg', dirty('a.jpg')), expect: both('a.jpg') },
  {
    name: 'a new image, blocked',
    enforce: 'block',
    arrange: (repo) => repo.stage('a.jpg', dirty('a.jpg')),
    expect: {
      code: 1,
      committed: { 'a.jpg': undefined },
      index: { 'a.jpg': dirty('a.jpg') },
      workTree: { 'a.jpg': dirty('a.jpg') },
      status: 'A  a.jpg',
    },
  },
  {
    name: 'a new image, warned of',
    enforce: 'warn',
    arrange: (repo) => repo.stage('a.jpg', dirty('a.jpg')),
    expect: { code: 0, committed: { 'a.jpg': dirty('a.jpg') }, workTree: { 'a.jpg': dirty('a.jpg') }, says: /a\.jpg/ },
  },
  {
    name: 'an image and its unstaged next version',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.write('a.jpg', `${dirty('a.jpg')} edited`);
    },
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('a.jpg') },
      index: { 'a.jpg': clean('a.jpg') },
      workTree: { 'a.jpg': `${dirty('a.jpg')} edited` },
      status: ' M a.jpg',
    },
  },
  {
    name: 'an image that was deleted from the folder after staging',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      rmSync(join(repo.top, 'a.jpg'));
    },
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('a.jpg') },
      index: { 'a.jpg': clean('a.jpg') },
      workTree: { 'a.jpg': undefined },
      status: ' D a.jpg',
    },
  },
  {
    name: 'a clean image staged, a leaking one in the folder',
    arrange: (repo) => {
      repo.stage('a.jpg', clean('a.jpg'));
      repo.write('a.jpg', dirty('a.jpg'));
    },
    expect: { code: 0, committed: { 'a.jpg': clean('a.jpg') }, workTree: { 'a.jpg': dirty('a.jpg') }, status: ' M a.jpg' },
  },
  {
    name: 'a leaking image staged, the clean one in the folder',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.write('a.jpg', clean('a.jpg'));
    },
    expect: both('a.jpg'),
  },
  {
    name: 'some lines of a text staged with -p, beside an image',
    arrange: (repo) => {
      committed(repo, { 'notes.txt': '1\n2\n3\n4\n5\n6\n7\n8\n9\n' });
      repo.write('notes.txt', 'one\n2\n3\n4\n5\n6\n7\n8\nnine\n');
      repo.git(['add', '-p', 'notes.txt'], { input: 'y\nn\n' });
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: {
      ...both('a.jpg'),
      committed: { 'a.jpg': clean('a.jpg'), 'notes.txt': 'one\n2\n3\n4\n5\n6\n7\n8\n9\n' },
      workTree: { 'a.jpg': clean('a.jpg'), 'notes.txt': 'one\n2\n3\n4\n5\n6\n7\n8\nnine\n' },
      status: ' M notes.txt',
    },
  },
  {
    name: 'some lines of a drawing staged with -p',
    arrange: (repo) => {
      const text = (first: string, last: string): string => `JPEG LEAK(1)\n${first}\n2\n3\n4\n5\n6\n7\n8\n${last}\n`;
      committed(repo, { 'a.svg': text('1', '9').replace('LEAK(1)', '') });
      repo.write('a.svg', text('one', 'nine'));
      repo.git(['add', '-p', 'a.svg'], { input: 's\ny\nn\n' });
    },
    expect: {
      code: 0,
      committed: { 'a.svg': 'JPEG \none\n2\n3\n4\n5\n6\n7\n8\n9\n' },
      workTree: { 'a.svg': 'JPEG LEAK(1)\none\n2\n3\n4\n5\n6\n7\n8\nnine\n' },
      status: ' M a.svg',
    },
  },
  {
    name: 'commit -a',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qam', 'm'], { env }),
    expect: both('a.jpg'),
  },
  {
    name: 'commit -a, blocked',
    enforce: 'block',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qam', 'm'], { env }),
    expect: {
      code: 1,
      committed: { 'a.jpg': 'JPEG old' },
      index: { 'a.jpg': 'JPEG old' },
      workTree: { 'a.jpg': dirty('a.jpg') },
      status: ' M a.jpg',
      says: /scrub -- a\.jpg/,
    },
  },
  {
    name: 'commit -a with an untracked image beside it',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
      repo.write('b.jpg', dirty('b.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qam', 'm'], { env }),
    expect: { ...both('a.jpg'), workTree: { 'b.jpg': dirty('b.jpg') }, status: '?? b.jpg' },
  },
  {
    name: 'commit PATH',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', 'a.jpg'], { env }),
    expect: both('a.jpg'),
  },
  {
    name: 'commit PATH, and the next commit',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => {
      repo.git(['commit', '-qm', 'm', 'a.jpg'], { env });
      repo.stage('b.txt', 'b');
      return repo.try(['commit', '-qm', 'm'], { env });
    },
    expect: both('a.jpg'),
  },
  {
    name: 'commit PATH, with another leaking image staged',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old', 'b.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
      repo.stage('b.jpg', dirty('b.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', 'a.jpg'], { env }),
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('a.jpg'), 'b.jpg': 'JPEG old' },
      index: { 'a.jpg': clean('a.jpg'), 'b.jpg': dirty('b.jpg') },
      workTree: { 'a.jpg': clean('a.jpg'), 'b.jpg': dirty('b.jpg') },
      status: 'M  b.jpg',
    },
  },
  {
    name: 'commit PATH, blocked',
    enforce: 'block',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', 'a.jpg'], { env }),
    expect: {
      code: 1,
      committed: { 'a.jpg': 'JPEG old' },
      index: { 'a.jpg': 'JPEG old' },
      workTree: { 'a.jpg': dirty('a.jpg') },
      status: ' M a.jpg',
    },
  },
  {
    name: 'commit --include PATH',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
      repo.stage('b.jpg', dirty('b.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', '--include', 'a.jpg'], { env }),
    expect: {
      code: 0,
      committed: { 'a.jpg': clean('a.jpg'), 'b.jpg': clean('b.jpg') },
      index: { 'a.jpg': clean('a.jpg'), 'b.jpg': clean('b.jpg') },
      workTree: { 'a.jpg': clean('a.jpg'), 'b.jpg': clean('b.jpg') },
    },
  },
  {
    name: 'commit --pathspec-from-file',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', '--pathspec-from-file=-'], { env, input: 'a.jpg\n' }),
    expect: both('a.jpg'),
  },
  {
    name: 'commit from a folder below',
    arrange: (repo) => repo.stage('sub/a.jpg', dirty('sub/a.jpg')),
    act: (repo, env) => repo.try(['commit', '-qm', 'm'], { env, cwd: join(repo.top, 'sub') }),
    expect: both('sub/a.jpg'),
  },
  {
    name: 'commit PATH from a folder below',
    arrange: (repo) => {
      committed(repo, { 'sub/a.jpg': 'JPEG old' });
      repo.write('sub/a.jpg', dirty('sub/a.jpg'));
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', 'a.jpg'], { env, cwd: join(repo.top, 'sub') }),
    expect: both('sub/a.jpg'),
  },
  {
    name: 'a change in metadata only',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': clean('a.jpg') });
      repo.stage('a.jpg', dirty('a.jpg'));
    },
    expect: {
      code: 1,
      committed: { 'a.jpg': clean('a.jpg') },
      index: { 'a.jpg': clean('a.jpg') },
      workTree: { 'a.jpg': clean('a.jpg') },
      says: /nothing is left to commit/,
    },
  },
  {
    name: 'a change in metadata only, beside a text',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': clean('a.jpg') });
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.stage('b.txt', 'b');
    },
    expect: { ...both('a.jpg'), committed: { 'a.jpg': clean('a.jpg'), 'b.txt': 'b' } },
  },
  {
    name: 'the same image under many names',
    arrange: (repo) => {
      for (let at = 0; at < 20; at++) repo.stage(`a${at}.jpg`, dirty('same'));
    },
    expect: {
      code: 0,
      committed: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`a${at}.jpg`, clean('same')])),
      workTree: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`a${at}.jpg`, clean('same')])),
    },
  },
  {
    name: 'an image that cannot be read beside one that leaks',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.stage('b.jpg', 'JPEG BROKEN');
    },
    expect: {
      code: 1,
      committed: { 'a.jpg': undefined },
      index: { 'a.jpg': dirty('a.jpg'), 'b.jpg': 'JPEG BROKEN' },
      workTree: { 'a.jpg': dirty('a.jpg'), 'b.jpg': 'JPEG BROKEN' },
      status: 'A  a.jpg\nA  b.jpg',
      says: /truncated at byte 42/,
    },
  },
  {
    name: 'a commit that a later hook refuses',
    arrange: (repo) => {
      repo.stage('a.jpg', dirty('a.jpg'));
      repo.hook('commit-msg', '#!/bin/sh\nexit 1\n');
    },
    expect: {
      code: 1,
      committed: { 'a.jpg': undefined },
      index: { 'a.jpg': clean('a.jpg') },
      workTree: { 'a.jpg': clean('a.jpg') },
      status: 'A  a.jpg',
    },
  },
  {
    name: 'commit PATH that a later hook refuses',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': 'JPEG old' });
      repo.write('a.jpg', dirty('a.jpg'));
      repo.hook('commit-msg', '#!/bin/sh\nexit 1\n');
    },
    act: (repo, env) => repo.try(['commit', '-qm', 'm', 'a.jpg'], { env }),
    expect: {
      noteStays: true,
      code: 1,
      committed: { 'a.jpg': 'JPEG old' },
      index: { 'a.jpg': 'JPEG old' },
      workTree: { 'a.jpg': clean('a.jpg') },
      status: ' M a.jpg',
    },
  },
  {
    name: 'deletions only',
    arrange: (repo) => {
      committed(repo, { 'a.jpg': dirty('a.jpg'), 'b.txt': 'b' });
      repo.git(['rm', '-q', 'a.jpg']);
    },
    expect: { code: 0, committed: { 'a.jpg': undefined, 'b.txt': 'b' }, workTree: { 'a.jpg': undefined } },
  },
];
