import { inflate } from '../../bytes/inflate.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { shownText } from '../../metadata/text.js';
import { toldInText } from '../../metadata/told-in-text.js';

/** RFC 1952 2.3.1. */
const FLAG = Object.freeze({ header: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 });
const FIXED_BYTES = 10;

export interface GzipFile {
  readonly document: Uint8Array;
  /** Fields of the header that say something, by what they are. */
  readonly parts: readonly Part[];
  /** The first byte behind the last member. */
  readonly endOffset: number;
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** Reads a compressed document. Throws a reader's error where a member is broken or holds more than the limit. */
export function readGzip(source: Source, limits: Limits): GzipFile {
  if (source.byteLength > limits.payloadBytes)
    throw new LimitError('payloadBytes', 0, `a compressed document of ${source.byteLength} bytes`);
  const bytes = source.read(0, source.byteLength);
  const { parts, bodyOffset } = readGzipHeader(bytes);
  const first = inflate(bytes.subarray(bodyOffset), limits.inflatedBytes, bodyOffset, 'raw');
  const firstEnd = bodyOffset + first.consumedBytes + 8;
  if (firstEnd > bytes.byteLength) throw new FormatError('truncated', bytes.byteLength, 'the compressed document has no checksum');
  if (!isGzip(bytes.subarray(firstEnd))) return { document: first.bytes, parts, endOffset: firstEnd };
  // 2.2: members one after the other hold one document.
  const all = inflate(bytes, limits.inflatedBytes, 0, 'gzip');
  const region = { byteOffset: firstEnd, byteLength: all.consumedBytes - firstEnd };
  const members = opaquePart('gzip/members', 'unknown', region, 'more members, each with a header of its own');
  return { document: all.bytes, parts: [...parts, members], endOffset: all.consumedBytes };
}

/** The fields of the first member's header. Throws `FormatError` where it is cut off. */
export function readGzipHeader(bytes: Uint8Array): { parts: Part[]; bodyOffset: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const truncated = (): FormatError => new FormatError('truncated', bytes.byteLength, 'the compressed document ends within its header');
  if (bytes.byteLength < FIXED_BYTES) throw truncated();
  const flags = view[3] as number;
  const parts: Part[] = [];
  const region = (start: number, end: number): Region => ({ byteOffset: start, byteLength: end - start });
  if (view.readUInt32LE(4) !== 0)
    parts.push({
      path: 'gzip/time',
      carrier: 'text',
      category: 'time',
      region: region(4, 8),
      required: false,
      note: 'when the file was compressed',
    });
  if ((flags & FLAG.reserved) !== 0) parts.push(opaquePart('gzip/flags', 'unknown', region(3, 4), 'reserved flags'));
  let at = FIXED_BYTES;
  if ((flags & FLAG.extra) !== 0) {
    if (at + 2 > bytes.byteLength) throw truncated();
    const end = at + 2 + view.readUInt16LE(at);
    if (end > bytes.byteLength) throw truncated();
    parts.push(opaquePart('gzip/extra', 'unknown', region(at, end), 'a field of a program’s own'));
    at = end;
  }
  for (const [flag, field] of [
    [FLAG.name, 'name'],
    [FLAG.comment, 'comment'],
  ] as const) {
    if ((flags & flag) === 0) continue;
    const nul = view.indexOf(0, at);
    if (nul < 0) throw truncated();
    const value = shownText(bytes.subarray(at, nul));
    if (nul > at)
      parts.push({
        path: `gzip/${field}`,
        carrier: 'text',
        category: 'text',
        alsoReveals: ['software', ...toldInText(value, 'text')],
        region: region(at, nul),
        required: false,
        value: seal(value),
      });
    at = nul + 1;
  }
  if ((flags & FLAG.header) !== 0) at += 2;
  if (at > bytes.byteLength) throw truncated();
  return { parts, bodyOffset: at };
}
