import { IoError } from './io-error.js';

/** Longer than any path a system takes. */
const MAX_NAME_BYTES = 65_536;

/**
 * File names from a stream, each ended by a NUL byte (the last one need not be): `find -print0`, `git diff -z`. Bytes, not
 * text: names need not be UTF-8. Throws `IoError` (`name-too-long`) where the stream is no list of names.
 */
export async function* namesFromStream(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      const name = Buffer.concat([...pending, bytes.subarray(start, end)]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (name.length > 0) yield name;
    }
    pending.push(bytes.subarray(start));
    pendingBytes += bytes.length - start;
    if (pendingBytes > MAX_NAME_BYTES) {
      throw new IoError(
        'name-too-long',
        `no NUL byte within ${MAX_NAME_BYTES} bytes of the list of names`,
        'end each name with a NUL byte, as find -print0 does',
      );
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}
