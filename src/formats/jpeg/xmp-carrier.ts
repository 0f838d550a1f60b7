import type { ReadContext } from '../../core/format.js';
import type { Plan } from '../../core/part.js';
import { readXmp, rewriteXmpForJpeg } from '../../metadata/xmp/read-xmp.js';
import { type AppSegment, buildSegment, MAX_DATA_BYTES } from './app-segment.js';
import { type Carried, Joined } from './joined.js';
import { xmpMarkBytes } from './segment-kind.js';

/** XMP part 3, 1.1.3.1: name and NUL, GUID, length of the whole, offset of this chunk, both big-endian. */
const EXTENSION_NAME = Buffer.from('http://ns.adobe.com/xmp/extension/\0', 'latin1');
const GUID_BYTES = 32;
const EXTENSION_HEADER_BYTES = EXTENSION_NAME.length + GUID_BYTES + 8;

interface Extension {
  readonly guid: string;
  readonly members: readonly AppSegment[];
}

/** Packets, each with the extension whose GUID it names, where that is whole. Chunks left over belong to none. */
export function readXmpCarriers(packets: readonly AppSegment[], chunks: readonly AppSegment[], context: ReadContext): Carried[] {
  const extensions = new Map(wholeExtensions(chunks, context).map((extension) => [extension.guid, extension]));
  return packets.map((packet) => {
    const guid = /HasExtendedXMP\s*(?:=\s*["']|>\s*)([0-9A-Fa-f]{32})/.exec(asText(packet))?.[1];
    const extension = guid === undefined ? undefined : extensions.get(guid.toUpperCase());
    if (guid !== undefined) extensions.delete(guid.toUpperCase());
    return readPacket(packet, extension, context);
  });
}

function asText({ data }: AppSegment): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
}

/** Chunks of one GUID that add up to the declared length, without gap or overlap. */
function wholeExtensions(chunks: readonly AppSegment[], { limits }: ReadContext): Extension[] {
  const sets = new Map<string, AppSegment[]>();
  for (const chunk of chunks) {
    if (chunk.byteLength < EXTENSION_HEADER_BYTES) continue;
    const guid = chunk.headText.slice(EXTENSION_NAME.length, EXTENSION_NAME.length + GUID_BYTES).toUpperCase();
    const set = sets.get(guid);
    if (set === undefined) sets.set(guid, [chunk]);
    else set.push(chunk);
  }
  const whole: Extension[] = [];
  for (const [guid, set] of sets) {
    const members = set.sort((a, b) => numbersOf(a).offset - numbersOf(b).offset);
    const { total } = numbersOf(members[0] as AppSegment);
    let at = 0;
    const fits = members.every((chunk) => {
      const numbers = numbersOf(chunk);
      const isNext = numbers.offset === at && numbers.total === total;
      at += chunk.byteLength - EXTENSION_HEADER_BYTES;
      return isNext;
    });
    if (fits && at === total && total <= limits.payloadBytes) whole.push({ guid, members });
  }
  return whole;
}

function numbersOf({ head }: AppSegment): { total: number; offset: number } {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const at = EXTENSION_NAME.length + GUID_BYTES;
  return { total: view.getUint32(at), offset: view.getUint32(at + 4) };
}

function readPacket(packet: AppSegment, extension: Extension | undefined, context: ReadContext): Carried {
  const markBytes = xmpMarkBytes(packet) ?? 0;
  const main = new Joined([packet], () => markBytes);
  const joined =
    extension === undefined
      ? main
      : new Joined([packet, ...extension.members], (segment) => (segment === packet ? markBytes : EXTENSION_HEADER_BYTES));
  const extended = extension === undefined ? undefined : new Joined(extension.members, () => EXTENSION_HEADER_BYTES).bytes;
  const place = { path: `${main.path}/XMP`, locate: main.locate, context };
  // What lies in segments elsewhere is shown where the packet is that speaks for it.
  const reading = readXmp(main.bytes, place, extended === undefined ? {} : { extended, locateExtended: () => joined.leader.region });
  const mark = packet.data.subarray(0, markBytes);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const rewritten = rewriteXmpForJpeg(reading, plan, MAX_DATA_BYTES - markBytes);
    if (rewritten === null) return null;
    const segment = buildSegment(packet.marker, mark, rewritten.main);
    const { extension: rest } = rewritten;
    return rest === undefined ? segment : Buffer.concat([segment, ...buildExtension(packet.marker, rest.guid, rest.bytes)]);
  };
  return joined.carried({ carrier: 'XMP', category: 'rendering', required: false, children: reading.parts, payload: { rewrite } });
}

function buildExtension(marker: number, guid: string, bytes: Uint8Array): Buffer[] {
  const room = MAX_DATA_BYTES - EXTENSION_HEADER_BYTES;
  const segments: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += room) {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(bytes.length, 0);
    numbers.writeUInt32BE(at, 4);
    segments.push(buildSegment(marker, EXTENSION_NAME, Buffer.from(guid, 'latin1'), numbers, bytes.subarray(at, at + room)));
  }
  return segments;
}
