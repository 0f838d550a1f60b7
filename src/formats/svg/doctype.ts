import { UnsupportedError } from '../../core/error.js';

interface Piece {
  readonly kind: 'entity' | 'comment' | 'instruction' | 'grammar';
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  /** Of a list of attributes: each that has a default value. */
  readonly defaults?: readonly { readonly name: string; readonly start: number; readonly end: number }[];
  /** The replacement text of an internal entity that holds neither markup nor references. */
  readonly plain?: string;
}

export interface DocumentType {
  readonly start: number;
  readonly end: number;
  /** The external identifier is one of the W3C's, or there is none. */
  readonly isPublic: boolean;
  /** From `[` to `]`. */
  readonly subset?: { readonly start: number; readonly end: number; readonly pieces: readonly Piece[] };
}

/** Longer than any namespace or style that editors put into entities. */
const PLAIN_CHARACTERS = 4096;

const DECLARATION = /<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)\b)/y;

/** Reads a document type declaration. Nothing that it refers to is fetched, nothing that it declares is expanded. */
export function readDoctype(text: string, start: number, end: number): DocumentType {
  const open = subsetStart(text, start, end);
  const head = text.slice(start, open ?? end);
  const isPublic = !/["']/.test(head) || /\bPUBLIC\s+["']-\/\/W3C\/\/(?:DTD|ENTITIES) (?:SVG|XHTML|MathML)/i.test(head);
  if (open === undefined) return { start, end, isPublic };
  const close = text.lastIndexOf(']', end);
  return { start, end, isPublic, subset: { start: open, end: close + 1, pieces: piecesOf(text, open + 1, close) } };
}

function subsetStart(text: string, start: number, end: number): number | undefined {
  let quote: string | undefined;
  for (let at = start; at < end; at++) {
    const character = text[at] as string;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') return at;
  }
  return undefined;
}

function piecesOf(text: string, start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = text.indexOf('<', start); at >= 0 && at < end; at = text.indexOf('<', at)) {
    const piece = pieceAt(text, at, end);
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

function pieceAt(text: string, start: number, end: number): Piece {
  const upTo = (close: string): number => {
    const at = text.indexOf(close, start);
    return at < 0 || at > end ? end : at + close.length;
  };
  if (text.startsWith('<!--', start)) return { kind: 'comment', start, end: upTo('-->') };
  if (text.startsWith('<?', start)) return { kind: 'instruction', start, end: upTo('?>') };
  if (!text.startsWith('<!ENTITY', start)) {
    const close = declarationEnd(text, start, end);
    const defaults = text.startsWith('<!ATTLIST', start) ? defaultsOf(text.slice(start, close), start) : undefined;
    return { kind: 'grammar', start, end: close, ...(defaults === undefined ? {} : { defaults }) };
  }
  DECLARATION.lastIndex = start;
  const match = DECLARATION.exec(text);
  const value = match?.[3] ?? match?.[4];
  const plain =
    match?.[1] === undefined && value !== undefined && value.length <= PLAIN_CHARACTERS && !/[<&%]/.test(value) ? value : undefined;
  return {
    kind: 'entity',
    start,
    end: declarationEnd(text, start, end),
    ...(match?.[2] === undefined ? {} : { name: match[2] }),
    ...(plain === undefined ? {} : { plain }),
  };
}

/** XML 1.0, 3.3: a name, a type, a default. Those without a value say nothing. */
const DEFAULT = /([\w:.-]+)\s+(?:[A-Z]+|(?:NOTATION\s*)?\([^()]*\))\s+(?:#FIXED\s+)?(?:"[^"]*"|'[^']*')/g;

function defaultsOf(declaration: string, start: number): Piece['defaults'] {
  return [...declaration.matchAll(DEFAULT)].map((match) => ({
    name: match[1] as string,
    start: start + match.index,
    end: start + match.index + match[0].length,
  }));
}

function declarationEnd(text: string, start: number, end: number): number {
  let quote: string | undefined;
  for (let at = start; at < end; at++) {
    const character = text[at] as string;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
  }
  return end;
}

const PREDEFINED = new Set(['lt', 'gt', 'amp', 'quot', 'apos']);

/** Adds the names of the entities that a stretch of text or an attribute refers to. */
export function addReferred(value: string, names: Set<string>): void {
  if (!value.includes('&')) return;
  for (const [, name] of value.matchAll(/&([A-Za-z_:][\w.:-]*);/g)) if (!PREDEFINED.has(name as string)) names.add(name as string);
}

/**
 * The plain texts of the entities that a document refers to. Throws `UnsupportedError` where one is not declared, is external,
 * or holds markup or other entities: what the document shows then depends on what is not expanded here.
 */
export function plainEntities(doctype: DocumentType | undefined, referred: ReadonlySet<string>): Map<string, string> {
  const plain = new Map<string, string>();
  for (const name of referred) {
    const piece = doctype?.subset?.pieces.find((each) => each.kind === 'entity' && each.name === name);
    if (piece?.plain === undefined)
      throw new UnsupportedError(
        'svg-entity',
        piece?.start ?? doctype?.start ?? 0,
        'the document depends on an entity that is external, not declared, or holds markup or other entities',
        'save it again with an editor that writes no entities',
      );
    plain.set(name, piece.plain);
  }
  return plain;
}

/** A value with its plain entities put in, for comparing namespaces; other references stay as they are. */
export function withEntities(value: string, plain: ReadonlyMap<string, string>): string {
  return value.includes('&') ? value.replace(/&([\w.:-]+);/g, (whole, name: string) => plain.get(name) ?? whole) : value;
}
