import type { Category } from '../../core/category.js';
import { type ExifTag, type TagTable, tagTable } from './tag-table.js';
import { EXIF_TAGS, GPS_TAGS, INTEROP_TAGS } from './tags-exif.js';
import { DNG_TAGS, TIFF_TAGS } from './tags-tiff.js';

export type { ExifTag } from './tag-table.js';

/** What a directory is for; it decides what a tag number means. `IFD1` stands for every later one of the chain too. */
export type IfdKind = 'IFD0' | 'IFD1' | 'ExifIFD' | 'GPS' | 'Interop' | 'SubIFD';

/** Tag numbers that the reader and the writer treat by themselves. */
export const TAG = Object.freeze({
  stripOffsets: 0x0111,
  stripByteCounts: 0x0117,
  orientation: 0x0112,
  xResolution: 0x011a,
  yResolution: 0x011b,
  freeOffsets: 0x0120,
  freeByteCounts: 0x0121,
  tileOffsets: 0x0144,
  tileByteCounts: 0x0145,
  subIfds: 0x014a,
  jpegOffset: 0x0201,
  jpegLength: 0x0202,
  yCbCrPositioning: 0x0213,
  xmp: 0x02bc,
  iptc: 0x83bb,
  photoshop: 0x8649,
  exifIfd: 0x8769,
  iccProfile: 0x8773,
  gpsIfd: 0x8825,
  make: 0x010f,
  copyright: 0x8298,
  makerNote: 0x927c,
  userComment: 0x9286,
  colorSpace: 0xa001,
  interopIfd: 0xa005,
  gamma: 0xa500,
  printIm: 0xc4a5,
  gpsVersionId: 0,
  gpsLatitudeRef: 1,
  gpsLatitude: 2,
  gpsLongitudeRef: 3,
  gpsLongitude: 4,
  gpsTimeStamp: 7,
  gpsDestLatitudeRef: 0x13,
  gpsDestLatitude: 0x14,
  gpsDestLongitudeRef: 0x15,
  gpsDestLongitude: 0x16,
  gpsDateStamp: 0x1d,
  interopIndex: 1,
});

/** Content of other standards within one tag; `classify.ts` tells what it can hold. */
const EMBEDDED_TAGS = `
text: 02bc ApplicationNotes, 83bb IPTC-NAA
software: 8649 PhotoshopSettings
rendering: 8773 ICCProfile
`;

let tables: { readonly main: TagTable; readonly gps: TagTable; readonly interop: TagTable } | undefined;

let namesOfMain: ReadonlyMap<string, Category> | undefined;

/** What a tag of IFD0, the Exif IFD or the GPS IFD can reveal, by the standard's name; `undefined` for a name no standard gives. */
export function categoryOfName(name: string): Category | undefined {
  namesOfMain ??= new Map([...tagTable(GPS_TAGS, TIFF_TAGS, EXIF_TAGS).values()].map((tag) => [tag.name, tag.category] as const));
  return namesOfMain.get(name);
}

/**
 * What a tag is called and what it can reveal. Exif tags in IFD0 and TIFF tags in the Exif IFD are met in practice and mean the
 * same there. Unknown tags are `hidden`.
 */
export function exifTag(ifd: IfdKind, id: number): ExifTag {
  tables ??= {
    main: tagTable(TIFF_TAGS, EXIF_TAGS, DNG_TAGS, EMBEDDED_TAGS),
    gps: tagTable(GPS_TAGS),
    interop: tagTable(INTEROP_TAGS),
  };
  const table = ifd === 'GPS' ? tables.gps : ifd === 'Interop' ? tables.interop : tables.main;
  return table.get(id) ?? { name: `0x${id.toString(16).padStart(4, '0')}`, category: 'hidden', known: false };
}
