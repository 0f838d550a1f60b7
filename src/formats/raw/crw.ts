import { Cursor } from '../../bytes/cursor.js';
import type { Category } from '../../core/category.js';
import { FormatError, LimitError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { RawParts } from './raw-parts.js';

/** Canon CIFF 1.0 "Camera Image File Format": byte order, length of the header, `HEAPCCDR`. */
const HEADER_BYTES = 14;
const ROW_BYTES = 10;
/** A camera writes some hundred. */
const MAX_RECORDS = 4096;

const RAW_DATA = 0x2005;
const PICTURES: ReadonlySet<number> = new Set([0x2007, 0x2008]);

const RECORDS: Readonly<Record<number, readonly [name: string, category: Category]>> = {
  2053: ['Description', 'text'],
  2058: ['MakeModel', 'camera'],
  2059: ['FirmwareVersion', 'software'],
  2064: ['OwnerName', 'person'],
  2069: ['ImageType', 'camera'],
  2070: ['OriginalFileName', 'text'],
  2071: ['ThumbnailFileName', 'text'],
  4138: ['ShotInfo', 'camera'],
  4139: ['FocalLength', 'camera'],
  4141: ['CameraSettings', 'camera'],
  6155: ['SerialNumber', 'device'],
  6158: ['TimeStamp', 'time'],
  6160: ['ImageInfo', 'rendering'],
  6167: ['FileNumber', 'device'],
};

export function isCrw(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, HEADER_BYTES)).toString('latin1').slice(6) === 'HEAPCCDR' && (head[0] === 0x49 || head[0] === 0x4d);
}

/** Canon CRW: heaps of records, each with its directory at its end. Throws `FormatError` where the first cannot be read. */
export function readCrw(source: Source, context: ReadContext): Inspection {
  const littleEndian = source.read(0, 1)[0] === 0x49;
  const head = source.read(0, Math.min(HEADER_BYTES, source.byteLength));
  if (head.byteLength < HEADER_BYTES) throw new FormatError('truncated', 0, 'the header of a CRW file ends early');
  const start = new Cursor(head, littleEndian).u32(2);
  const parts = new RawParts(source, context);
  parts.add({ byteOffset: 0, byteLength: Math.min(start, source.byteLength) }, 'header');
  const reader = new HeapReader(source, context, parts, littleEndian);
  if (!reader.heap({ byteOffset: start, byteLength: source.byteLength - start }, 'heap', 0)) {
    throw new FormatError('crw-heap', start, 'the directory of the first heap does not lie in the file');
  }
  return parts.inspection(reader.pixels);
}

class HeapReader {
  readonly pixels: Region[] = [];
  #count = 0;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly parts: RawParts,
    readonly littleEndian: boolean,
  ) {}

  /** False where the directory does not lie within the heap. */
  heap({ byteOffset, byteLength }: Region, path: string, depth: number): boolean {
    const { source, littleEndian } = this;
    if (byteLength < 6 || byteOffset + byteLength > source.byteLength) return false;
    const end = byteOffset + byteLength;
    const tableAt = byteOffset + new Cursor(source.read(end - 4, 4), littleEndian).u32(0);
    if (tableAt + 2 > end - 4) return false;
    const count = new Cursor(source.read(tableAt, 2), littleEndian).u16(0);
    const tableBytes = 2 + count * ROW_BYTES;
    if (tableAt + tableBytes > end) return false;
    this.#count += count;
    if (this.#count > Math.min(MAX_RECORDS, this.context.limits.entryCount))
      throw new LimitError('entryCount', tableAt, 'too many records');
    const cursor = new Cursor(source.read(tableAt, tableBytes), littleEndian);
    for (let index = 0; index < count; index++) {
      const at = 2 + index * ROW_BYTES;
      this.#record(
        cursor.u16(at),
        { byteOffset: byteOffset + cursor.u32(at + 6), byteLength: cursor.u32(at + 2) },
        tableAt + at,
        path,
        depth,
      );
    }
    this.#structure(tableAt, tableAt + tableBytes, `${path}/directory@${tableAt}`);
    this.#structure(end - 4, end, `${path}/end@${end}`);
    return true;
  }

  #record(tag: number, declared: Region, rowAt: number, path: string, depth: number): void {
    // The two highest bits tell where the value lies: 01 is within the row.
    const inline = (tag & 0xc000) === 0x4000;
    const id = tag & 0x3fff;
    const region = this.parts.within(inline ? { byteOffset: rowAt + 2, byteLength: ROW_BYTES - 2 } : declared);
    if (region === undefined) return;
    const [name, category] = RECORDS[id] ?? [`0x${id.toString(16).padStart(4, '0')}`, undefined];
    const own = `${path}/${name}@${rowAt}`;
    const isHeap = (id & 0x3800) === 0x2800 || (id & 0x3800) === 0x3000;
    if (isHeap && !inline && depth < this.context.limits.nestingDepth && this.heap(region, own, depth + 1)) return;
    if (id === RAW_DATA) this.pixels.push(...this.parts.pixels(region));
    else if (PICTURES.has(id)) this.parts.picture(region, own);
    else
      this.parts.put(
        category === undefined ? opaquePart(own, 'application', region, 'a record that is not read') : this.#leaf(own, category, region),
      );
  }

  #leaf(path: string, category: Category, region: Region): Part {
    const required = category === 'rendering';
    if (category !== 'text' && category !== 'person') return { path, carrier: 'application', category, region, required };
    const text = Buffer.from(this.source.read(region.byteOffset, Math.min(region.byteLength, 4096))).toString('latin1');
    return { path, carrier: 'application', category, region, required, value: seal(text.replace(/\0[\s\S]*$/, '')) };
  }

  #structure(from: number, to: number, path: string): void {
    const region = { byteOffset: from, byteLength: to - from };
    this.parts.addAround(region, path);
  }
}
