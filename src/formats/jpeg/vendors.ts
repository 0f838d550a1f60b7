import type { Category } from '../../core/category.js';
import { MARKER } from './markers.js';

/** What an application segment's first bytes show it to be, among those that are not taken apart. */
export interface Vendor {
  readonly note: string;
  /** What it is first of all; it may reveal anything, */
  readonly category: Category;
  /** unless it is so short and regular that it can hold nothing else. */
  readonly isPlain?: true;
}

type Row = readonly [application: number, start: RegExp, note: string, category: Category];

/** Whole segments that can hold nothing but what they are for. Before all others. */
const PLAIN_ROWS: readonly Row[] = [
  [12, /^Ducky\0\x01\0\x04\0\0\0[\0-\x64]\0\0$/, 'Adobe Save for Web quality', 'software'],
  [13, /^Adobe_CM\0[\0-\x0f]$/, 'Adobe colour management type', 'software'],
];

/** Signatures of APP0 to APP15. In order: the first match wins. */
const ROWS: readonly Row[] = [
  [0, /^(?:II|MM)[\s\S]{4}HEAPJPGM/, 'Canon CIFF block', 'device'],
  [0, /^AVI1/, 'Motion JPEG field data', 'hidden'],
  [0, /^Ocad/, 'Photobucket block', 'software'],
  [0, /^JF(?:IF|XX)/, 'JFIF data that are broken', 'hidden'],
  [1, /^FLIR\0/, 'FLIR thermal data', 'device'],
  [1, /^(?:RawThermalImage|PARROT\0)/, 'Parrot thermal data', 'device'],
  [1, /^QVCI\0/, 'Casio QV settings', 'device'],
  [2, /^FPXR\0/, 'FlashPix streams', 'preview'],
  [2, /^urn:iso:std:iso:ts:21496:-1\0/, 'ISO 21496-1 gain map data', 'preview'],
  [2, /^urn:/, 'data named by a URN', 'hidden'],
  [2, /^QTI Debug Metadata\0/, 'Qualcomm debug data', 'device'],
  [2, /^ICC_PROFILE/, 'data in the place of a colour profile', 'hidden'],
  [3, /^M(?:eta|ETA)\0/, 'Kodak Meta block', 'device'],
  [3, /^Stim\0/, 'stereo still image data', 'rendering'],
  [3, /^_JPSJPS_/, 'JPS stereo data', 'text'],
  [4, /^SCALADO\0/, 'Scalado data', 'device'],
  [4, /^FPXR\0/, 'FlashPix streams', 'preview'],
  [4, /^(?:\x1a?Qualcomm Camera Attributes|qualcomm)/i, 'Qualcomm camera attributes', 'device'],
  [4, /^\xaa\x55\x12\x06/, 'DJI thermal parameters', 'device'],
  [5, /^(?:ssuniqueid\0|SamsungUniqueID)/, 'Samsung unique id', 'device'],
  [5, /^RMETA\0/, 'Ricoh RMETA (place names, bar codes, GPS of tags)', 'location'],
  [6, /^GoPro\0/, 'GoPro telemetry (GPMF: GPS, serial numbers)', 'location'],
  [6, /^EPPIM\0/, 'Toshiba PrintIM', 'device'],
  [6, /^NITF\0/, 'NITF data', 'text'],
  [6, /^TDHD\x01\0\0\0/, 'HP TDHD data (serial number, user name)', 'device'],
  [6, /^MMIMETA\0/, 'Motorola data', 'device'],
  [6, /^DTAT\0?/, 'DJI data', 'device'],
  [7, /^PENTAX \0/, 'Pentax maker note', 'device'],
  [7, /^HUAWEI\0/, 'Huawei maker note', 'device'],
  [7, /^(?:\x1a?Qualcomm|qualcomm)/i, 'Qualcomm dual camera attributes', 'device'],
  [7, /^(?:\[ae_dbg_info:|DJI-DBG)/, 'DJI debug data', 'device'],
  [8, /^SPIFF\0/, 'SPIFF header', 'hidden'],
  [8, /^SEAL\b/, 'SEAL signature', 'provenance'],
  [9, /^SEAL\b/, 'SEAL signature', 'provenance'],
  [9, /^Media Jukebox\0/, 'Media Jukebox data', 'text'],
  [10, /^UNICODE\0/, 'PhotoStudio comment', 'text'],
  [10, /^AROT\0/, 'HDR gain curve', 'preview'],
  [11, /^HDR_RI /, 'JPEG-HDR ratio image', 'preview'],
  [12, /^Ducky/, 'Adobe Save for Web data (quality, comment, copyright)', 'text'],
  [12, /^\[?picture info/i, 'picture info of an early camera', 'device'],
  [12, /^(?:OLYMP|AGFA|SEIKO|Type=|ID=)/i, 'picture info of an early camera', 'device'],
  [13, /^Adobe_CM/, 'Adobe colour management data', 'hidden'],
  [13, /^Photoshop 3\.0/, 'Photoshop resources that are broken', 'text'],
  [14, /^Adobe/, 'Adobe colour transform that decoders do not look at', 'hidden'],
  [15, /^TEXT/, 'text of a camera or editor', 'text'],
  [15, /^Q\s*\d/, 'GraphicConverter quality', 'software'],
];

const SAMSUNG_PREVIEW = /^\xff\xd8\xff[\xc0-\xfe]/;

/** `undefined` for a segment of no known kind. `head` as ISO 8859-1. */
export function vendorOf(marker: number, head: string): Vendor | undefined {
  const application = marker - MARKER.APP0;
  const plain = PLAIN_ROWS.find(([number, whole]) => number === application && whole.test(head));
  if (plain !== undefined) return { note: plain[2], category: plain[3], isPlain: true };
  const row = ROWS.find(([number, start]) => number === application && start.test(head));
  if (row !== undefined) return { note: row[2], category: row[3] };
  if (SAMSUNG_PREVIEW.test(head)) return { note: 'preview image, or a piece of one', category: 'preview' };
  return undefined;
}
