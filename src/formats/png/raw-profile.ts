/**
 * A profile as ImageMagick writes it into text: `\n<name>\n<length, padded to 8>\n<hex, 72 characters a line>\n`.
 * No standard describes it.
 */
export interface RawProfile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** True where the text goes on after the hex of the declared length (libavif 1.0 writes what was in memory there). */
  readonly hasMore: boolean;
}

const HEAD = /^\s*([\x21-\x7e][\x20-\x7e]{0,78})\s*\n\s*(\d{1,9})\s/;

/** How much of the text is looked at for name and length. */
const HEAD_CHARACTERS = 256;

/** Hex digits on one line. */
const LINE_DIGITS = 72;

/** `undefined` where the text is no such profile. */
export function decodeRawProfile(text: Uint8Array): RawProfile | undefined {
  const ascii = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const head = HEAD.exec(ascii.toString('latin1', 0, HEAD_CHARACTERS));
  if (head === null) return undefined;
  const [all, name, length] = head;
  const byteLength = Number(length);
  if (byteLength * 2 > ascii.length - all.length) return undefined;
  const bytes = Buffer.alloc(byteLength);
  let digits = 0;
  let at = all.length;
  for (; at < ascii.length && digits < byteLength * 2; at++) {
    const code = ascii[at] as number;
    const value = hexValue(code);
    if (value >= 0) {
      bytes[digits >> 1] = ((bytes[digits >> 1] as number) << 4) | value;
      digits++;
    } else if (!isSpace(code)) return undefined;
  }
  if (digits < byteLength * 2) return undefined;
  let hasMore = false;
  for (; at < ascii.length && !hasMore; at++) hasMore = !isSpace(ascii[at] as number);
  return { name: name as string, bytes, hasMore };
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function encodeRawProfile(name: string, bytes: Uint8Array): Uint8Array {
  const hex = Buffer.from(bytes).toString('hex');
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += LINE_DIGITS) lines.push(hex.slice(at, at + LINE_DIGITS));
  return Buffer.from(`\n${name}\n${String(bytes.byteLength).padStart(8)}\n${lines.join('\n')}\n`, 'latin1');
}
