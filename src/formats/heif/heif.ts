import type { Format } from '../../core/format.js';
import { editMp4 } from '../mp4/edit-mp4.js';
import { editHeif } from './edit-heif.js';
import { type FilmInspection, type HeifInspection, readHeif } from './read-heif.js';

/** Brands of pictures and image sequences (ISO/IEC 23008-12 10, 23000-22, AV1 Image File Format). */
const BRANDS = new Set(
  'avif avis heic heix heim heis hevc hevx hevm hevs mif1 mif2 mif3 msf1 avci avcs vvic jpeg jpgs j2ki j2is'.split(' '),
);

/** HEIF with its kinds HEIC and AVIF. */
export const heif: Format = {
  id: 'heif',
  mediaTypes: ['image/heic', 'image/heif', 'image/avif', 'image/heic-sequence', 'image/heif-sequence'],
  families: ['heif'],
  sniff: isHeif,
  read: readHeif,
  edit: (source, inspection, plan) => {
    const read = inspection as HeifInspection | FilmInspection;
    return 'film' in read ? editMp4(source, read.film, plan) : editHeif(source, read, plan);
  },
};

/** A file type box whose major brand, or one of the compatible ones, is that of pictures; `crx ` is Canon's raw. */
function isHeif(head: Uint8Array): boolean {
  const ascii = Buffer.from(head).toString('latin1');
  if (!ascii.startsWith('ftyp', 4)) return false;
  const end = Math.min(head.byteLength, Buffer.from(head).readUInt32BE(0));
  const brands = [ascii.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii.slice(at, at + 4));
  return !brands.includes('crx ') && brands.some((brand) => BRANDS.has(brand));
}
