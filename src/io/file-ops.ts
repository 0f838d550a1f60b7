import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { type AttributeCopy, copyAttributes } from './attributes.js';

const fsyncAsync = promisify(fsync);

/**
 * Every call that reading and replacing a file makes on the system, so that tests can fail or stop at each. Errors are
 * Node's own (`code` holds the errno). Only what waits for the disk is asynchronous.
 */
export interface FileOps {
  open(path: Buffer, flags: number, mode?: number): number;
  close(fd: number): void;
  fstat(fd: number): BigIntStats;
  lstat(path: Buffer): BigIntStats;
  read(fd: number, into: Uint8Array, position: number): number;
  write(fd: number, bytes: Uint8Array, position: number): number;
  truncate(fd: number, sizeBytes: number): void;
  chmod(fd: number, mode: number): void;
  chown(fd: number, uid: number, gid: number): void;
  /** In nanoseconds since 1970; kept to about a microsecond. */
  utimes(fd: number, atimeNs: bigint, mtimeNs: bigint): void;
  /** Owner, mode, times, extended attributes and access lists from one open file to another. */
  copyAttributes(fromFd: number, toFd: number, paths: { readonly from: Buffer; readonly to: Buffer }): Promise<AttributeCopy>;
  link(from: Buffer, to: Buffer): void;
  rename(from: Buffer, to: Buffer): void;
  unlink(path: Buffer): void;
  sync(fd: number): Promise<void>;
}

/** The real file system. */
export const realFileOps: FileOps = Object.freeze({
  open: (path: Buffer, flags: number, mode?: number) => openSync(path, flags, mode),
  close: (fd: number) => closeSync(fd),
  fstat: (fd: number) => fstatSync(fd, { bigint: true }),
  lstat: (path: Buffer) => lstatSync(path, { bigint: true }),
  read: (fd: number, into: Uint8Array, position: number) => readSync(fd, into, 0, into.byteLength, position),
  write: (fd: number, bytes: Uint8Array, position: number) => writeSync(fd, bytes, 0, bytes.byteLength, position),
  truncate: (fd: number, sizeBytes: number) => ftruncateSync(fd, sizeBytes),
  chmod: (fd: number, mode: number) => fchmodSync(fd, mode),
  chown: (fd: number, uid: number, gid: number) => fchownSync(fd, uid, gid),
  utimes: (fd: number, atimeNs: bigint, mtimeNs: bigint) => futimesSync(fd, Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9),
  copyAttributes,
  link: (from: Buffer, to: Buffer) => linkSync(from, to),
  rename: (from: Buffer, to: Buffer) => renameSync(from, to),
  unlink: (path: Buffer) => unlinkSync(path),
  sync: (fd: number) => fsyncAsync(fd),
});

// Windows has neither; a symbolic link is refused by the check on the open file there.
const NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const NONBLOCK = constants.O_NONBLOCK ?? 0;

export const OPEN_TO_READ = constants.O_RDONLY | NOFOLLOW | NONBLOCK;
export const OPEN_IN_PLACE = constants.O_RDWR | NOFOLLOW | NONBLOCK;
export const OPEN_NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NOFOLLOW;
export const OPEN_DIRECTORY = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);
