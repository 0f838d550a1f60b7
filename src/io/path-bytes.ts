/** Paths as the file system has them: bytes, of whatever encoding or none. */

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const WINDOWS = process.platform === 'win32';

export function toPathBytes(path: Uint8Array | string): Buffer {
  return typeof path === 'string' ? Buffer.from(path) : Buffer.from(path.buffer, path.byteOffset, path.byteLength);
}

function isSeparator(byte: number | undefined): boolean {
  return byte === SLASH || (WINDOWS && byte === BACKSLASH);
}

export function joinBytes(directory: Buffer, name: Buffer): Buffer {
  if (directory.length === 0) return name;
  return isSeparator(directory[directory.length - 1])
    ? Buffer.concat([directory, name])
    : Buffer.concat([directory, Buffer.from([SLASH]), name]);
}

/** Where the last component starts. Trailing separators belong to it. */
function nameStart(path: Buffer): number {
  let end = path.length;
  while (end > 1 && isSeparator(path[end - 1])) end--;
  let start = end;
  while (start > 0 && !isSeparator(path[start - 1])) start--;
  return start;
}

/** The folder that holds the path's last component: `.` where the path has only one. */
export function directoryOf(path: Buffer): Buffer {
  let end = nameStart(path);
  if (end === 0) return Buffer.from('.');
  while (end > 1 && isSeparator(path[end - 1])) end--;
  return path.subarray(0, end);
}

/** The path's last component, without trailing separators. */
export function nameOf(path: Buffer): Buffer {
  let end = path.length;
  while (end > 1 && isSeparator(path[end - 1])) end--;
  return path.subarray(nameStart(path), end);
}

/** The path of another name in the same folder, written as the path is. */
export function siblingOf(path: Buffer, name: Buffer): Buffer {
  return Buffer.concat([path.subarray(0, nameStart(path)), name]);
}
