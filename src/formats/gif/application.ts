import type { Carrier } from '../../core/carrier.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readIptc } from '../../metadata/iptc/read-iptc.js';
import { readJumbf } from '../../metadata/jumbf/read-jumbf.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import { locateFrom, locateWithin, opaquePart, type PayloadPlace, type PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifBlock } from '../exif-block.js';
import { type ExtensionBlock, joinSubBlocks, splitIntoSubBlocks } from './blocks.js';

/** GIF89a 26: eight characters of name and three of authentication, in a sub-block of their own. */
const NAME_BYTES = 11;

/** Introducer, label, size and name. */
const HEAD_BYTES = 3 + NAME_BYTES;

/** XMP part 3, 1.1.2: bytes that lead a walk over sub-blocks from any place in the packet to the end: 0x01, 0xFF down to 0x00, 0x00. */
const MAGIC_TRAILER = Uint8Array.from({ length: 258 }, (_, index) => (index === 0 ? 1 : index === 257 ? 0 : 0x100 - index));

export interface ApplicationReading {
  readonly part: Part;
  readonly iccProfile?: Uint8Array;
}

interface Carried extends PayloadReading {
  readonly carrier: Carrier;
  readonly required: boolean;
  readonly iccProfile?: Uint8Array;
  /** From the first sub-block of data on, with what ends the list. */
  wrap(bytes: Uint8Array): Uint8Array;
}

/**
 * An application extension: a loop count, or the metadata of another standard, or anything. Of several of one name the first is read;
 * of loop counts also the last, and the last before the first image, since viewers differ in which they take.
 */
export function readApplication(
  source: Source,
  block: ExtensionBlock,
  path: string,
  context: ReadContext,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): ApplicationReading {
  const region = { byteOffset: block.byteOffset, byteLength: block.endOffset - block.byteOffset };
  const opaque = (note: string): ApplicationReading => ({ part: opaquePart(path, 'application', region, note) });
  const name = nameOf(source, block);
  if (name === undefined) return opaque('an application extension without a proper name');
  if (LOOPS.has(name)) {
    const loop = isFirst || isLast ? loopPart(source, block, path, region) : undefined;
    return loop === undefined ? opaque('a loop count that viewers ignore') : { part: loop };
  }
  if (region.byteLength > context.limits.payloadBytes) return opaque('an application extension too long to be read');
  const carried = isFirst ? readCarried(name, source, block, path, region, context) : undefined;
  if (carried === undefined) return opaque('a private or unknown application extension');
  const { carrier, required, parts, payload, wrap, iccProfile } = carried;
  const head = source.read(block.byteOffset, HEAD_BYTES);
  const rewrite = (plan: Plan): Uint8Array | null => {
    const bytes = payload.rewrite(plan);
    return bytes === null ? null : Buffer.concat([head, wrap(bytes)]);
  };
  const part: Part = { path, carrier, category: 'rendering', region, required, children: parts, payload: { rewrite } };
  return iccProfile === undefined ? { part } : { part, iccProfile };
}

/** The extension's name and authentication code as ISO 8859-1. */
export function nameOf(source: Source, { subBlocks }: ExtensionBlock): string | undefined {
  const [first] = subBlocks;
  return first?.dataBytes === NAME_BYTES ? Buffer.from(source.read(first.byteOffset + 1, NAME_BYTES)).toString('latin1') : undefined;
}

/** Extensions that say how often an animation is shown. */
const LOOPS: ReadonlySet<string> = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

/** The first sub-block: its id, then the number of loops in 16 bits. Some viewers take it however long it is. */
const LOOP_ID = 1;
const LOOP_BYTES = 3;

/** `undefined` where it counts no loops. All that viewers look at is the count: anything else goes, and the count stays. */
function loopPart(source: Source, block: ExtensionBlock, path: string, region: Region): Part | undefined {
  const counted = block.subBlocks[1];
  if (counted === undefined || counted.dataBytes < LOOP_BYTES || source.read(counted.byteOffset + 1, 1)[0] !== LOOP_ID) return undefined;
  const rewrite = (): Uint8Array =>
    Buffer.concat([
      source.read(block.byteOffset, HEAD_BYTES),
      Uint8Array.of(LOOP_BYTES),
      source.read(counted.byteOffset + 1, LOOP_BYTES),
      Uint8Array.of(0),
    ]);
  const part: Part = { path, carrier: 'structure', category: 'rendering', region, required: true };
  const plain = rewrite();
  if (region.byteLength === plain.byteLength && Buffer.compare(source.read(region.byteOffset, region.byteLength), plain) === 0) return part;
  const more = opaquePart(`${path}/more`, 'unknown', region, 'more in a loop count than viewers look at');
  return { ...part, required: false, children: [more], payload: { rewrite } };
}

function readCarried(
  name: string,
  source: Source,
  block: ExtensionBlock,
  path: string,
  region: Region,
  context: ReadContext,
): Carried | undefined {
  if (name === 'XMP DataXMP') return readXmpExtension(source, block, path, context);
  const data = joinSubBlocks(source, block.subBlocks.slice(1), context.limits.payloadBytes);
  const place: PayloadPlace = { path, locate: locateWithin(region), context };
  const carried = { required: false, wrap: splitIntoSubBlocks };
  switch (name) {
    case 'ICCRGBG1012': {
      const { valid, ...icc } = readIcc(data, place);
      return valid ? { ...carried, ...icc, carrier: 'ICC', required: true, iccProfile: data } : undefined;
    }
    case 'C2PA_GIF\x01\0\0':
      return { ...carried, ...readJumbf(data, place), carrier: 'JUMBF' };
    case 'MGK8BIM0000':
      return { ...carried, ...photoshop(data, place), carrier: 'Photoshop' };
    case 'MGKIPTC0000':
      if (Buffer.from(data.subarray(0, 4)).toString('latin1') === '8BIM')
        return { ...carried, ...photoshop(data, place), carrier: 'Photoshop' };
      return { ...carried, ...readIptc(data, place), carrier: 'IPTC-IIM' };
    default:
      return undefined;
  }
}

function photoshop(data: Uint8Array, place: PayloadPlace): PayloadReading {
  return readPhotoshop(data, place, { exif: readExifBlock, xmp: readXmp });
}

/** The packet lies in the file as it is, without sub-blocks, before the magic trailer; some writers make sub-blocks of it all the same. */
function readXmpExtension(source: Source, block: ExtensionBlock, path: string, context: ReadContext): Carried {
  const dataOffset = block.byteOffset + HEAD_BYTES;
  const raw = source.read(dataOffset, block.endOffset - dataOffset);
  const packetBytes = raw.byteLength - MAGIC_TRAILER.byteLength;
  const isRaw = packetBytes >= 0 && Buffer.compare(raw.subarray(packetBytes), MAGIC_TRAILER) === 0;
  const region = { byteOffset: dataOffset, byteLength: raw.byteLength };
  const packet = isRaw ? raw.subarray(0, packetBytes) : joinSubBlocks(source, block.subBlocks.slice(1), context.limits.payloadBytes);
  const place: PayloadPlace = { path: `${path}/XMP`, locate: isRaw ? locateFrom(dataOffset) : locateWithin(region), context };
  const wrap = isRaw ? (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, MAGIC_TRAILER]) : splitIntoSubBlocks;
  return { ...readXmp(packet, place), carrier: 'XMP', required: false, wrap };
}
