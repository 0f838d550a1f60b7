import { ByteWindow } from '../../bytes/window.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

/** Segments of one stream that are looked at. */
const MAX_SEGMENTS = 4096;
const STEP = 1 << 16;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const APP0 = 0xe0;
const APP14 = 0xee;
/** ITU-T T.81 B.1.1.5: markers without a length. */
const stands = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= SOI);

/** JFIF 1.02 and Adobe's note 5116: what a decoder may take the colours from. What follows it in the segment it does not. */
const KEPT: Readonly<Record<number, { readonly sign: string; readonly byteLength: number }>> = {
  [APP0]: { sign: 'JFIF\0', byteLength: 14 },
  [APP14]: { sign: 'Adobe', byteLength: 12 },
};

/**
 * What no decoder needs of a JPEG stream in a strip or tile: the contents of APPn and COM segments wherever they stand, bytes
 * between segments, and bytes past the end. Decoders skip zeros in all these places.
 */
export function hiddenIn(source: Source, { byteOffset, byteLength }: Region): Region[] {
  const end = byteOffset + byteLength;
  const found: Region[] = [];
  const add = (at: number, length: number): void => {
    if (length > 0) found.push({ byteOffset: at, byteLength: length });
  };
  const after = walk(source, byteOffset, end, add);
  if (after !== undefined) add(after, end - after);
  return found;
}

/** Where a stream without a declared length ends; the end of the file where it does not end. */
export function jpegEnd(source: Source, byteOffset: number): number {
  return walk(source, byteOffset, source.byteLength, () => undefined) ?? source.byteLength;
}

/** Gives the first byte after EOI; `undefined` where the stream breaks off or is none. */
function walk(source: Source, start: number, end: number, hidden: (at: number, byteLength: number) => void): number | undefined {
  if (end - start < 4) return undefined;
  const window = new ByteWindow(source);
  if (window.u16(start) !== 0xff00 + SOI) return undefined;
  let at = start + 2;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const markerAt = at < end && window.u8(at) === 0xff ? at : find(source, at, end, (next) => next !== 0);
    if (markerAt === undefined) return undefined;
    hidden(at, markerAt - at);
    // B.1.1.2: any number of fill bytes may stand in front of a marker.
    at = markerAt + 1;
    while (at < end && window.u8(at) === 0xff) at++;
    if (at >= end) return undefined;
    const marker = window.u8(at++);
    if (marker === EOI) return at;
    if (stands(marker)) continue;
    if (at + 2 > end) return undefined;
    const length = window.u16(at);
    if (length < 2 || at + length > end) return undefined;
    if (marker === COM || (marker >= APP0 && marker <= 0xef)) {
      const kept = keptBytes(window, marker, at + 2, length - 2);
      hidden(at + 2 + kept, length - 2 - kept);
    }
    at += length;
    if (marker === SOS) {
      const next = scanEnd(source, at, end);
      if (next === undefined) return undefined;
      at = next;
    }
  }
  return undefined;
}

function keptBytes(window: ByteWindow, marker: number, at: number, byteLength: number): number {
  const kept = KEPT[marker];
  if (kept === undefined || byteLength < kept.byteLength) return 0;
  const sign = Buffer.from(window.bytes(at, kept.sign.length)).toString('latin1');
  return sign === kept.sign ? kept.byteLength : 0;
}

/** B.1.1.5: entropy-coded bytes go on over stuffed zeros and restart markers. */
function scanEnd(source: Source, from: number, end: number): number | undefined {
  return find(source, from, end, (next) => next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7));
}

function find(source: Source, from: number, end: number, isEnd: (next: number) => boolean): number | undefined {
  for (let at = from; at + 1 < end; ) {
    const bytes = Buffer.from(source.read(at, Math.min(STEP, end - at)));
    for (let index = bytes.indexOf(0xff); index >= 0 && index + 1 < bytes.length; index = bytes.indexOf(0xff, index + 1)) {
      if (isEnd(bytes[index + 1] as number)) return at + index;
    }
    at += Math.max(1, bytes.length - 1);
  }
  return undefined;
}
