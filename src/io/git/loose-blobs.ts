import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';

const inflateAsync = promisify(inflate);

/** What the first bytes of a loose object say of it (gitformat-loose in git's documentation: `type SP size NUL content`, deflated). */
export interface LooseHead {
  readonly type: string;
  readonly sizeBytes: number;
  /** The first bytes of the content. */
  readonly head: Buffer;
  /** All of the content. Rejects where the object is damaged or was taken away. */
  content(): Promise<Buffer>;
}

/** Enough deflated bytes for the header and the first few hundred of the content. */
const HEAD_FILE_BYTES = 4096;
const LONGEST_HEADER = 64;
const MUCH_MORE_BYTES = 64 * 1024;

/** The file of an object. */
function fileOf(objectsDir: string, oid: string): string {
  return join(objectsDir, oid.slice(0, 2), oid.slice(2));
}

/** True where the object lies in a file of its own in this folder. */
export async function isLoose(objectsDir: string, oid: string): Promise<boolean> {
  try {
    return (await stat(fileOf(objectsDir, oid))).isFile();
  } catch {
    return false;
  }
}

/**
 * Opens a loose object. The content is inflated on another thread in one piece, straight into a buffer of its size. `undefined`
 * where there is none, or it is not in the form that git writes: git itself then says what it is.
 */
export async function openLoose(objectsDir: string, oid: string, headBytes: number): Promise<LooseHead | undefined> {
  const path = fileOf(objectsDir, oid);
  try {
    const file = await open(path, 'r');
    try {
      const deflated = Buffer.allocUnsafe(HEAD_FILE_BYTES);
      const { bytesRead } = await file.read(deflated, 0, HEAD_FILE_BYTES, 0);
      // Not `finish`: the stream goes on. Bounded by what a few kilobytes may become at most.
      const start = inflateSync(deflated.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8 * 2 ** 20 });
      const end = start.subarray(0, LONGEST_HEADER).indexOf(0);
      const [, type, size] = /^([a-z]+) (\d+)$/.exec(start.toString('latin1', 0, Math.max(end, 0))) ?? [];
      const sizeBytes = Number(size);
      if (type === undefined || !Number.isSafeInteger(sizeBytes)) return undefined;
      return {
        type,
        sizeBytes,
        head: start.subarray(end + 1, end + 1 + headBytes),
        content: () => contentOf(path, end + 1, sizeBytes),
      };
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function contentOf(path: string, headerBytes: number, sizeBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  let deflated: Buffer;
  try {
    // Deflated bytes are hardly more than their content; before they are read into memory.
    if ((await file.stat()).size > sizeBytes + sizeBytes / 64 + MUCH_MORE_BYTES)
      throw new RangeError('the file is much longer than the object');
    deflated = await file.readFile();
  } finally {
    await file.close();
  }
  const wholeBytes = headerBytes + sizeBytes;
  // One byte more than there should be: an object that goes on is damaged, and is then found out.
  const whole = await inflateAsync(deflated, {
    chunkSize: Math.max(wholeBytes + 1, constants.Z_MIN_CHUNK),
    maxOutputLength: wholeBytes + 1,
  });
  if (whole.length !== wholeBytes) throw new RangeError('the object is not as long as it says');
  return whole.subarray(headerBytes);
}
