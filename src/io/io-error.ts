import type { Unreadable } from '../core/judgement.js';

/**
 * The system or the file's kind stands in the way; the file's content has no part in it. `code` is kebab-case and stable;
 * the message names no path (the caller knows it, and knows how to show it safely).
 */
export class IoError extends Error {
  override readonly name = 'IoError';

  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    /** The system's own word, `ENOSPC`, where there is one. */
    readonly errno?: string,
  ) {
    super(message);
  }
}

interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What the system's words mean to a person. */
const MEANING: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: 'not-found', message: 'there is no such file', hint: 'check the name; it may have been moved or deleted meanwhile' },
  ENOTDIR: { code: 'not-found', message: 'a folder in the path is no folder', hint: 'check the path' },
  EACCES: { code: 'permission-denied', message: 'permission denied', hint: 'give this user the right to it, or run as its owner' },
  EPERM: {
    code: 'permission-denied',
    message: 'the system does not permit it',
    hint: 'look for an immutable flag, a sandbox or another owner',
  },
  EROFS: { code: 'read-only-file-system', message: 'the file system is read-only', hint: 'mount it writable, or write elsewhere' },
  ENOSPC: { code: 'disk-full', message: 'the disk is full', hint: 'free some space and run again' },
  EDQUOT: { code: 'disk-full', message: 'the disk quota is used up', hint: 'free some space and run again' },
  EIO: { code: 'disk-failed', message: 'the disk reports an error', hint: 'check the disk; the original was left as it was' },
  EMFILE: { code: 'too-many-open-files', message: 'too many files are open', hint: 'raise the limit (ulimit -n) or run again later' },
  ENFILE: { code: 'too-many-open-files', message: 'too many files are open', hint: 'run again later' },
  ELOOP: { code: 'is-a-symlink', message: 'it is a symbolic link, and those are not followed', hint: 'name the file that it points to' },
  EISDIR: { code: 'is-a-directory', message: 'it is a folder', hint: 'name a file' },
  EEXIST: { code: 'exists', message: 'a file of this name exists already', hint: 'move it away, or choose another place' },
  EBUSY: { code: 'busy', message: 'another program holds the file', hint: 'close it there and run again' },
  ETXTBSY: { code: 'busy', message: 'another program holds the file', hint: 'close it there and run again' },
  ENAMETOOLONG: { code: 'name-too-long', message: 'the path is too long', hint: 'shorten the path' },
  ERR_INVALID_ARG_VALUE: { code: 'bad-name', message: 'this can be no file name', hint: 'file names hold no NUL byte' },
};

/** The system's error as ours. `doing` says what was tried: `opening it`. Ours pass through; what is no system error is rethrown. */
export function ioErrorOf(error: unknown, doing: string): IoError {
  if (error instanceof IoError) return error;
  const errno = (error as NodeJS.ErrnoException | undefined)?.code;
  if (!(error instanceof Error) || typeof errno !== 'string' || !/^E[A-Z0-9_]+$/.test(errno)) throw error;
  const known = MEANING[errno];
  if (known === undefined) return new IoError('io-failed', `${doing} failed (${errno})`, 'the original was left as it was', errno);
  return new IoError(known.code, `${doing}: ${known.message} (${errno})`, known.hint, errno);
}

/** Runs one call on the system; its errors come out as `IoError`. */
export function attempt<T>(doing: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw ioErrorOf(error, doing);
  }
}

/** Runs one asynchronous call on the system; its errors come out as `IoError`. */
export async function attemptAsync<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw ioErrorOf(error, doing);
  }
}

/** As reports show it: a file that could not be proven clean. */
export function unreadableOfIo({ code, message, hint }: IoError): Unreadable {
  return { code, byteOffset: 0, message, hint };
}
