import { createHash } from 'node:crypto';
import type { Plan } from '../../core/part.js';
import type { PropertyNode } from './rdf.js';
import { contentOf, isTouched, type OpenPacket, type XmpPackets } from './rewrite.js';
import { type PacketContent, serializeExtended, serializePacket } from './serialize.js';

/** What goes into a JPEG file's APP1 segments. */
export interface JpegXmp {
  /** The standard packet. */
  readonly main: Uint8Array;
  /** The extended packet, whole; the caller cuts it into segments, each of which repeats the digest: 32 hexadecimal digits. */
  readonly extension?: { readonly guid: string; readonly bytes: Uint8Array };
}

/** XMP part 3, 1.1.3.1: what fits into one APP1 segment beside its length and namespace. */
const STANDARD_XMP_BYTES = 65_502;

/**
 * Writes both packets anew: in one standard packet of at most `maxMainBytes` where that holds them, else the longest
 * properties go into the extended one. `null` where no property is left.
 */
export function rewriteXmpForJpeg(reading: XmpPackets, plan: Plan, maxMainBytes = STANDARD_XMP_BYTES): JpegXmp | null {
  const [main, extended] = reading.packets as [OpenPacket, OpenPacket | undefined];
  if (!reading.packets.some((packet) => isTouched(packet, plan))) return withExtension(main.bytes, extended?.bytes, reading.extendedGuid);
  // What could not be read stays or goes as it is; there is nothing to merge it into.
  if (main.isOpaque && !isTouched(main, plan)) return { main: main.bytes };
  const content = contentOf(reading.packets, plan);
  if (extended?.isOpaque === true && !isTouched(extended, plan)) {
    const guid = guidOf(extended.bytes);
    return withExtension(serializePacket({ ...content, extendedGuid: guid }, main.isWritable), extended.bytes, guid);
  }
  if (content.properties.length === 0) return null;
  const whole = serializePacket(content, main.isWritable);
  return whole.byteLength <= maxMainBytes ? { main: whole } : split(content, whole.byteLength, maxMainBytes, main.isWritable);
}

function withExtension(main: Uint8Array, bytes: Uint8Array | undefined, guid: string | undefined): JpegXmp {
  return bytes === undefined ? { main } : { main, extension: { guid: guid ?? guidOf(bytes), bytes } };
}

/** Moves the longest properties out until the rest fits. */
function split(content: PacketContent, wholeBytes: number, maxMainBytes: number, isWritable: boolean): JpegXmp {
  const bySize = content.properties
    .map((node) => ({ node, sizeBytes: serializeExtended({ ...content, properties: [node] }).byteLength }))
    .sort((one, other) => other.sizeBytes - one.sizeBytes);
  const moved = new Set<PropertyNode>();
  let rest = wholeBytes + LINK_BYTES;
  for (const { node, sizeBytes } of bySize) {
    if (rest <= maxMainBytes) break;
    moved.add(node);
    rest -= Math.max(0, sizeBytes - EMPTY_BYTES);
  }
  const { toolkit: _toolkit, about: _about, ...bare } = content;
  const bytes = serializeExtended({ ...bare, properties: content.properties.filter((node) => moved.has(node)) });
  const guid = guidOf(bytes);
  const properties = content.properties.filter((node) => !moved.has(node));
  return withExtension(serializePacket({ ...content, properties, extendedGuid: guid }, isWritable), bytes, guid);
}

/** More than an empty packet's markup and the namespace of one property take, so that the rest is never underestimated. */
const EMPTY_BYTES = 1024;
/** More than the property takes that names the extended packet. */
const LINK_BYTES = 128;

function guidOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase();
}
