import type { BigIntStats } from 'node:fs';
import { requireRange } from '../bytes/memory-source.js';
import { FormatError } from '../core/error.js';
import type { Source } from '../core/source.js';
import { type FileOps, OPEN_TO_READ, realFileOps } from './file-ops.js';
import { type FileIdentity, identityOf } from './identity.js';
import { attempt, IoError } from './io-error.js';
import { toPathBytes } from './path-bytes.js';

/** Read ahead this much at first, and up to that much while reads go on in order: jumps stay cheap, tiny reads too. */
const FIRST_WINDOW_BYTES = 4096;
const LARGEST_WINDOW_BYTES = 256 * 1024;

/** The bytes of an open file. What a read gives is never changed afterwards. */
export class FileSource implements Source {
  readonly byteLength: number;
  readonly identity: FileIdentity;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #windowBytes = FIRST_WINDOW_BYTES;
  #open = true;

  constructor(
    readonly fd: number,
    readonly stat: BigIntStats,
    readonly ops: FileOps,
  ) {
    this.byteLength = Number(stat.size);
    this.identity = identityOf(stat);
  }

  /** Throws `FormatError` (`truncated`) also where the file has become shorter since it was opened; `IoError` where the disk fails. */
  read(byteOffset: number, byteLength: number): Uint8Array {
    requireRange(this.byteLength, byteOffset, byteLength);
    const inWindow = byteOffset - this.#windowStart;
    if (inWindow >= 0 && inWindow + byteLength <= this.#window.byteLength) return this.#window.subarray(inWindow, inWindow + byteLength);
    if (byteLength >= this.#windowBytes) return this.#fill(byteOffset, byteLength, byteLength);
    const goesOn = inWindow >= 0 && inWindow <= this.#window.byteLength + FIRST_WINDOW_BYTES;
    this.#windowBytes = goesOn ? Math.min(this.#windowBytes * 2, LARGEST_WINDOW_BYTES) : FIRST_WINDOW_BYTES;
    this.#window = this.#fill(byteOffset, byteLength, Math.max(byteLength, Math.min(this.#windowBytes, this.byteLength - byteOffset)));
    this.#windowStart = byteOffset;
    return this.#window.subarray(0, byteLength);
  }

  /** Reads up to `wantedBytes`, at least `neededBytes`. */
  #fill(byteOffset: number, neededBytes: number, wantedBytes: number): Uint8Array {
    // A fresh buffer each time: earlier reads share memory with the earlier one.
    const into = Buffer.allocUnsafeSlow(wantedBytes);
    let filled = 0;
    while (filled < wantedBytes) {
      const count = attempt('reading it', () => this.ops.read(this.fd, into.subarray(filled), byteOffset + filled));
      if (count === 0) break;
      filled += count;
    }
    if (filled < neededBytes) throw new FormatError('truncated', byteOffset + filled, 'the file has become shorter while it was read');
    return into.subarray(0, filled);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.ops.close(this.fd);
    } catch {
      // Nothing was written through it: there is nothing to lose.
    }
  }
}

/**
 * Opens a regular file for reading; a symbolic link is not followed, a FIFO, device, socket or folder is refused without
 * waiting for it. Throws `IoError`. The caller closes it.
 */
export function openFileSource(path: Uint8Array | string, ops: FileOps = realFileOps): FileSource {
  const bytes = toPathBytes(path);
  // Looked at before it is opened: to open a device can already do something.
  requireRegular(attempt('looking at it', () => ops.lstat(bytes)));
  const fd = attempt('opening it', () => ops.open(bytes, OPEN_TO_READ));
  try {
    const stat = attempt('looking at it', () => ops.fstat(fd));
    requireRegular(stat);
    return new FileSource(fd, stat, ops);
  } catch (error) {
    ops.close(fd);
    throw error;
  }
}

/** Throws `IoError` unless it is a regular file. */
function requireRegular(stat: BigIntStats): void {
  if (stat.isFile()) return;
  const [code, what] = stat.isSymbolicLink()
    ? ['is-a-symlink', 'a symbolic link, and those are not followed']
    : stat.isDirectory()
      ? ['is-a-directory', 'a folder']
      : stat.isFIFO()
        ? ['is-a-fifo', 'a named pipe']
        : stat.isSocket()
          ? ['is-a-socket', 'a socket']
          : ['is-a-device', 'a device'];
  throw new IoError(code, `it is ${what}`, 'name a regular file');
}
