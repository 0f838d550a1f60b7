import type { XmlAside, XmlDocument, XmlLimits } from './xml.js';
import { parseXml, type Span } from './xml.js';

/** A serialised packet (XMP part 1, 7.3): the XML, its wrapper, and what lies around them. */
export interface Packet {
  readonly document: XmlDocument;
  /** Comments and processing instructions that are not the wrapper's own. */
  readonly asides: readonly XmlAside[];
  /** Bytes before and after that are neither the wrapper nor white space. */
  readonly strays: readonly Span[];
  /** Whether the wrapper says that the packet may be changed in place. */
  readonly isWritable: boolean;
}

/** What begins a packet, whatever the prefixes. */
const BEGINNING = /<\?xpacket[\s?]|<\?xml\s|<(?:[A-Za-z_][\w.-]{0,63}:)?(?:xmpmeta|xapmeta|RDF)[\s>/]/;

/** XMP part 1, 7.3.2.2: a header with its fixed id; older ones also told encoding and size. The mark is often garbled. */
const HEADER =
  /^xpacket begin=(?:"[\ufeff\ufffe\u00ef\u00bb\u00bf? ]{0,3}"|'[\ufeff\ufffe\u00ef\u00bb\u00bf? ]{0,3}')(?: id=(?:"W5M0MpCehiHzreSzNTczkc9d"|'W5M0MpCehiHzreSzNTczkc9d'))?(?: (?:bytes=["']\d{1,10}["']|encoding=["'][Uu][Tt][Ff]-(?:8|16|16le|16be|32)["'])){0,2}\s?$/i;

const TRAILER = /<\?xpacket\s{1,8}end\s?=\s?(["'])([rw])\1\s{0,8}\?>/y;

/** White space, and the NULs that some writers pad with. */
const BLANK = /[\s\0\ufeff]/;

/** `undefined` where no packet is found, or where its XML breaks a rule or a limit. */
export function readPacket(text: string, limits: XmlLimits): Packet | undefined {
  const start = BEGINNING.exec(text)?.index;
  if (start === undefined) return undefined;
  const document = parseXml(text, start, limits);
  if (document === undefined) return undefined;
  const strays: Span[] = [];
  const head = skipBlank(text, 0);
  if (head < start) strays.push({ start: head, end: start });
  let at = skipBlank(text, document.root.end);
  TRAILER.lastIndex = at;
  const trailer = TRAILER.exec(text);
  if (trailer !== null) at = skipBlank(text, TRAILER.lastIndex);
  if (at < text.length) strays.push({ start: at, end: text.length });
  return {
    document,
    asides: document.asides.filter(({ kind, value }, index) => index > 0 || kind !== 'instruction' || !HEADER.test(value)),
    strays,
    isWritable: trailer?.[2] !== 'r',
  };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.test(text.charAt(at))) at++;
  return at;
}
