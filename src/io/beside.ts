import type { Source } from '../core/source.js';
import { type FileOps, OPEN_DIRECTORY, OPEN_NEW } from './file-ops.js';
import { FileSource } from './file-source.js';
import { attempt, attemptAsync } from './io-error.js';
import { directoryOf, joinBytes } from './path-bytes.js';
import { newTempName, releaseTempName, type TempKind } from './temp-name.js';

/** Let other work have a turn after this much was written. */
const TURN_BYTES = 16 * 2 ** 20;

/** A private new file in the folder of the one it shall replace. Open until `close`, there until `keep` or `discard`. */
export class Beside {
  readonly path: Buffer;
  readonly fd: number;
  readonly #name: Buffer;
  #open = true;
  #there = true;

  constructor(
    target: Buffer,
    kind: TempKind,
    private readonly ops: FileOps,
  ) {
    this.#name = newTempName(kind);
    this.path = joinBytes(directoryOf(target), this.#name);
    try {
      this.fd = attempt('writing beside it', () => ops.open(this.path, OPEN_NEW, 0o600));
    } catch (error) {
      releaseTempName(this.#name);
      throw error;
    }
  }

  /** Writes all pieces from byte 0 on. Returns how many bytes that were. */
  write(pieces: Iterable<Uint8Array>): Promise<number> {
    return writePieces(this.fd, pieces, this.ops);
  }

  /** Flushes to the disk, then closes. */
  async finish(): Promise<void> {
    await attemptAsync('flushing to the disk', () => this.ops.sync(this.fd));
    this.close();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    attempt('closing the new file', () => this.ops.close(this.fd));
  }

  /** Reads back what was written and has it looked at. */
  async check<T>(verify: (output: Source) => Promise<T>): Promise<T> {
    return verify(
      new FileSource(
        this.fd,
        attempt('looking at the new file', () => this.ops.fstat(this.fd)),
        this.ops,
      ),
    );
  }

  /** Gives the file its final name, over whatever has it. */
  moveTo(path: Buffer): void {
    attempt('putting the new file in place', () => this.ops.rename(this.path, path));
    this.#there = false;
    releaseTempName(this.#name);
  }

  /** Takes the file away, if it is still here. Never throws: it runs where something has failed already. */
  discard(): void {
    try {
      this.close();
    } catch {
      // The descriptor is gone in any case.
    }
    if (!this.#there) return;
    this.#there = false;
    try {
      this.ops.unlink(this.path);
    } catch {
      // It stays as a stray with our name on it; the next run takes it away.
    }
    releaseTempName(this.#name);
  }

  /** Leaves the file to the next run: it is needed to finish what could not be finished. */
  leaveForNextRun(): void {
    this.#there = false;
    releaseTempName(this.#name);
  }
}

/** Writes all pieces from `start` on. Returns the position after the last byte. */
export async function writePieces(fd: number, pieces: Iterable<Uint8Array>, ops: FileOps, start = 0): Promise<number> {
  let position = start;
  let turnAt = start + TURN_BYTES;
  for (const piece of pieces) {
    let rest = piece;
    while (rest.byteLength > 0) {
      const count = attempt('writing', () => ops.write(fd, rest, position));
      position += count;
      rest = rest.subarray(count);
    }
    if (position >= turnAt) {
      turnAt = position + TURN_BYTES;
      await new Promise(setImmediate);
    }
  }
  return position;
}

/** Makes names that were changed in a folder survive a power cut, where the system can. */
export async function syncDirectory(directory: Buffer, ops: FileOps): Promise<void> {
  // Windows opens no folders; the rename is in its journal.
  if (process.platform === 'win32') return;
  const fd = attempt('opening the folder', () => ops.open(directory, OPEN_DIRECTORY));
  try {
    await ops.sync(fd);
  } catch (error) {
    // Some network and FUSE file systems cannot flush a folder.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      await attemptAsync('flushing the folder', () => Promise.reject(error));
    }
  } finally {
    ops.close(fd);
  }
}
