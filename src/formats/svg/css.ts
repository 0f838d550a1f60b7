/** A stretch of a style sheet that is not only style. Offsets are indices into the text. */
export interface CssFind {
  readonly kind: 'comment' | 'import' | 'address';
  readonly start: number;
  readonly end: number;
  /** Of an address: what is between the parentheses and the quotes. */
  readonly value?: { readonly start: number; readonly end: number };
}

/** Comments, imports and addresses of a style sheet or a style attribute (CSS Syntax 3), in order. Linear in its length. */
export function cssFinds(text: string, from: number, to: number): CssFind[] {
  const finds: CssFind[] = [];
  const pattern = /\/\*|@import\b|url\(/gi;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null && match.index < to; match = pattern.exec(text)) {
    const find = findAt(text, match.index, match[0].toLowerCase(), to);
    if (find === undefined) break;
    finds.push(find);
    pattern.lastIndex = find.end;
  }
  return finds;
}

function findAt(text: string, start: number, what: string, to: number): CssFind | undefined {
  const upTo = (close: string): number | undefined => {
    const at = text.indexOf(close, start + what.length);
    return at < 0 || at + close.length > to ? undefined : at + close.length;
  };
  if (what === '/*') return { kind: 'comment', start, end: upTo('*/') ?? to };
  if (what === '@import') return { kind: 'import', start, end: upTo(';') ?? to };
  const end = upTo(')');
  if (end === undefined) return undefined;
  const inner = text.slice(start + what.length, end - 1);
  const lead = /^\s*(?:"|'|&quot;|&apos;|&#0*3[49];)?/.exec(inner)?.[0].length ?? 0;
  const tail = /(?:"|'|&quot;|&apos;|&#0*3[49];)?\s*$/.exec(inner.slice(-16))?.[0].length ?? 0;
  const value = { start: start + what.length + lead, end: Math.max(start + what.length + lead, end - 1 - tail) };
  return { kind: 'address', start, end, value };
}
