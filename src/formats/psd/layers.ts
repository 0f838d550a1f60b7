import { FormatError } from '../../core/error.js';
import type { Region } from '../../core/part.js';
import { type Block, readBlocks } from './blocks.js';
import type { PsdBytes } from './bytes.js';
import { packedLength, type Slack, slackOf } from './pack-bits.js';

/** Rows and columns of the canvas; bottom and right are behind the last. */
interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface Layer {
  readonly index: number;
  /** The record. */
  readonly region: Region;
  readonly rectangle: Rectangle;
  readonly opacity: number;
  readonly isHidden: boolean;
  /** Where the length of what follows the fixed fields stands, and that length. */
  readonly extraAt: number;
  readonly extraBytes: number;
  /** Pascal string, padded to four bytes. */
  readonly name: Region;
  readonly nameText: Region;
  readonly blocks: readonly Block[];
  /** What follows the last block within the record. */
  readonly rest: Region;
  /** All its channels, one after the other. */
  readonly pixels: Region;
  /** What a decoder takes of each. */
  readonly channels: readonly Region[];
  /** What the rows of its channels hold besides what they show. */
  readonly slack: readonly Slack[];
}

/** One channel of a layer: red, green, blue, …; -1 is transparency, what is lower a mask of another extent. */
interface Channel {
  readonly id: number;
  readonly byteLength: number;
}

/** "Layer info": records, then the channels of all, then padding. */
export interface LayerInfo {
  readonly lengthAt: number;
  readonly lengthBytes: 4 | 8;
  readonly region: Region;
  readonly layers: readonly Layer[];
  readonly rest: Region;
}

const FLAG_HIDDEN = 2;
const CHANNEL_ID_BYTES = 2;

const regionOf = (start: number, end: number): Region => ({ byteOffset: start, byteLength: end - start });

interface Place {
  readonly lengthAt: number;
  readonly lengthBytes: 4 | 8;
  readonly start: number;
  readonly end: number;
}

/** Throws `FormatError` where records or channels do not lie within. */
export function readLayerInfo(bytes: PsdBytes, depth: number, { start, end, ...length }: Place): LayerInfo {
  const region = regionOf(start, end);
  if (end - start < 2) return { ...length, region, layers: [], rest: region };
  // A negative count says that the first extra channel is the transparency of the merged picture.
  const count = Math.abs(bytes.i16(start));
  const records: LayerRecord[] = [];
  let at = start + 2;
  for (let index = 0; index < count; index++) {
    const record = readRecord(bytes, index, at, end);
    records.push(record);
    at += record.region.byteLength;
  }
  const layers = records.map(({ all, ...record }): Layer => {
    const from = at;
    const slack: Slack[] = [];
    const channels = all.map(({ id, byteLength }) => {
      const region = { byteOffset: at, byteLength };
      at = bytes.endOf(at, byteLength, end, 'the picture of a layer');
      const needed = id < -1 ? undefined : channelBytes(bytes, record.rectangle, region, depth, slack);
      return { byteOffset: region.byteOffset, byteLength: needed ?? byteLength };
    });
    return { ...record, pixels: regionOf(from, at), channels, slack };
  });
  return { ...length, region, layers, rest: regionOf(at, end) };
}

type LayerRecord = Omit<Layer, 'pixels' | 'channels' | 'slack'> & { readonly all: readonly Channel[] };

function readRecord(bytes: PsdBytes, index: number, start: number, end: number): LayerRecord {
  bytes.count(start);
  const require = (at: number, byteLength: number): number => bytes.endOf(at, byteLength, end, 'the record of a layer');
  require(start, 18);
  const [top, left, bottom, right] = [0, 4, 8, 12].map((at) => bytes.i32(start + at)) as [number, number, number, number];
  const channels = bytes.u16(start + 16);
  let at = start + 18;
  require(at, channels * (CHANNEL_ID_BYTES + bytes.lengthBytes));
  const all: Channel[] = [];
  for (let channel = 0; channel < channels; channel++) {
    bytes.count(at);
    all.push({ id: bytes.i16(at), byteLength: bytes.length(at + CHANNEL_ID_BYTES, bytes.lengthBytes) });
    at += CHANNEL_ID_BYTES + bytes.lengthBytes;
  }
  require(at, 16);
  if (bytes.text(at, 4) !== '8BIM') throw new FormatError('bad-layer', at, 'a layer has no blend mode where it should');
  const opacity = bytes.window.u8(at + 8);
  const flags = bytes.window.u8(at + 10);
  const extraAt = at + 12;
  const extraBytes = bytes.u32(extraAt);
  const extraEnd = require(extraAt + 4, extraBytes);
  const skip = (from: number): number => bytes.endOf(from + 4, bytes.u32(from), extraEnd, 'the mask of a layer');
  const within = (from: number): number => bytes.endOf(from, 4, extraEnd, 'the record of a layer') - 4;
  const nameAt = extraBytes === 0 ? extraEnd : skip(within(skip(within(extraAt + 4))));
  const nameBytes = nameAt < extraEnd ? bytes.window.u8(nameAt) : 0;
  const nameEnd = Math.min(extraEnd, nameAt + Math.ceil((1 + nameBytes) / 4) * 4);
  const textEnd = Math.min(nameEnd, nameAt + 1 + nameBytes);
  const { blocks, endOffset } = readBlocks(bytes, nameEnd, extraEnd);
  return {
    index,
    region: regionOf(start, extraEnd),
    rectangle: { top, left, bottom, right },
    opacity,
    isHidden: (flags & FLAG_HIDDEN) !== 0,
    extraAt,
    extraBytes,
    name: regionOf(nameAt, nameEnd),
    nameText: regionOf(Math.min(nameAt + 1, textEnd), textEnd),
    blocks,
    rest: regionOf(endOffset, extraEnd),
    all,
  };
}

const RAW = 0;
const RLE = 1;

/** How much of a channel a decoder takes, where that is told by its extent or by the lengths of its rows; adds what it skips to `slack`. */
function channelBytes(
  bytes: PsdBytes,
  { top, left, bottom, right }: Rectangle,
  { byteOffset, byteLength }: Region,
  depth: number,
  slack: Slack[],
): number | undefined {
  if (byteLength < 2) return undefined;
  const rows = Math.max(0, bottom - top);
  const rowBytes = Math.ceil((Math.max(0, right - left) * depth) / 8);
  const compression = bytes.u16(byteOffset);
  if (compression === RAW) return 2 + rows * rowBytes > byteLength ? undefined : 2 + rows * rowBytes;
  const packed = { countsAt: byteOffset + 2, countBytes: bytes.isLarge ? 4 : 2, rows, rowBytes } as const;
  let needed = 2 + rows * packed.countBytes;
  if (compression !== RLE || needed > byteLength) return undefined;
  for (let row = 0; row < rows; row++) needed += packedLength(bytes, packed, row);
  if (needed > byteLength) return undefined;
  if (bytes.mayUnpack(needed)) for (const found of slackOf(bytes, packed)) slack.push(found);
  return needed;
}
