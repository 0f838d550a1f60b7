import { namespaceOf } from './properties.js';
import { isBlank, leafText, type PropertyNode, RDF, X, XML, XMP_NOTE } from './rdf.js';
import type { XmlElement, XmlName } from './xml.js';

/** What goes into a packet. */
export interface PacketContent {
  readonly properties: readonly PropertyNode[];
  /** Fields of kept properties that do not go with them. */
  readonly left: ReadonlySet<PropertyNode>;
  /** New values for what was made less precise. */
  readonly values: ReadonlyMap<PropertyNode, string>;
  readonly toolkit?: string;
  readonly about?: string;
  /** XMP part 3, 1.1.3.1: the digest of the extended packet that belongs to this one. */
  readonly extendedGuid?: string;
  /** Gives a value or text as the input wrote it, where the reader has replaced a part of it by a mark. */
  readonly restore: (markup: string) => string;
}

/** XMP part 1, 7.3.2: the packet with its wrapper. No padding: nothing here is ever written in place. */
export function serializePacket(content: PacketContent, isWritable: boolean): Uint8Array {
  const xml = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${metaOf(content)}<?xpacket end="${isWritable ? 'w' : 'r'}"?>`;
  return Buffer.from(xml, 'utf8');
}

/** XMP part 3, 1.1.3.1: the extended packet has no wrapper. */
export function serializeExtended(content: PacketContent): Uint8Array {
  return Buffer.from(metaOf(content), 'utf8');
}

function metaOf(content: PacketContent): string {
  const prefixes = new Prefixes();
  const writer = new Writer(content, prefixes);
  const attributes: string[] = [];
  const elements: PropertyNode[] = [];
  const taken = new Set<string>();
  for (const property of content.properties) {
    const name = `${property.uri} ${property.local}`;
    // One tag cannot hold an attribute twice.
    if (property.kind === 'attribute' && !taken.has(name)) attributes.push(writer.attribute(property));
    else elements.push(property);
    if (property.kind === 'attribute') taken.add(name);
  }
  if (content.extendedGuid !== undefined) {
    attributes.push(` ${prefixes.nameOf({ uri: XMP_NOTE, local: 'HasExtendedXMP' })}="${content.extendedGuid}"`);
  }
  const body = elements.map((node) => (node.kind === 'attribute' ? writer.attributeAsElement(node) : writer.element(node))).join('');
  const toolkit = content.toolkit === undefined ? '' : ` x:xmptk="${escapeAttribute(content.toolkit)}"`;
  const about = ` rdf:about="${escapeAttribute(content.about ?? '')}"`;
  const rest = body === '' ? '/>' : `>${body}</rdf:Description>`;
  const xml =
    `<x:xmpmeta xmlns:x="${X}"${toolkit}><rdf:RDF xmlns:rdf="${RDF}">` +
    `<rdf:Description${about}${prefixes.declarations()}${attributes.join('')}${rest}</rdf:RDF></x:xmpmeta>`;
  return content.restore(xml);
}

/** Prefixes of the namespaces that are used, in the order of their use. */
class Prefixes {
  readonly #byUri = new Map<string, string>([
    [RDF, 'rdf'],
    [X, 'x'],
    [XML, 'xml'],
  ]);
  readonly #taken = new Set(['rdf', 'x', 'xml', 'xmlns']);
  /** The last number that each stem was given: a packet may have thousands of namespaces. */
  readonly #numbers = new Map<string, number>();
  readonly #declared: string[] = [];

  nameOf({ uri, local }: Pick<XmlName, 'uri' | 'local'>): string {
    if (uri === '') return local;
    let prefix = this.#byUri.get(uri);
    if (prefix === undefined) {
      prefix = this.#choose(uri === XMP_NOTE ? 'xmpNote' : (namespaceOf(uri)?.prefix ?? 'ns1'));
      this.#byUri.set(uri, prefix);
      this.#declared.push(` xmlns:${prefix}="${escapeAttribute(uri)}"`);
    }
    return `${prefix}:${local}`;
  }

  #choose(wanted: string): string {
    const stem = wanted.replace(/\d+$/, '');
    let prefix = wanted;
    let number = this.#numbers.get(stem) ?? 1;
    while (this.#taken.has(prefix)) prefix = `${stem}${++number}`;
    this.#numbers.set(stem, number);
    this.#taken.add(prefix);
    return prefix;
  }

  declarations(): string {
    return this.#declared.join('');
  }
}

class Writer {
  constructor(
    readonly content: PacketContent,
    readonly prefixes: Prefixes,
  ) {}

  attribute(node: PropertyNode & { kind: 'attribute' }): string {
    const name = this.prefixes.nameOf(node);
    return ` ${name}="${escapeAttribute(this.content.values.get(node) ?? node.value)}"`;
  }

  attributeAsElement(node: PropertyNode & { kind: 'attribute' }): string {
    const name = this.prefixes.nameOf(node);
    return `<${name}>${escapeText(this.content.values.get(node) ?? node.value)}</${name}>`;
  }

  /** Depth is bounded by the parser. */
  element(element: XmlElement): string {
    const name = this.prefixes.nameOf(element);
    let tag = `<${name}`;
    for (const attribute of element.attributes) if (!this.content.left.has(attribute)) tag += this.attribute(attribute);
    const body = this.#body(element);
    return body === '' ? `${tag}/>` : `${tag}>${body}</${name}>`;
  }

  #body(element: XmlElement): string {
    const text = this.content.values.get(element) ?? leafText(element);
    if (text !== undefined) return escapeText(text);
    let body = '';
    for (const child of element.children) {
      if (child.kind === 'element') {
        if (!this.content.left.has(child)) body += this.element(child);
      } else if (!isBlank(child.value)) body += escapeText(child.value);
    }
    return body;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** XML 1.0 3.3.3 turns white space in attributes into blanks, but for what is escaped. */
function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (char) => ESCAPES[char] as string);
}

/** XML 1.0 2.11 turns a carriage return into a line feed, but for what is escaped. */
function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (char) => ESCAPES[char] as string);
}
