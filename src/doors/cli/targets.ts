import { UsageError } from '../../core/usage-error.js';
import { namesFromStream } from '../../io/stdin-names.js';
import type { Terminal } from './terminal.js';

/** The names given as arguments and on standard input, as bytes. Throws `UsageError` where there are none. */
export async function targetNames(paths: readonly string[], stdin0: boolean | undefined, terminal: Terminal): Promise<Buffer[]> {
  const names = paths.map(nameBytes);
  if (stdin0 === true) for await (const name of namesFromStream(terminal.stdin)) names.push(name);
  if (names.length === 0) throw new UsageError('no files or folders were named; give some, or pipe names in with --stdin0');
  return names;
}

/** Node decodes arguments as UTF-8 and loses what is not: such a name cannot be found again. */
export function nameBytes(path: string): Buffer {
  if (path === '') throw new UsageError('an empty name was given');
  if (path.includes('\ufffd')) {
    throw new UsageError('a name that is not UTF-8 cannot be given as an argument; pipe it in: printf "%s\\0" NAME | exifence … --stdin0');
  }
  return Buffer.from(path);
}
