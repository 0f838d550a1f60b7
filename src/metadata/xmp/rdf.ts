import { namespaceOf, propertyInfo } from './properties.js';
import type { Span, XmlAttribute, XmlElement, XmlName, XmlText } from './xml.js';

export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
export const XML = 'http://www.w3.org/XML/1998/namespace';
export const X = 'adobe:ns:meta/';
export const XMP_NOTE = 'http://ns.adobe.com/xmp/note/';

/** A property of the resource, as an attribute of its description or as an element in it. */
export type PropertyNode = XmlAttribute | XmlElement;

/** What is in a packet that is no property. */
export interface Oddity extends Span {
  readonly kind: 'about' | 'toolkit' | 'attribute' | 'element' | 'text' | 'namespace';
  readonly value: string;
}

export interface RdfContent {
  readonly properties: readonly PropertyNode[];
  readonly oddities: readonly Oddity[];
}

/** Longer prefixes than any writer uses are a place to hide something. */
const LONGEST_PREFIX = 40;

export function isNamed(node: XmlName, uri: string, ...locals: readonly string[]): boolean {
  return node.uri === uri && locals.includes(node.local);
}

export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The properties of the packet (XMP part 1, 7.4); `undefined` where the XML is no XMP at all. */
export function readRdf(root: XmlElement): RdfContent | undefined {
  const reader = new RdfReader();
  if (isNamed(root, RDF, 'RDF')) reader.rdf(root);
  else if (isNamed(root, X, 'xmpmeta', 'xapmeta')) reader.meta(root);
  else return undefined;
  reader.namespaces(root);
  return reader;
}

class RdfReader implements RdfContent {
  readonly properties: PropertyNode[] = [];
  readonly oddities: Oddity[] = [];

  meta(root: XmlElement): void {
    for (const attribute of root.attributes) {
      const isToolkit = isNamed(attribute, X, 'xmptk', 'xaptk') || isNamed(attribute, '', 'xmptk', 'xaptk');
      this.#odd(isToolkit ? 'toolkit' : 'attribute', attribute, attribute.value);
    }
    for (const child of root.children) {
      if (child.kind === 'text') this.#text(child);
      else if (isNamed(child, RDF, 'RDF')) this.rdf(child);
      else this.#odd('element', child, '');
    }
  }

  rdf(rdf: XmlElement): void {
    for (const attribute of rdf.attributes) this.#odd('attribute', attribute, attribute.value);
    for (const child of rdf.children) {
      if (child.kind === 'text') this.#text(child);
      else if (isNamed(child, RDF, 'Description')) this.#description(child);
      // XMP part 1, 7.4: typed nodes are no part of XMP's use of RDF.
      else this.#odd('element', child, '');
    }
  }

  #description(description: XmlElement): void {
    for (const attribute of description.attributes) {
      if (isNamed(attribute, RDF, 'about') || isNamed(attribute, '', 'about')) {
        if (attribute.value !== '') this.#odd('about', attribute, attribute.value);
      } else if (attribute.uri === '' || attribute.uri === RDF || attribute.uri === XML) {
        this.#odd('attribute', attribute, attribute.value);
      } else this.properties.push(attribute);
    }
    for (const child of description.children) {
      if (child.kind === 'text') this.#text(child);
      else if (child.uri === '' || child.uri === RDF) this.#odd('element', child, '');
      else this.properties.push(child);
    }
  }

  /** Declarations that nothing uses and that name nothing known can say anything. */
  namespaces(root: XmlElement): void {
    const used = new Set<string>();
    const declared: XmlElement[] = [];
    forEachElement(root, (element) => {
      if (element.declarations.length > 0) declared.push(element);
      used.add(element.uri);
      for (const { uri } of element.attributes) used.add(uri);
    });
    for (const { declarations } of declared) {
      for (const declaration of declarations) {
        const uri = declaration.uri.trim();
        const isKnown = uri === X || uri === RDF || uri === XML || uri === XMP_NOTE || namespaceOf(uri) !== undefined || used.has(uri);
        if (!isKnown || declaration.prefix.length > LONGEST_PREFIX) this.#odd('namespace', declaration, `${declaration.prefix} ${uri}`);
      }
    }
  }

  #text(text: XmlText): void {
    if (!isBlank(text.value)) this.#odd('text', text, text.value);
  }

  #odd(kind: Oddity['kind'], { start, end }: Span, value: string): void {
    this.oddities.push({ kind, start, end, value });
  }
}

/** Depth is bounded by the parser. */
function forEachElement(element: XmlElement, visit: (element: XmlElement) => void): void {
  visit(element);
  for (const child of element.children) if (child.kind === 'element') forEachElement(child, visit);
}

/** A place for plain text: an attribute's value or the text of an element without child elements. */
export interface Leaf {
  readonly owner: PropertyNode;
  readonly value: string;
}

/** RDF's own words within a property's value, which say nothing of the picture. */
export function isRdfStructure(node: XmlName): boolean {
  return isNamed(node, RDF, 'Seq', 'Bag', 'Alt', 'li', 'Description', 'value', 'type');
}

/** The plain text of an element; `undefined` where it has child elements. */
export function leafText(element: XmlElement): string | undefined {
  if (element.children.length === 0) return '';
  const [only] = element.children;
  if (element.children.length === 1 && only?.kind === 'text') return only.value;
  if (element.children.some(({ kind }) => kind === 'element')) return undefined;
  return element.children.map((child) => (child.kind === 'text' ? child.value : '')).join('');
}

/** The fields of a structure, however it is written (XMP part 1, 7.6 and 7.9.2). */
export function structFields(property: XmlElement): PropertyNode[] {
  const fields: PropertyNode[] = [];
  const take = (element: XmlElement): void => {
    for (const attribute of element.attributes) if (attribute.uri !== RDF && attribute.uri !== XML) fields.push(attribute);
    for (const child of element.children) {
      if (child.kind === 'text') continue;
      if (isNamed(child, RDF, 'Description')) take(child);
      else fields.push(child);
    }
  };
  take(property);
  return fields;
}

/** True where the structure is made of fields alone, each a known one: only then can it be decided field by field. */
export function isPlainStruct(property: XmlElement): boolean {
  const isPlain = (element: XmlElement): boolean =>
    element.attributes.every(
      (attribute) =>
        (isNamed(attribute, RDF, 'parseType') && attribute.value === 'Resource') ||
        propertyInfo(attribute.uri, attribute.local) !== undefined,
    ) &&
    element.children.every((child) =>
      child.kind === 'text'
        ? isBlank(child.value)
        : isNamed(child, RDF, 'Description')
          ? element === property && isPlain(child)
          : propertyInfo(child.uri, child.local) !== undefined,
    );
  return isPlain(property);
}
