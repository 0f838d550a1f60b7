import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import type { XmlDocument } from './document.js';

/** A range of the document. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Prefixes in scope, with the namespaces that they stand for. */
export type Scope = ReadonlyMap<string, string>;

/**
 * The part of a `metadata` element. RDF or an XMP packet within it is read property by property and written anew without what goes;
 * anything else goes and stays as a whole.
 */
export function metadataPart(document: XmlDocument, element: Stretch, scope: Scope, path: string, context: ReadContext): Part | undefined {
  const { text } = document;
  const region = document.regionOf(element.start, element.end);
  const open = text.indexOf('>', element.start) + 1;
  const close = text.lastIndexOf('</', element.end);
  // A name for the element itself says nothing; one for anything else would be kept in it.
  if (close < open || text.slice(open, close).trim() === '') return undefined;
  const whole: Part = {
    ...opaquePart(path, 'text', region, 'a metadata element'),
    category: 'text',
    alsoReveals: REVEALS_ANYTHING.filter((category) => category !== 'text'),
  };
  const inner = innerRdf(text, open, close);
  if (inner === undefined || !document.isUtf8) return whole;
  const { packet, isWork } = asDescription(withNamespaces(text.slice(inner.start, inner.end), scope));
  const bytes = Buffer.from(packet, 'latin1');
  const reading = readXmp(bytes, { path, locate: () => region, context });
  return {
    path,
    carrier: 'XMP',
    category: 'rendering',
    region,
    required: false,
    children: reading.parts,
    payload: {
      rewrite: (plan) => {
        const rewritten = reading.payload.rewrite(plan);
        return rewritten === null
          ? null
          : Buffer.concat([
              Buffer.from(text.slice(element.start, open), 'latin1'),
              isWork ? asWork(rewritten) : rewritten,
              Buffer.from(text.slice(close, element.end), 'latin1'),
            ]);
      },
    },
  };
}

/**
 * Editors of SVG write the properties of a document into a node of type `cc:Work`, which XMP does not know: read as a description,
 * and named again when it is written. The text of a licence that goes with it is that of its address.
 */
function asDescription(packet: string): { packet: string; isWork: boolean } {
  const works = packet.match(/<cc:Work[\s>]/g)?.length ?? 0;
  if (works !== 1 || packet.includes('<rdf:Description')) return { packet, isWork: false };
  const named = packet
    .replace(/<cc:License\b[^>]*\/>/g, '')
    .replace(/<cc:License\b[^>]*[^/]>[\s\S]*?<\/cc:License>/g, '')
    .replace(/<(\/?)cc:Agent\b/g, '<$1rdf:Description')
    .replace(/<(\/?)cc:Work\b/g, '<$1rdf:Description');
  return { packet: named, isWork: true };
}

/** The outermost description is the work, and those within it are its agents. */
function asWork(packet: Uint8Array): Uint8Array {
  const text = Buffer.from(packet).toString('latin1');
  const close = text.lastIndexOf('</rdf:Description');
  let seen = 0;
  const named = text.replace(/<(\/?)rdf:Description\b/g, (_, slash: string, at: number) => {
    const isOuter = slash === '' ? seen++ === 0 : at === close;
    return `<${slash}cc:${isOuter ? 'Work' : 'Agent'}`;
  });
  return Buffer.from(named, 'latin1');
}

/** The RDF element, or the XMP wrapper around it, where there is nothing else. */
function innerRdf(text: string, open: number, close: number): Stretch | undefined {
  const inner = text.slice(open, close);
  const match = /^\s*(?:<\?xpacket[^>]*\?>\s*)?(<(x:xmpmeta|x:xapmeta|rdf:RDF)[\s>])/.exec(inner);
  if (match === null) return undefined;
  const start = open + (match[0].length - (match[1] as string).length);
  const endTag = `</${match[2]}>`;
  const at = inner.lastIndexOf(endTag);
  if (at < 0) return undefined;
  const rest = inner.slice(at + endTag.length);
  if (!/^\s*(?:<\?xpacket[^>]*\?>\s*)?$/.test(rest)) return undefined;
  return { start, end: open + at + endTag.length };
}

/** The element with the namespaces declared that it takes from around it. */
function withNamespaces(element: string, scope: Scope): string {
  const head = element.slice(0, element.indexOf('>'));
  const missing = [...scope]
    .filter(([prefix]) => prefix !== '' && prefix !== 'xml' && !new RegExp(`\\sxmlns:${prefix.replace(/[.]/g, '\\.')}\\s*=`).test(head))
    .filter(([prefix]) => element.includes(`${prefix}:`))
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri.replaceAll('"', '&quot;')}"`);
  return missing.length === 0 ? element : element.replace(/^<[^\s>/]+/, (name) => `${name}${missing.join('')}`);
}
