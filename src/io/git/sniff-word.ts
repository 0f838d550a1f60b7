import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Repository } from './repository.js';
import { tryGit } from './run.js';

const NAMES = ['.privacyrc.yaml', '.privacyrc.yml'];
const MAX_BYTES = 256 * 1024;

/** A policy that has one of these may say `git.sniff`, itself or in what it extends. The shim in `hooks/` asks the same. */
const WORDS = /sniff|\.ya?ml/;

/**
 * True where the policy of the repository's top folder, staged or on the disk, or the nearest one above it may say `git.sniff`. Most
 * policies do not, and need not be read to let a commit without images pass.
 */
export function maySniffContent(repository: Repository): boolean {
  const staged = tryGit(repository.place, ['grep', '--cached', '-q', '-E', '-e', 'sniff', '-e', '\\.ya?ml', '--', ...NAMES]) !== undefined;
  if (staged) return true;
  for (let folder = repository.top; ; folder = dirname(folder)) {
    for (const name of NAMES) if (existsSync(join(folder, name)) && hasWord(join(folder, name))) return true;
    if (dirname(folder) === folder) return false;
  }
}

function hasWord(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && (stats.size > MAX_BYTES || WORDS.test(readFileSync(file, 'utf8')));
}
