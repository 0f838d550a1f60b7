import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Repository } from './repository.js';
import { git, oneLine } from './run.js';

/** What stands in a repository for content that Git LFS keeps elsewhere. */
export interface LfsPointer {
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The specification's bound: "a pointer file must be smaller than 1024 bytes". */
const POINTER_BYTES = 1024;

/** Git LFS specification, "the pointer": keys in order after `version`, `oid` and `size` among them. */
export function parsePointer(bytes: Uint8Array): LfsPointer | undefined {
  if (bytes.byteLength >= POINTER_BYTES) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!/^version https:\/\/[^\s]+\/spec\/v1\n/.test(text)) return undefined;
  const sha256 = /\noid sha256:([0-9a-f]{64})\n/.exec(text)?.[1];
  const size = /\nsize (\d{1,15})\n?$/m.exec(text)?.[1];
  return sha256 === undefined || size === undefined ? undefined : { sha256, sizeBytes: Number(size) };
}

/** The content from the repository's own LFS store. `undefined` where it is not there, or is not what the pointer says. */
export function readLfsObject(repository: Repository, { sha256, sizeBytes }: LfsPointer, maxBytes: number): Buffer | undefined {
  const common = oneLine(git(repository.place, ['rev-parse', '--git-common-dir'])).toString();
  const file = resolve(repository.top, common, 'lfs', 'objects', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || stats.size !== sizeBytes || sizeBytes > maxBytes) return undefined;
  const bytes = readFileSync(file);
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
}
