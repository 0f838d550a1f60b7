import type { Format } from '../../core/format.js';
import { editMp4 } from './edit-mp4.js';
import { type Mp4Inspection, readMp4 } from './read-mp4.js';

/** Brands of files that are pictures or camera raw, though their boxes are the same. */
const OTHER_BRANDS =
  /^(?:avif|avis|avci|avcs|heic|heix|heim|heis|hevc|hevx|hevm|hevs|mif[12]|msf1|miaf|j2ki|j2is|jpeg|jpgs|crx |jp2 |jpx |jpm |jph |jxl )$/;

/** Boxes that a QuickTime file without a file type begins with; text that happens to say so starts with a letter or white space. */
const FIRST_BOX = /^[\0-\x08\x0e-\x1f][\s\S]{3}(?:moov|mdat|wide|free|skip|pnot)/;

/** ISO/IEC 14496-12 4.3: the major brand and those that the file is compatible with. */
function sniff(head: Uint8Array): boolean {
  const ascii = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 1024)).toString('latin1');
  if (!ascii.startsWith('ftyp', 4)) return FIRST_BOX.test(ascii);
  const end = Math.min(head.byteLength, Buffer.from(head.subarray(0, 4)).readUInt32BE(0));
  const brands = [ascii.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii.slice(at, at + 4));
  return !brands.some((brand) => OTHER_BRANDS.test(brand));
}

/** MP4 (ISO/IEC 14496-12, 14496-14), 3GPP and QuickTime. */
export const mp4: Format = {
  id: 'mp4',
  mediaTypes: ['video/mp4', 'video/quicktime', 'video/3gpp'],
  families: ['video'],
  sniff,
  read: readMp4,
  edit: (source, inspection, plan) => editMp4(source, inspection as Mp4Inspection, plan),
};
