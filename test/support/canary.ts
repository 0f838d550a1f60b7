import { gunzipSync, inflateSync } from 'node:zlib';
import type { AdversarialCanary } from './shared.js';

/** Every form in which a canary might survive: raw, UTF-16, reversed, hex, base64 at each alignment, byte-swapped. */
function formsOf(canary: Pick<AdversarialCanary, 'kind' | 'value' | 'forms'>): Buffer[] {
  if (canary.kind === 'bin')
    return (canary.forms ?? []).flatMap((hex) => [Buffer.from(hex, 'hex'), Buffer.from(hex), Buffer.from(hex.toUpperCase())]);
  const value = Buffer.from(canary.value ?? '');
  const utf16 = Buffer.from(canary.value ?? '', 'utf16le');
  const forms = [
    value,
    Buffer.from(value).reverse(),
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(value.toString('hex')),
    Buffer.from(value.toString('hex').toUpperCase()),
  ];
  for (let shift = 0; shift < 3; shift++) {
    const encoded = Buffer.concat([Buffer.alloc(shift), value])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((shift * 8) / 6);
    const last = (shift + value.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    if (last - first >= 6) forms.push(Buffer.from(encoded.slice(first, last)));
  }
  return forms;
}

/** The bytes and what inflates out of them, two levels deep: a canary can hide in a stream. */
function haystacks(bytes: Buffer, depth = 0): Buffer[] {
  const found = [bytes];
  if (depth >= 2) return found;
  for (let at = 0; at + 2 < bytes.length; at++) {
    const second = bytes[at + 1];
    const zlib = bytes[at] === 0x78 && (second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda);
    const gzip = bytes[at] === 0x1f && second === 0x8b;
    if (!zlib && !gzip) continue;
    try {
      const options = { maxOutputLength: 8 << 20 };
      found.push(...haystacks(zlib ? inflateSync(bytes.subarray(at), options) : gunzipSync(bytes.subarray(at), options), depth + 1));
    } catch {
      // No stream starts here.
    }
  }
  // Hexadecimal digits over several lines, as raw profiles in PNG text are written.
  for (const [run] of bytes.toString('latin1').matchAll(/(?:[0-9a-fA-F]{16,}\s+)+[0-9a-fA-F]+/g))
    found.push(Buffer.from(run.replace(/\s/g, ''), 'hex'));
  return found;
}

/** The canaries that are still in the bytes. */
export function canariesIn<T extends Pick<AdversarialCanary, 'kind' | 'value' | 'forms'>>(bytes: Buffer, canaries: readonly T[]): T[] {
  const stacks = haystacks(bytes);
  return canaries.filter((canary) => formsOf(canary).some((form) => stacks.some((stack) => stack.includes(form))));
}
