import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

const LIMIT = { maxOutputLength: 8 << 20 };

/** How deep a stream within a stream is followed. */
const DEPTH = 2;

/** A file's bytes and what can be made of them: a private word can hide in a stream. Independent of the code under test. */
export function haystacks(bytes: Buffer, depth = 0): Buffer[] {
  const found = [bytes];
  if (depth >= DEPTH) return found;
  for (const inner of [...streams(bytes), ...digits(bytes)]) found.push(...haystacks(inner, depth + 1));
  return found;
}

/** zlib, gzip, zip and Brotli streams wherever one may start. */
function* streams(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at + 2 < bytes.length; at++) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    if (first === 0x78 && (second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda))
      yield* tried(() => inflateSync(bytes.subarray(at), LIMIT));
    else if (first === 0x1f && second === 0x8b) yield* tried(() => gunzipSync(bytes.subarray(at), LIMIT));
    else if (first === 0x50 && bytes.toString('latin1', at, at + 4) === 'PK\x03\x04' && at + 30 <= bytes.length)
      yield* tried(() => inflateRawSync(bytes.subarray(at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)), LIMIT));
    else if (first === 0x62 && at >= 4 && bytes.toString('latin1', at, at + 4) === 'brob')
      yield* tried(() => brotliDecompressSync(bytes.subarray(at + 8, at - 4 + bytes.readUInt32BE(at - 4)), LIMIT));
  }
}

function* tried(decompress: () => Buffer): Generator<Buffer> {
  try {
    yield decompress();
  } catch {
    // No stream starts here.
  }
}

/** Hexadecimal digits over several lines, as raw profiles in PNG text are written, and base64, as SVG carries pictures. */
function* digits(bytes: Buffer): Generator<Buffer> {
  const text = bytes.toString('latin1');
  for (const [run] of text.matchAll(/(?:[0-9a-fA-F]{16,}\s+)+[0-9a-fA-F]+/g)) yield Buffer.from(run.replace(/\s/g, ''), 'hex');
  for (const [run] of text.matchAll(/[A-Za-z0-9+/]{40,}(?:\s{1,8}[A-Za-z0-9+/]{4,})*={0,2}/g)) yield Buffer.from(run, 'base64');
}
