/** A value as it is written (ISO 32000-2, 7.3). `start` and `end` are indices into the bytes that it was parsed from. */
export type PdfNode = AtomNode | NameNode | StringNode | ReferenceNode | ArrayNode | DictionaryNode;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A number, a boolean or null, by its text. */
interface AtomNode extends Span {
  readonly kind: 'atom';
  readonly text: string;
}

interface NameNode extends Span {
  readonly kind: 'name';
  /** Without the solidus, `#xx` decoded; one character for each byte. */
  readonly name: string;
}

/** Literal or hexadecimal, its delimiters included. */
export interface StringNode extends Span {
  readonly kind: 'string';
}

interface ReferenceNode extends Span {
  readonly kind: 'reference';
  readonly number: number;
  readonly generation: number;
}

interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly PdfNode[];
}

interface DictionaryNode extends Span {
  readonly kind: 'dictionary';
  readonly entries: readonly DictionaryEntry[];
}

export interface DictionaryEntry {
  readonly key: string;
  /** Where the key starts: what names an entry within its object. */
  readonly start: number;
  readonly value: PdfNode;
}

export function entryOf(node: PdfNode | undefined, key: string): DictionaryEntry | undefined {
  return node?.kind === 'dictionary' ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function lookUp(node: PdfNode | undefined, key: string): PdfNode | undefined {
  return entryOf(node, key)?.value;
}

export function nameIn(node: PdfNode | undefined): string | undefined {
  return node?.kind === 'name' ? node.name : undefined;
}

/** A whole number that is not negative and can be counted with. */
export function countIn(node: PdfNode | undefined): number | undefined {
  if (node?.kind !== 'atom' || !/^\+?\d{1,15}$/.test(node.text)) return undefined;
  return Number(node.text);
}

export function numberIn(node: PdfNode | undefined): number | undefined {
  if (node?.kind !== 'atom' || !/^[-+]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})$/.test(node.text)) return undefined;
  return Number(node.text);
}
