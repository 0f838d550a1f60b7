import { asBuffer } from '../text.js';

/** One image resource block, or a run of bytes that is none. Offsets count from the start of the list. */
export type ResourceItem = ResourceBlock | { readonly kind: 'stray'; readonly start: number; readonly end: number };

export interface ResourceBlock {
  readonly kind: 'resource';
  /** `8BIM` for all that Adobe's specification names. */
  readonly type: string;
  readonly id: number;
  readonly start: number;
  /** The Pascal string's characters. */
  readonly name: { readonly start: number; readonly end: number };
  readonly data: { readonly start: number; readonly end: number };
  readonly end: number;
}

/** 8BIM, and what ImageReady, PhotoDeluxe, Photo Mechanic and others write in its place. */
const TYPES: ReadonlySet<string> = new Set(['8BIM', 'MeSa', 'PHUT', 'AgHg', 'DCSR']);

/** What may stand before the resources in a JPEG APP13 segment: Photoshop 3 and up, Photoshop 2.5. */
const HEADERS = ['Photoshop 3.0\0', 'Adobe_Photoshop2.5:'].map((text) => Buffer.from(text, 'latin1'));

/** Bytes before the first resource of an APP13 segment's content; `undefined` where it is no Photoshop segment. */
export function photoshopHeaderLength(segment: Uint8Array): number | undefined {
  return HEADERS.find((header) => asBuffer(segment.subarray(0, header.length)).equals(header))?.length;
}

/**
 * Walks a list of image resources by declared length. A resource that leaves the list ends it: it and all that follows
 * are one stray run, and so is what follows `maxResources` resources.
 */
export function walkResources(bytes: Uint8Array, maxResources: number): ResourceItem[] {
  const items: ResourceItem[] = [];
  let at = 0;
  while (at < bytes.length && items.length < maxResources) {
    const block = blockAt(bytes, at);
    if (block === undefined) break;
    items.push(block);
    at = block.end;
  }
  if (at < bytes.length) items.push({ kind: 'stray', start: at, end: bytes.length });
  return items;
}

function blockAt(bytes: Uint8Array, start: number): ResourceBlock | undefined {
  if (!isType(bytes, start) || start + 7 > bytes.length) return undefined;
  const view = asBuffer(bytes);
  const nameStart = start + 7;
  const nameEnd = nameStart + (bytes[start + 6] as number);
  // The length byte and the characters together are padded to an even size.
  const sizeAt = nameEnd + ((nameEnd - start) & 1);
  if (sizeAt + 4 > bytes.length) return undefined;
  const dataStart = sizeAt + 4;
  const dataEnd = dataStart + view.readUInt32BE(sizeAt);
  if (dataEnd > bytes.length) return undefined;
  return {
    kind: 'resource',
    type: view.toString('latin1', start, start + 4),
    id: view.readUInt16BE(start + 4),
    start,
    name: { start: nameStart, end: nameEnd },
    data: { start: dataStart, end: dataEnd },
    end: endAfterPadding(bytes, dataStart, dataEnd),
  };
}

/** Data is padded to an even size; some writers leave the pad byte out, the last block's may be missing. */
function endAfterPadding(bytes: Uint8Array, dataStart: number, dataEnd: number): number {
  if ((dataEnd - dataStart) % 2 === 0 || dataEnd >= bytes.length) return dataEnd;
  return isType(bytes, dataEnd) && !isType(bytes, dataEnd + 1) ? dataEnd : dataEnd + 1;
}

function isType(bytes: Uint8Array, at: number): boolean {
  return at + 4 <= bytes.length && TYPES.has(asBuffer(bytes).toString('latin1', at, at + 4));
}

/** A block of the same type and id with another name and other data. */
export function encodeResource(block: ResourceBlock, name: Uint8Array, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(7);
  head.write(block.type, 'latin1');
  head.writeUInt16BE(block.id, 4);
  head[6] = name.length;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const pad = (odd: number): Buffer => Buffer.alloc(odd & 1);
  return Buffer.concat([head, name, pad(1 + name.length), size, data, pad(data.length)]);
}
