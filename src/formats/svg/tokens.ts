import { FormatError, LimitError } from '../../core/error.js';

/** Offsets are indices into the document's text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Attribute {
  /** With its prefix. */
  readonly name: string;
  /** From the white space in front of it to its closing quote. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export type Token =
  | (Span & { readonly kind: 'text' | 'cdata' | 'comment' })
  | (Span & { readonly kind: 'instruction'; readonly target: string })
  | (Span & { readonly kind: 'doctype' })
  | (Span & { readonly kind: 'start'; readonly name: string; readonly attributes: readonly Attribute[]; readonly empty: boolean })
  | (Span & { readonly kind: 'end'; readonly name: string });

const SPACE = /[ \t\r\n]/;
const NAME_END = /[ \t\r\n=/>"'<]/g;
const NAME = /^[A-Za-z_:\x80-\uffff][\w:.\-\x80-\uffff]*$/;

/** Attributes of one element. */
const MOST_ATTRIBUTES = 10_000;

/**
 * The tokens of an XML document, one after the other, without a gap. No entity is expanded. Throws `FormatError`
 * (`svg-not-well-formed`) where the text is not XML. Linear in its length.
 */
export function* tokensOf(text: string, from: number): Generator<Token> {
  let at = from;
  while (at < text.length) {
    const token = text.charCodeAt(at) === 0x3c ? markupAt(text, at) : textAt(text, at);
    yield token;
    at = token.end;
  }
}

function fail(at: number, what: string): FormatError {
  return new FormatError('svg-not-well-formed', at, `the document is no well-formed XML: ${what}`);
}

function textAt(text: string, start: number): Token {
  const end = text.indexOf('<', start);
  return { kind: 'text', start, end: end < 0 ? text.length : end };
}

function closed(text: string, start: number, open: string, close: string, what: string): number {
  const end = text.indexOf(close, start + open.length);
  if (end < 0) throw fail(start, `${what} has no end`);
  return end + close.length;
}

function markupAt(text: string, start: number): Token {
  if (text.startsWith('<!--', start)) return { kind: 'comment', start, end: closed(text, start, '<!--', '-->', 'a comment') };
  if (text.startsWith('<![CDATA[', start)) return { kind: 'cdata', start, end: closed(text, start, '<![CDATA[', ']]>', 'a CDATA section') };
  if (text.startsWith('<?', start)) {
    const end = closed(text, start, '<?', '?>', 'a processing instruction');
    return { kind: 'instruction', start, end, target: /^[^\s?]*/.exec(text.slice(start + 2, Math.min(end, start + 66)))?.[0] ?? '' };
  }
  if (text.startsWith('<!DOCTYPE', start)) return { kind: 'doctype', start, end: doctypeEnd(text, start) };
  if (text.startsWith('</', start)) {
    const end = closed(text, start, '</', '>', 'an end tag');
    const name = text.slice(start + 2, end - 1).trimEnd();
    if (!NAME.test(name)) throw fail(start, 'an end tag has no name');
    return { kind: 'end', start, end, name };
  }
  return startTag(text, start);
}

/** XML 1.0, 2.8: quotes and comments of the internal subset may hold any bracket. */
function doctypeEnd(text: string, start: number): number {
  let inSubset = false;
  for (let at = start + 9; at < text.length; ) {
    const character = text[at] as string;
    if (character === '"' || character === "'") at = closed(text, at, character, character, 'a quoted text');
    else if (text.startsWith('<!--', at)) at = closed(text, at, '<!--', '-->', 'a comment');
    else if (text.startsWith('<?', at)) at = closed(text, at, '<?', '?>', 'a processing instruction');
    else if (character === '[') {
      inSubset = true;
      at++;
    } else if (character === ']') {
      inSubset = false;
      at++;
    } else if (character === '>' && !inSubset) return at + 1;
    else at++;
  }
  throw fail(start, 'the document type has no end');
}

function nameEnd(text: string, at: number): number {
  NAME_END.lastIndex = at;
  return NAME_END.exec(text)?.index ?? text.length;
}

function startTag(text: string, start: number): Token {
  let at = nameEnd(text, start + 1);
  const name = text.slice(start + 1, at);
  if (!NAME.test(name)) throw fail(start, 'a tag has no name');
  const attributes: Attribute[] = [];
  for (;;) {
    const before = at;
    while (at < text.length && SPACE.test(text[at] as string)) at++;
    const character = text[at];
    if (character === '>') return { kind: 'start', start, end: at + 1, name, attributes, empty: false };
    if (character === '/') {
      if (text[at + 1] !== '>') throw fail(at, 'a slash within a tag');
      return { kind: 'start', start, end: at + 2, name, attributes, empty: true };
    }
    if (character === undefined || at === before) throw fail(start, 'a tag has no end');
    if (attributes.length >= MOST_ATTRIBUTES)
      throw new LimitError('entryCount', start, `an element of more than ${MOST_ATTRIBUTES} attributes`);
    const attribute = attributeAt(text, before, at);
    attributes.push(attribute);
    at = attribute.end;
  }
}

function attributeAt(text: string, start: number, nameAt: number): Attribute {
  let at = nameEnd(text, nameAt);
  const name = text.slice(nameAt, at);
  if (!NAME.test(name)) throw fail(nameAt, 'an attribute has no name');
  while (SPACE.test(text[at] ?? '')) at++;
  if (text[at] !== '=') throw fail(nameAt, 'an attribute has no value');
  at++;
  while (SPACE.test(text[at] ?? '')) at++;
  const quote = text[at];
  if (quote !== '"' && quote !== "'") throw fail(nameAt, 'the value of an attribute is not quoted');
  const valueEnd = text.indexOf(quote, at + 1);
  if (valueEnd < 0) throw fail(nameAt, 'the value of an attribute has no end');
  return { name, start, end: valueEnd + 1, valueStart: at + 1, valueEnd };
}
