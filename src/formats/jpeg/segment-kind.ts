import type { AppSegment } from './app-segment.js';
import { exifMarkBytes, startsTiff } from './exif-carrier.js';
import { isIccSegment } from './icc-carrier.js';
import { MARKER } from './markers.js';
import { isAdobe, isJfif } from './rendering-segments.js';

export type SegmentKind =
  | 'jfif'
  | 'jfxx'
  | 'adobe'
  | 'exif'
  | 'exif-continued'
  | 'xmp'
  | 'xmp-extension'
  | 'icc'
  | 'mpf'
  | 'jumbf'
  | 'photoshop'
  | 'iptc'
  | 'comment'
  | 'other';

/** XMP part 3, 1.1.3: the name and a NUL. Some writers put the packet there as it is, or leave out the NUL. */
const XMP =
  /^(?:http:\/\/ns\.adobe\.com\/xap\/1\.0\/\0?|XMP\0(?::\/\/ns\.adobe\.com\/xap\/1\.0\/\0)?)|^(?=(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\0?\s*\0?<\0?(?:\?\0?x\0?p\0?a\0?c\0?k\0?e\0?t|x\0?:\0?x\0?[am]\0?p|r\0?d\0?f\0?:\0?R\0?D\0?F))/;
const XMP_EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';

/** IIM 1.6: a dataset's tag marker, and a record number that is in use. */
const IPTC = /^\x1c[\x01-\x09\xf0]/;

/** What a segment holds, whatever its marker: metadata in a wrong segment are metadata still. */
export function kindOf(segment: AppSegment): SegmentKind {
  const { headText } = segment;
  if (isJfif(segment)) return 'jfif';
  if (isAdobe(segment)) return 'adobe';
  if (isIccSegment(segment)) return 'icc';
  if (exifMarkBytes(segment) !== undefined) {
    if (startsTiff(segment)) return 'exif';
    return segment.is(1) ? 'exif-continued' : 'other';
  }
  if (xmpMarkBytes(segment) !== undefined) return 'xmp';
  if (headText.startsWith(XMP_EXTENSION)) return 'xmp-extension';
  if (segment.is(0) && headText.startsWith('JFXX\0') && segment.byteLength >= 8) return 'jfxx';
  if (segment.is(2) && headText.startsWith('MPF\0')) return 'mpf';
  if (segment.is(11) && headText.startsWith('JP') && segment.byteLength >= 16) return 'jumbf';
  if (headText.startsWith('Photoshop 3.0\0') || headText.startsWith('Adobe_Photoshop2.5:')) return 'photoshop';
  if (segment.is(13) && IPTC.test(headText)) return 'iptc';
  return segment.marker === MARKER.COM ? 'comment' : 'other';
}

/** Bytes before the packet of an XMP segment; `undefined` where it is none. */
export function xmpMarkBytes(segment: AppSegment): number | undefined {
  return XMP.exec(segment.headText)?.[0].length;
}
