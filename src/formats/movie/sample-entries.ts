import { opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { boxRegion, type FileBox, walkBoxes, walkSoundBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { codecConfig } from './codec-config.js';
import { namePart } from './handler.js';
import { type BoxPlace, field, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';
import { isSequenceBox, sequenceBox } from './sequence-boxes.js';
import { wordsIn } from './value.js';

/** One sample description: the codec, and which data reference its samples lie behind. */
export interface SampleEntry {
  readonly box: FileBox;
  /** From 1 on, into `dref`. */
  readonly dataReference: number;
  /** Bytes of so many samples of sound as they are stored, where the table of sizes does not say. */
  readonly soundBytes?: (count: number) => number;
}

export interface SampleEntries {
  readonly piece: Piece;
  readonly entries: readonly SampleEntry[];
}

/** Version and flags, and the count of entries. */
const TABLE_HEAD_BYTES = 8;

/** Reserved bytes and the data reference at the head of every entry (ISO/IEC 14496-12 8.5.2.2). */
const ENTRY_HEAD_BYTES = 8;

const VISUAL_BYTES = ENTRY_HEAD_BYTES + 70;
const NAME_OFFSET = ENTRY_HEAD_BYTES + 34;
const NAME_BYTES = 32;
const SOUND_BYTES = ENTRY_HEAD_BYTES + 20;

/** What QuickTime's versions 1 and 2 of a sound description add. */
const SOUND_MORE_BYTES: Readonly<Record<number, number>> = { 1: 16, 2: 36 };

const VENDOR_OFFSET = ENTRY_HEAD_BYTES + 4;
const PLAIN_VENDOR = /^(?:\0{4}|appl|FFMP)$/;

/** Codecs whose description is known whole: a box in it that is on no list is not needed. */
const CODECS = words(
  'avc1 avc2 avc3 avc4 hvc1 hvc2 hev1 hev2 dvh1 dvhe dva1 dvav vvc1 vvi1 av01 vp08 vp09 mp4v s263 h263 jpeg mjpa mjpb apcn apch apcs apco ap4h ap4x mp4a samr sawb sawp ac-3 ec-3 ac-4 alac Opus fLaC twos sowt lpcm ipcm fpcm ulaw alaw ima4 in24 in32 fl32 fl64 raw .mp3 QDM2 QDMC dtsc dtse dtsh dtsl mha1 mhm1',
);

/** Boxes in sample descriptions that decoders and renderers look at. */
const NEEDED = words(
  'avcC hvcC lhvC vvcC svcC mvcC av1C vpcC dvcC dvvC dvwC esds d263 glbl jpgC btrt pasp clap colr fiel gama mdcv clli cclv amve SmDm CoLL hvcE vexu hfov st3d sv3d dOps dfLa dac3 dec3 dac4 ddts damr alac wave chan chnl pcmC srat mhaC sinf alis enda bitr dmlp stsl ctab mjqt mjht SMI cmfy cinf',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' ').map((word) => word.padEnd(4, ' ')));
}

/** The descriptions of a track's samples: the box `stsd`. */
export function sampleEntries(place: BoxPlace, box: FileBox, handler: string): SampleEntries {
  const start = box.dataOffset + TABLE_HEAD_BYTES;
  if (start > box.endOffset) return { piece: structure(box), entries: [] };
  const run = walkBoxes(place.source, start, box.endOffset, `${box.path}/`, place.counter);
  const version = place.source.read(box.dataOffset, 1)[0] as number;
  const read = run.boxes.map((entry) => readEntry(place, entry, handler, version));
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  const pieces = [...read.map(({ piece }) => piece), ...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no description')];
  return { piece: group(structurePart(box.path, boxRegion(box)), pieces), entries: read.map(({ entry }) => entry) };
}

function readEntry(place: BoxPlace, box: FileBox, handler: string, tableVersion: number): { piece: Piece; entry: SampleEntry } {
  const room = box.endOffset - box.dataOffset;
  const head = Buffer.from(place.source.read(box.dataOffset, Math.min(room, VISUAL_BYTES)));
  const dataReference = room >= ENTRY_HEAD_BYTES ? head.readUInt16BE(6) : 0;
  const isVisual = handler === 'vide' || handler === 'pict' || handler === 'auxv';
  if (isVisual && room >= VISUAL_BYTES) return { piece: visualEntry(place, box, head), entry: { box, dataReference } };
  if (handler === 'soun' && room >= SOUND_BYTES) {
    const { piece, soundBytes } = soundEntry(place, box, head, tableVersion);
    return { piece, entry: { box, dataReference, ...(soundBytes === undefined ? {} : { soundBytes }) } };
  }
  return { piece: structure(box), entry: { box, dataReference } };
}

function visualEntry(place: BoxPlace, box: FileBox, head: Buffer): Piece {
  const pieces = vendorPiece(box, head);
  const name = head.subarray(NAME_OFFSET, NAME_OFFSET + NAME_BYTES);
  const region = { byteOffset: box.dataOffset + NAME_OFFSET, byteLength: NAME_BYTES };
  // 12.1.3.3: a byte of length, then the name, then zeros.
  if (name.some((byte) => byte !== 0)) pieces.push(field(namePart(`${box.path}/compressor-name`, wordsIn(name), region)));
  const depth = head.readUInt16BE(VISUAL_BYTES - 4);
  const hasTable = head.readUInt16BE(VISUAL_BYTES - 2) === 0 && [1, 2, 4, 8].includes(depth);
  if (!hasTable) pieces.push(...innerBoxes(place, box, box.dataOffset + VISUAL_BYTES));
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

function vendorPiece(box: FileBox, head: Buffer): Piece[] {
  const vendor = latin1(head.subarray(VENDOR_OFFSET, VENDOR_OFFSET + 4));
  if (PLAIN_VENDOR.test(vendor)) return [];
  return [field(namePart(`${box.path}/vendor`, vendor, { byteOffset: box.dataOffset + VENDOR_OFFSET, byteLength: 4 }))];
}

function soundEntry(
  place: BoxPlace,
  box: FileBox,
  head: Buffer,
  tableVersion: number,
): { piece: Piece; soundBytes?: (count: number) => number } {
  const version = head.readUInt16BE(ENTRY_HEAD_BYTES);
  // ISO/IEC 14496-12 12.2.3.2 has a version 1 without more fields, in a table of version 1.
  const more = tableVersion === 0 ? (SOUND_MORE_BYTES[version] ?? 0) : 0;
  const start = box.dataOffset + SOUND_BYTES + more;
  const pieces = [...vendorPiece(box, head), ...(start <= box.endOffset ? innerBoxes(place, box, start) : [])];
  const piece = group(structurePart(box.path, boxRegion(box)), pieces);
  const soundBytes = storedSound(head, more);
  return { piece, ...(soundBytes === undefined ? {} : { soundBytes }) };
}

/** QuickTime File Format, "Sound sample descriptions": packets of so many samples in so many bytes. */
function storedSound(head: Buffer, more: number): ((count: number) => number) | undefined {
  const channels = head.readUInt16BE(ENTRY_HEAD_BYTES + 8);
  const bits = head.readUInt16BE(ENTRY_HEAD_BYTES + 10);
  if (more === 16 && head.byteLength >= SOUND_BYTES + 12) {
    const perPacket = head.readUInt32BE(SOUND_BYTES);
    const bytes = head.readUInt32BE(SOUND_BYTES + 8);
    if (perPacket > 0 && bytes > 0) return (count) => Math.ceil(count / perPacket) * bytes;
  }
  if (more === 36 && head.byteLength >= SOUND_BYTES + 36) {
    const bytes = head.readUInt32BE(SOUND_BYTES + 28);
    const perPacket = head.readUInt32BE(SOUND_BYTES + 32);
    if (perPacket > 0 && bytes > 0) return (count) => Math.ceil(count / perPacket) * bytes;
  }
  const frame = (channels * bits) / 8;
  return frame > 0 ? (count) => Math.ceil(count * frame) : undefined;
}

/** QuickTime's set-up of a decoder of sound: the codec, what it needs, and a box of zeros at the end. */
function waveBox(place: BoxPlace, box: FileBox): Piece {
  const run = walkSoundBoxes(place.source, box.dataOffset, box.endOffset, `${box.path}/`, place.counter);
  const pieces = run.boxes.flatMap((inner) => {
    const isNeeded = NEEDED.has(inner.type) || CODECS.has(inner.type) || inner.type === 'frma' || inner.type === '\0\0\0\0';
    if (inner.type === 'free' || inner.type === 'skip') return [spare(place, inner)];
    return isNeeded ? [] : [opaqueBox(inner, 'a box that no decoder needs')];
  });
  return group(structurePart(box.path, boxRegion(box)), pieces);
}

/** Bytes of the content of boxes that have one length alone (ISO/IEC 14496-12 12.1, QuickTime File Format). */
const FIXED_BYTES: Readonly<Record<string, number>> = {
  btrt: 12,
  pasp: 8,
  clap: 32,
  gama: 4,
  fiel: 2,
  clli: 4,
  mdcv: 24,
  amve: 8,
  CoLL: 8,
};

function surplus({ source }: BoxPlace, box: FileBox): Piece[] {
  const start = box.dataOffset + (FIXED_BYTES[box.type] ?? Number.POSITIVE_INFINITY);
  if (start === box.endOffset || !(box.type in FIXED_BYTES)) return [];
  if (start > box.endOffset) return [opaqueBox(box, 'a box that is too short for what it is for')];
  const region = { byteOffset: start, byteLength: box.endOffset - start };
  return slack(source, `${box.path}/slack`, region, 'bytes behind the last field of a box');
}

function innerBoxes(place: BoxPlace, box: FileBox, start: number): Piece[] {
  const isKnown = CODECS.has(box.type);
  const run = walkSoundBoxes(place.source, start, box.endOffset, `${box.path}/`, place.counter);
  const pieces = run.boxes.flatMap((inner) => {
    if (inner.type === 'free' || inner.type === 'skip' || inner.type === 'wide') return [spare(place, inner)];
    if (!isKnown) return [];
    if (inner.type === 'wave') return [waveBox(place, inner)];
    if (inner.type === 'avcC' || inner.type === 'hvcC') return [codecConfig(place, inner)];
    if (isSequenceBox(inner)) return [sequenceBox(place, inner)];
    return NEEDED.has(inner.type) ? surplus(place, inner) : [opaqueBox(inner, 'a box that no decoder needs')];
  });
  const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
  // Four zero bytes end the list in QuickTime.
  if (isKnown && run.broken === undefined) pieces.push(...slack(place.source, `${box.path}/slack`, rest, 'bytes that are no box'));
  if (isKnown && run.broken !== undefined && run.boxes.length > 0) {
    pieces.push(field(opaquePart(`${box.path}/slack`, 'unknown', rest, 'bytes that are no box')));
  }
  return pieces;
}
