import type { ImageFamily } from '../core/image-names.js';

/**
 * What the first bytes of a file show it to be, among all the types that are known. A format's own `sniff` is asked first and may be
 * narrower: what only this table knows is blocked, never passed as clean.
 */
export interface KnownType {
  /** Kebab-case, for the error code: `unsupported-heic`. */
  readonly id: string;
  readonly name: string;
  readonly family: ImageFamily;
}

type Match = (head: Uint8Array, ascii: string, claimed: boolean) => boolean;

const at =
  (offset: number, text: string): Match =>
  (_, ascii) =>
    ascii.startsWith(text, offset);

/** ISO/IEC 14496-12 4.3: a file type box, with one of these among the major and compatible brands. */
const brand =
  (...brands: readonly string[]): Match =>
  (_, ascii) =>
    ascii.startsWith('ftyp', 4) && brands.some((name) => ascii.indexOf(name, 8) >= 8);

/** Signatures of picture types, whether read or not. In order: the first match wins. */
const SIGNATURES: readonly (readonly [Match, KnownType])[] = [
  [brand('avif', 'avis'), { id: 'avif', name: 'AVIF', family: 'heif' }],
  [brand('crx '), { id: 'cr3', name: 'Canon CR3 raw', family: 'raw' }],
  [brand('heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'), { id: 'heic', name: 'HEIC/HEIF', family: 'heif' }],
  [at(4, 'ftyp'), { id: 'mp4', name: 'MP4/MOV video', family: 'video' }],
  // A box of less than 16 MiB: text that happens to say `free` at byte 4 starts with a letter.
  [
    (head, ascii) => head[0] === 0 && /^(?:moov|mdat|wide|free|skip|pnot)/.test(ascii.slice(4, 8)),
    { id: 'mov', name: 'QuickTime video', family: 'video' },
  ],
  [(_, ascii) => /^(?:II[*+]\0|MM\0[*+])/.test(ascii), { id: 'tiff', name: 'TIFF or a raw format built on it', family: 'tiff' }],
  [
    (_, ascii) => /^(?:IIU\0|IIR[OS]|MMOR|FUJIFILMCCD-RAW|FOVb)/.test(ascii) || ascii.startsWith('HEAPCCDR', 6),
    { id: 'raw', name: 'camera raw', family: 'raw' },
  ],
  [at(4, 'JXL \r\n\x87\n'), { id: 'jxl', name: 'JPEG XL', family: 'jxl' }],
  [at(0, '\xff\x0a'), { id: 'jxl', name: 'JPEG XL codestream', family: 'jxl' }],
  [at(4, 'jP  \r\n\x87\n'), { id: 'jp2', name: 'JPEG 2000', family: 'jp2' }],
  [at(0, '\xff\x4f\xff\x51'), { id: 'jp2', name: 'JPEG 2000 codestream', family: 'jp2' }],
  [(_, ascii) => /^GIF8[79]a/.test(ascii), { id: 'gif', name: 'GIF', family: 'gif' }],
  [at(0, '%PDF-'), { id: 'pdf', name: 'PDF', family: 'pdf' }],
  [at(0, 'II\xbc'), { id: 'jxr', name: 'JPEG XR', family: 'other' }],
  [at(0, 'v/1\x01'), { id: 'exr', name: 'OpenEXR', family: 'other' }],
  [(_, ascii) => /^#\?(?:RADIANCE|RGBE)\n/.test(ascii), { id: 'hdr', name: 'Radiance HDR', family: 'other' }],
  [(_, ascii) => /^(?:SDPX|XPDS)\0/.test(ascii), { id: 'dpx', name: 'DPX', family: 'other' }],
  [at(0, 'DDS |\0\0\0'), { id: 'dds', name: 'DirectDraw surface', family: 'other' }],
  [at(0, 'qoif'), { id: 'qoi', name: 'QOI', family: 'other' }],
  [at(0, 'BPG\xfb'), { id: 'bpg', name: 'BPG', family: 'other' }],
  [at(0, 'FLIF'), { id: 'flif', name: 'FLIF', family: 'other' }],
  [at(0, 'gimp xcf '), { id: 'xcf', name: 'GIMP document', family: 'other' }],
  [at(128, 'DICM'), { id: 'dicom', name: 'DICOM', family: 'other' }],
  [at(0, 'SIMPLE  ='), { id: 'fits', name: 'FITS', family: 'other' }],
  [at(0, 'icns\0'), { id: 'icns', name: 'Apple icon', family: 'other' }],
  [
    (_, ascii) => /^(?:\x04)?%!PS-Adobe-[\d.]+ EPSF/.test(ascii) || ascii.startsWith('\xc5\xd0\xd3\xc6'),
    { id: 'eps', name: 'Encapsulated PostScript', family: 'other' },
  ],
  [at(40, ' EMF'), { id: 'emf', name: 'Windows enhanced metafile', family: 'other' }],
  [at(0, '\xd7\xcd\xc6\x9a\0\0'), { id: 'wmf', name: 'Windows metafile', family: 'other' }],
  // Netpbm: a letter, two numbers (and for most a third), with comments between them.
  [
    (_, ascii) => /^P[1-6]\s+(?:#[^\n]*\n\s*)*\d{1,6}\s+(?:#[^\n]*\n\s*)*\d{1,6}\s/.test(ascii) || /^P7\nWIDTH \d/.test(ascii),
    { id: 'pnm', name: 'Netpbm', family: 'other' },
  ],
  [
    (head, ascii) => /^\n[\0\x02-\x05]\x01[\x01\x02\x04\x08]/.test(ascii) && head.length >= 128 && head[64] === 0,
    { id: 'pcx', name: 'PCX', family: 'other' },
  ],
  [at(0, 'AT&TFORM'), { id: 'djvu', name: 'DjVu', family: 'other' }],
  [(_, ascii) => /^FORM[\s\S]{4}(?:ILBM|PBM |RGB8)/.test(ascii), { id: 'iff', name: 'IFF', family: 'other' }],
  [at(0, '\x1aE\xdf\xa3'), { id: 'matroska', name: 'Matroska or WebM video', family: 'video' }],
  [(_, ascii) => ascii.startsWith('RIFF') && ascii.startsWith('AVI ', 8), { id: 'avi', name: 'AVI video', family: 'video' }],
  [at(0, '8BPS'), { id: 'psd', name: 'Photoshop document', family: 'psd' }],
  [at(0, '\x8aMNG\r\n\x1a\n'), { id: 'mng', name: 'MNG', family: 'png' }],
  [at(0, '\x8bJNG\r\n\x1a\n'), { id: 'jng', name: 'JNG', family: 'png' }],
  [
    (head, ascii) => ascii.startsWith('BM') && head.length >= 26 && head[6] === 0 && head[7] === 0 && head[8] === 0 && head[9] === 0,
    { id: 'bmp', name: 'BMP', family: 'bmp' },
  ],
  [
    (head, ascii) => /^\0\0[\x01\x02]\0/.test(ascii) && head.length >= 22 && head[4] !== 0 && head[5] === 0,
    { id: 'ico', name: 'ICO/CUR', family: 'ico' },
  ],
  [(_, ascii, claimed) => looksLikeSvg(ascii, claimed), { id: 'svg', name: 'SVG', family: 'svg' }],
];

/** How many bytes `knownType` wants to see. */
export const HEAD_BYTES = 1024;

/** `claimed`: the name says that this is a picture, so that a looser look at its text is in place. */
export function knownType(head: Uint8Array, claimed: boolean): KnownType | undefined {
  const ascii = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, HEAD_BYTES)).toString('latin1');
  return SIGNATURES.find(([match]) => match(head, ascii, claimed))?.[1];
}

/** A root element `svg` in UTF-8 or UTF-16; behind anything at all where the name claims a picture. */
function looksLikeSvg(ascii: string, claimed: boolean): boolean {
  let text = (ascii.includes('\0') ? ascii.replaceAll('\0', '') : ascii).replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '');
  if (claimed) return /<(?:[A-Za-z_][\w.-]*:)?svg[\s>]/.test(text);
  for (let prolog = true; prolog; ) {
    const rest = text.replace(/^\s+|^<\?[^>]*>|^<!--[\s\S]*?-->|^<!DOCTYPE\s+svg\b[^>[]*(?:\[[^\]]*\]\s*)?>/, '');
    prolog = rest !== text;
    text = rest;
  }
  return /^<(?:[A-Za-z_][\w.-]*:)?svg[\s>]/.test(text);
}
