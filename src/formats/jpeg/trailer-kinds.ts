import type { Category } from '../../core/category.js';
import type { Source } from '../../core/source.js';

/** What a run of bytes behind EOI is. */
export interface TrailerKind {
  readonly note: string;
  readonly category: Category;
}

/** A trailer that says at its end where it begins. */
export interface Footer extends TrailerKind {
  readonly byteLength: number;
}

interface Tail {
  /** The last bytes of what is looked at. */
  readonly bytes: Buffer;
  readonly text: string;
  /** Bytes between the end of the picture and the end of what is looked at. */
  readonly byteLength: number;
  /** The first bytes, at most `maxBytes` of them, of what begins so many bytes before the end. */
  headAt(bytesBeforeEnd: number, maxBytes: number): Buffer;
}

/** Gives the bytes that the trailer takes by its own account; 0 for all there are. */
type FooterReader = (tail: Tail) => (TrailerKind & { byteLength: number }) | undefined;

const TAIL_BYTES = 4096;

/** Writers of trailers put a mark at their very end, so that they can be stacked. In order of how sure the mark is. */
const FOOTERS: readonly FooterReader[] = [
  samsung,
  ends(
    /CANON OPTIONAL DATA\0[\s\S]{44}$/,
    'Canon VRD trailer (editing recipe)',
    ({ bytes }) => bytes.readUInt32BE(bytes.length - 44) + 0x5c,
  ),
  ends(/cbipcbbl$/, 'Photo Mechanic trailer (IPTC, edits)', ({ bytes }) => bytes.readUInt32BE(bytes.length - 12) + 12),
  ends(/\xa1\xb2\xc3\xd4$/, 'FotoStation trailer (IPTC, edits, thumbnail)', ({ bytes }) => bytes.readUInt32BE(bytes.length - 8)),
  ends(/~\0\x04\0zmie~\0\0\x06[\s\S]{4}[\x10\x18]\x04$/, 'MIE trailer', ({ bytes }) =>
    bytes[bytes.length - 2] === 0x10 ? bytes.readUInt32BE(bytes.length - 6) : bytes.readUInt32LE(bytes.length - 6),
  ),
  ends(/~\0\x04\0zmie~\0\0\x0a[\s\S]{8}[\x10\x18]\x08$/, 'MIE trailer'),
  ends(/AXS[!*][\s\S]{8}$/, 'AFCP trailer (IPTC, thumbnail)'),
  ends(/8db42d694ccc418790edff439fe026bf$/, 'Insta360 trailer (gyroscope and GPS log, serial number)'),
  ends(/jxrs[\s\S]{3}\0$/, 'OnePlus trailer'),
  ends(/vivo[\s\S]{0,400}$|\xff{4}\x1b\*9HWfu\x84\x93\xa2\xb1$/, 'Vivo trailer'),
  ends(/NIKON APP\0$/, 'Nikon app trailer (edits)'),
];

function ends(mark: RegExp, note: string, byteLength: (tail: Tail) => number = () => 0): FooterReader {
  return (tail) => (mark.test(tail.text) ? { note, category: 'hidden', byteLength: byteLength(tail) } : undefined);
}

/** Names that Samsung's programs give to the blocks of their trailer. Others might be anything. */
const SAMSUNG_BLOCKS = new Set(
  (
    'Image_UTC_Data MotionPhoto_Data MotionPhoto_Version MCC_Data Camera_Capture_Mode_Info Color_Display_P3 Photo_HDR_Info ' +
    'PhotoEditor_Re_Edit_Data Original_Path_Hash_Key Samsung_Capture_Info DualShot_Depth_Map DualShot_Meta_Info DualShot_Extra_Info ' +
    'DualShot_DepthMap_1 SoundShot_000 SoundShot_Meta_Info Sound_Shot Panorama_Shot_Info Burst_Shot_Info Selfie_Info FocusShot_Map ' +
    'Remaster_Info Gallery_DC_Data Watermark_Info Camera_Scene_Info Camera_Sticker_Info Intelligent_PhotoEditor_Data Single_Shot_Meta_Info'
  ).split(' '),
);

const MAX_SHOWN_BLOCKS = 32;
const BLOCK_HEAD_BYTES = 64;

/** Samsung's trailer ends with a directory: `SEFH`, version, count, entries of 12 bytes; its length; `SEFT`. */
function samsung(tail: Tail): ReturnType<FooterReader> {
  const { bytes, text, byteLength } = tail;
  if (/QDIOBS$/.test(text)) return { note: 'Samsung trailer (QDIO)', category: 'hidden', byteLength: 0 };
  if (!text.endsWith('SEFT')) return undefined;
  const directoryBytes = bytes.length < 8 ? 0 : bytes.readUInt32LE(bytes.length - 8);
  const at = bytes.length - 8 - directoryBytes;
  if (at < 0 || directoryBytes < 12 || text.slice(at, at + 4) !== 'SEFH')
    return { note: 'Samsung trailer', category: 'hidden', byteLength: 0 };
  const count = Math.min(bytes.readUInt32LE(at + 8), Math.floor((directoryBytes - 12) / 12));
  const names = new Set<string>();
  let reach = 0;
  for (let index = 0; index < count; index++) {
    const distance = bytes.readUInt32LE(at + 12 + 12 * index + 4);
    reach = Math.max(reach, distance);
    if (index >= MAX_SHOWN_BLOCKS) continue;
    // A block: two bytes, its type, the length of its name, its name.
    const head = tail.headAt(distance + directoryBytes + 8, BLOCK_HEAD_BYTES);
    const name = head.length < 8 ? '' : head.toString('latin1', 8, 8 + head.readUInt32LE(4));
    if (SAMSUNG_BLOCKS.has(name)) names.add(name);
  }
  const shown = names.size === 0 ? '' : `: ${[...names].join(', ')}`;
  const total = reach + directoryBytes + 8;
  return { category: 'hidden', note: `Samsung trailer, ${count} blocks${shown}`, byteLength: total > byteLength ? 0 : total };
}

/** The trailer that ends at `end`, with nothing before `start` being part of it. */
export function footerAt(source: Source, start: number, end: number): Footer | undefined {
  const byteLength = end - start;
  const bytes = Buffer.from(source.read(Math.max(start, end - TAIL_BYTES), Math.min(TAIL_BYTES, byteLength)));
  const headAt = (before: number, maxBytes: number): Buffer =>
    before > byteLength ? Buffer.alloc(0) : Buffer.from(source.read(end - before, Math.min(maxBytes, before)));
  const tail: Tail = { bytes, text: bytes.toString('latin1'), byteLength, headAt };
  for (const read of FOOTERS) {
    const found = read(tail);
    if (found === undefined) continue;
    const isWhole = found.byteLength > 0 && found.byteLength <= byteLength;
    return { ...found, byteLength: isWhole ? found.byteLength : byteLength };
  }
  return undefined;
}

/** Marks at the beginning. */
const STARTS: readonly (readonly [start: RegExp, note: string, category: Category])[] = [
  [/^PK\x03\x04/, 'zip archive behind the picture', 'hidden'],
  [/^\x89PNG\r\n/, 'PNG behind the picture', 'preview'],
  [/^RIFF[\s\S]{4}WEBP/, 'WebP behind the picture', 'preview'],
  [/^[\s\S]{4}ftyp(?:heic|mif1|avif)/, 'HEIF picture behind the picture', 'preview'],
  [/^[\s\S]{4}(?:ftyp|moov|mdat|wide)/, 'video behind the picture (motion photo)', 'preview'],
  [/^[\s\S]{0,2}\0\x30\x0a[\s\S]{4}MotionPhoto_Data|MotionPhoto_Data/, 'motion photo', 'preview'],
  [/^(?:II\*\0|MM\0\*)/, 'TIFF data behind the picture', 'hidden'],
  [/^%PDF/, 'PDF behind the picture', 'hidden'],
  [/^Rar!|^7z\xbc\xaf|^\x1f\x8b/, 'archive behind the picture', 'hidden'],
  [/^CANON OPTIONAL DATA\0/, 'Canon VRD trailer (editing recipe)', 'hidden'],
  [/^~\x10\x04.zmie|^~\x18\x04.zmie/, 'MIE trailer', 'hidden'],
  [/^AXS[!*]/, 'AFCP trailer (IPTC, thumbnail)', 'hidden'],
  [/^vivo/, 'Vivo trailer', 'hidden'],
  [/^\s*<\?xpacket|^\s*<x:xmpmeta/, 'XMP behind the picture', 'hidden'],
  [/^\s*[{[]/, 'JSON behind the picture', 'hidden'],
  [/^\s*<(?:html|script|\?php|!doctype)/i, 'web page or script behind the picture', 'hidden'],
];

const HEAD_BYTES = 64;

/** What the first bytes of a run show it to be. */
export function startOf(source: Source, start: number, end: number): TrailerKind {
  const head = Buffer.from(source.read(start, Math.min(HEAD_BYTES, end - start))).toString('latin1');
  const row = STARTS.find(([mark]) => mark.test(head));
  if (row !== undefined) return { note: row[1], category: row[2] };
  if (/^[\x09\x0a\x0d\x20-\x7e]+$/.test(head)) return { note: 'text behind the picture', category: 'hidden' };
  return { note: 'bytes behind the picture', category: 'hidden' };
}
