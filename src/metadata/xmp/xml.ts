import { SaxesParser } from 'saxes';

/** A name as namespaces in XML 1.0 define it; the prefix is only how this document writes it. */
export interface XmlName {
  readonly uri: string;
  readonly local: string;
  readonly prefix: string;
}

/** Where a node lies, in characters of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface XmlAttribute extends XmlName, Span {
  readonly kind: 'attribute';
  readonly value: string;
}

/** A namespace declaration. */
interface XmlDeclaration extends Span {
  readonly prefix: string;
  readonly uri: string;
}

export interface XmlText extends Span {
  readonly kind: 'text';
  readonly value: string;
}

/** A comment or a processing instruction: XMP gives neither a meaning. */
export interface XmlAside extends Span {
  readonly kind: 'comment' | 'instruction';
  readonly value: string;
}

export interface XmlElement extends XmlName {
  readonly kind: 'element';
  readonly start: number;
  end: number;
  readonly attributes: readonly XmlAttribute[];
  readonly declarations: readonly XmlDeclaration[];
  readonly children: (XmlElement | XmlText)[];
}

export interface XmlDocument {
  readonly root: XmlElement;
  /** Comments and processing instructions up to the root's end, wherever they lie. */
  readonly asides: readonly XmlAside[];
}

export interface XmlLimits {
  /** Elements within elements. */
  readonly depth: number;
  /** Elements, attributes, declarations, sections of character data and asides in all. */
  readonly nodes: number;
}

/** Why a text was not read. */
class Refusal extends Error {}

/** Thrown by the root's end: what follows is no part of the XML and need not be well-formed. */
class RootEnd extends Error {}

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * Parses the element that begins at `start` in the text, and nothing that follows it. Strict: no document type, no entity but
 * the five of XML itself, every prefix bound. Gives `undefined` where the text breaks a rule or a limit.
 */
export function parseXml(text: string, start: number, limits: XmlLimits): XmlDocument | undefined {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const builder = new TreeBuilder(limits, start, text);
  parser.on('error', () => {
    throw new Refusal('not well-formed');
  });
  // XMP part 1, 7.1 knows no document type; entities are how XML bombs and leaks of files are built.
  parser.on('doctype', () => {
    throw new Refusal('document type');
  });
  parser.on('comment', (value) => builder.aside('comment', value, '<!--', start + parser.position));
  parser.on('processinginstruction', ({ target, body }) =>
    builder.aside('instruction', `${target} ${body}`, '<?', start + parser.position),
  );
  parser.on('opentagstart', () => builder.beginTag(start + parser.position));
  parser.on('attribute', () => builder.endAttribute(start + parser.position));
  parser.on('opentag', (tag) => builder.open(tag, start + parser.position));
  parser.on('text', (value) => builder.text(value, start + parser.position));
  parser.on('cdata', (value) => builder.cdata(value, start + parser.position));
  parser.on('closetag', () => builder.close(start + parser.position));
  try {
    parser.write(start === 0 ? text : text.slice(start));
  } catch (error) {
    if (error instanceof RootEnd) return builder.document();
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  return undefined;
}

interface ParsedTag {
  readonly uri: string;
  readonly local: string;
  readonly prefix: string;
  readonly attributes: Readonly<Record<string, { uri: string; local: string; prefix: string; value: string }>>;
}

/** Builds the tree from the parser's events, in the order of the text. */
class TreeBuilder {
  readonly #limits: XmlLimits;
  readonly #asides: XmlAside[] = [];
  readonly #open: XmlElement[] = [];
  readonly #source: string;
  /** Where the last event ended. */
  #position: number;
  #tagStart = 0;
  #attributeSpans: Span[] = [];
  #root: XmlElement | undefined;
  #nodes = 0;

  constructor(limits: XmlLimits, start: number, source: string) {
    this.#limits = limits;
    this.#position = start;
    this.#source = source;
  }

  document(): XmlDocument | undefined {
    return this.#root === undefined ? undefined : { root: this.#root, asides: this.#asides };
  }

  beginTag(position: number): void {
    this.#count();
    this.#tagStart = this.#source.lastIndexOf('<', position - 1);
    this.#attributeSpans = [];
    this.#position = position;
  }

  endAttribute(position: number): void {
    this.#count();
    this.#attributeSpans.push({ start: this.#position, end: position });
    this.#position = position;
  }

  open(tag: ParsedTag, position: number): void {
    if (this.#open.length >= this.#limits.depth) throw new Refusal('depth');
    const attributes: XmlAttribute[] = [];
    const declarations: XmlDeclaration[] = [];
    // The parser keeps attributes in document order, by names that are unique within the tag.
    for (const [index, { uri, local, prefix, value }] of Object.values(tag.attributes).entries()) {
      const span = this.#attributeSpans[index] ?? { start: this.#tagStart, end: position };
      if (uri === XMLNS) declarations.push({ prefix: prefix === '' ? '' : local, uri: value, ...span });
      else attributes.push({ kind: 'attribute', uri, local, prefix, value, ...span });
    }
    const { uri, local, prefix } = tag;
    const element: XmlElement = {
      kind: 'element',
      uri,
      local,
      prefix,
      start: this.#tagStart,
      end: position,
      attributes,
      declarations,
      children: [],
    };
    this.#root ??= element;
    this.#open[this.#open.length - 1]?.children.push(element);
    this.#open.push(element);
    this.#position = position;
  }

  /** Plain text lies between other nodes, which bound its number; sections of character data need not. */
  cdata(value: string, position: number): void {
    this.#count();
    this.text(value, position);
  }

  text(value: string, position: number): void {
    const start = this.#position;
    this.#position = position;
    this.#open[this.#open.length - 1]?.children.push({ kind: 'text', value, start, end: position });
  }

  aside(kind: XmlAside['kind'], value: string, opening: string, position: number): void {
    this.#count();
    const start = Math.max(this.#source.lastIndexOf(opening, position - 1 - value.length), 0);
    this.#position = position;
    this.#asides.push({ kind, value, start, end: position });
  }

  close(position: number): void {
    const element = this.#open.pop();
    if (element !== undefined) element.end = position;
    this.#position = position;
    if (this.#open.length === 0) throw new RootEnd();
  }

  #count(): void {
    if (++this.#nodes > this.#limits.nodes) throw new Refusal('nodes');
  }
}
