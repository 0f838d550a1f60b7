// Control characters, line and paragraph separators, and the bidirectional and zero-width marks that can make a
// terminal or a reader show something else than what is there (Trojan Source).
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}]/gu;

/** Text from outside, made safe for one line of a terminal: what cannot be shown is shown as `\x1b` or `\u{202e}`. */
export function displayText(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) as number;
    if (code === 0x0a) return '\\n';
    if (code === 0x0d) return '\\r';
    if (code === 0x09) return '\\t';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A file name's bytes, made safe for one line of a terminal: bytes that are not UTF-8 are shown as `\xff`. */
export function displayPath(path: string | Uint8Array): string {
  if (typeof path === 'string') return displayText(path);
  try {
    return displayText(utf8.decode(path));
  } catch {
    let shown = '';
    for (const byte of path) {
      shown += byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
    }
    return shown;
  }
}
