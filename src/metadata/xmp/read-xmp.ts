import type { Limits } from '../../core/limits.js';
import type { Part, Plan } from '../../core/part.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { decodeText, findPacket } from './decode.js';
import { type Entry, entriesOf } from './entries.js';
import { liftRuns } from './lift.js';
import { readPacket } from './packet.js';
import { isNamed, readRdf } from './rdf.js';
import { contentOf, isTouched, type OpenPacket, type XmpPackets } from './rewrite.js';
import { serializePacket } from './serialize.js';
import type { Span, XmlLimits } from './xml.js';

export { type JpegXmp, rewriteXmpForJpeg } from './rewrite-jpeg.js';

export interface XmpOptions {
  /** The extended packet of a JPEG file, joined from its segments (XMP part 3, 1.1.3.1). Its properties become parts below `…/ext`. */
  readonly extended?: Uint8Array;
  /** Maps ranges of the extended packet to the file; as those of the packet itself where not given. */
  readonly locateExtended?: PayloadPlace['locate'];
}

export interface XmpReading extends PayloadReading, XmpPackets {
  /** tiff:Orientation, 1 to 8, where the packet gives a valid one. */
  readonly orientation?: number;
}

const TIFF = 'http://ns.adobe.com/tiff/1.0/';

/** Characters of markup and text that are parsed, without what is lifted out: about a second's work. */
const PARSED_CHARACTERS = 4 * 2 ** 20;

/** Elements within elements for each level of nesting that a file may have: an ingredient's history takes eight. */
const ELEMENTS_PER_LEVEL = 8;

/**
 * Reads an XMP packet: one part for each property, and one for all else that the bytes hold beside white space. Never throws;
 * what is no packet, has a document type, is broken, too deep or too long becomes one opaque part.
 *
 * `payload.rewrite` gives a packet in UTF-8 with what the plan keeps, that of the extended packet too, and the bytes as they
 * are where the plan keeps everything.
 */
export function readXmp(bytes: Uint8Array, place: PayloadPlace, options: XmpOptions = {}): XmpReading {
  const { extended, locateExtended = place.locate } = options;
  const { limits } = place.context;
  const cut = textWithin(bytes, limits);
  const extendedCut = extended === undefined ? undefined : textWithin(extended, limits);
  const seen = new Set<string>();
  const others = extendedCut === undefined ? [] : [extendedCut.decoded.text];
  const main = openPacket(bytes, cut, others, { ...place, isExtended: false, hasExtended: extended !== undefined, limits, seen });
  const packets = [main];
  if (extended !== undefined) {
    const path = `${place.path}/ext`;
    const options = { path, locate: locateExtended, isExtended: true, hasExtended: false, limits, seen };
    packets.push(openPacket(extended, extendedCut, main.text === undefined ? [] : [main.text], options));
  }
  const orientation = orientationOf(main.entries);
  const guid = main.entries.find(({ role }) => role === 'link')?.value?.toUpperCase();
  return {
    parts: packets.flatMap(({ entries }) => entries.map(({ part }) => part)),
    payload: { rewrite: (plan: Plan): Uint8Array | null => rewrite(packets, plan) },
    packets,
    ...(orientation === undefined ? {} : { orientation }),
    ...(guid === undefined ? {} : { extendedGuid: guid }),
  };
}

/** True where one of the packets has the property, whatever its value. */
export function hasProperty(reading: XmpReading, uri: string, ...locals: readonly string[]): boolean {
  return reading.packets.some(({ entries }) => entries.some(({ node }) => node !== undefined && isNamed(node, uri, ...locals)));
}

function rewrite(packets: readonly OpenPacket[], plan: Plan): Uint8Array | null {
  const [main] = packets as [OpenPacket];
  if (!packets.some((packet) => isTouched(packet, plan))) return main.bytes;
  if (main.isOpaque && !isTouched(main, plan)) return main.bytes;
  const content = contentOf(packets, plan);
  return content.properties.length === 0 ? null : serializePacket(content, main.isWritable);
}

interface OpenOptions {
  readonly path: string;
  readonly locate: PayloadPlace['locate'];
  readonly isExtended: boolean;
  readonly hasExtended: boolean;
  readonly limits: Limits;
  readonly seen: Set<string>;
}

function openPacket(bytes: Uint8Array, cut: TextCut | undefined, others: readonly string[], options: OpenOptions): OpenPacket {
  const { path, locate, isExtended, hasExtended, limits, seen } = options;
  const opaque = (note: string): OpenPacket => {
    const part = opaquePart(isExtended ? path : `${path}/packet`, 'XMP', locate(0, bytes.byteLength), note);
    return { bytes, isExtended, isOpaque: true, isWritable: true, entries: [{ part, role: 'other' }], restore: (text) => text };
  };
  if (cut === undefined) return opaque('XMP that is no text, or too long');
  const lifted = liftRuns(cut.decoded, others);
  if (lifted.text.length > PARSED_CHARACTERS) return opaque('XMP too long to be parsed');
  const xmlLimits: XmlLimits = { depth: limits.nestingDepth * ELEMENTS_PER_LEVEL, nodes: limits.entryCount };
  const packet = readPacket(lifted.text, xmlLimits);
  const content = packet === undefined ? undefined : readRdf(packet.document.root);
  if (packet === undefined || content === undefined) return opaque('XMP that cannot be read');
  const locateSpan = ({ start, end }: Span): Part['region'] => {
    const from = lifted.byteOffsetOf(start);
    return locate(cut.start + from, lifted.byteOffsetOf(end) - from);
  };
  const entries = entriesOf(packet, content, { path, locate: locateSpan, hasExtended, seen });
  for (const [index, { start, end }] of cut.around.entries()) {
    entries.push({
      part: opaquePart(`${path}/around#${index}`, 'XMP', locate(start, end - start), 'bytes around the packet'),
      role: 'other',
    });
  }
  return { bytes, isExtended, isOpaque: false, isWritable: packet.isWritable, entries, restore: lifted.restore, text: lifted.text };
}

interface TextCut {
  readonly decoded: Parameters<typeof liftRuns>[0];
  /** Where the text begins in the bytes. */
  readonly start: number;
  /** Ranges of the bytes before and after the text. */
  readonly around: readonly Span[];
}

/** The bytes as text; where something else than text lies around a packet in UTF-8, the packet alone. */
function textWithin(bytes: Uint8Array, limits: Limits): TextCut | undefined {
  if (bytes.byteLength > limits.payloadBytes) return undefined;
  const whole = decodeText(bytes);
  if (whole !== undefined) return { decoded: whole, start: 0, around: [] };
  const found = findPacket(bytes);
  const decoded = found === undefined ? undefined : decodeText(bytes.subarray(found.start, found.end));
  if (found === undefined || decoded === undefined) return undefined;
  const around = [
    { start: 0, end: found.start },
    { start: found.end, end: bytes.byteLength },
  ].filter(({ start, end }) => end > start);
  return { decoded, start: found.start, around };
}

function orientationOf(entries: readonly Entry[]): number | undefined {
  const entry = entries.find(({ node }) => node !== undefined && isNamed(node, TIFF, 'Orientation'));
  const value = entry?.leaves?.[0]?.value.trim() ?? '';
  return /^[1-8]$/.test(value) ? Number(value) : undefined;
}
