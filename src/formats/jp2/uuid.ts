import type { Carrier } from '../../core/carrier.js';
import { readIptc } from '../../metadata/iptc/read-iptc.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import type { PayloadPlace, PayloadReading } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { readExifBlock } from '../exif-block.js';

interface UuidReading extends PayloadReading {
  readonly carrier: Carrier;
  readonly orientation?: number;
}

type UuidReader = (bytes: Uint8Array, place: PayloadPlace) => UuidReading;

const exif: UuidReader = (bytes, place) => ({ carrier: 'Exif', ...readExifBlock(bytes, place) });
const iptc: UuidReader = (bytes, place) => ({ carrier: 'IPTC-IIM', ...readIptc(bytes, place) });

/** What boxes with an extended type hold: XMP by its own specification; Exif, IPTC and resources as Adobe and ExifTool write them. */
const READERS: Readonly<Record<string, UuidReader>> = {
  be7acfcb97a942e89c71999491e3afac: (bytes, place) => ({ carrier: 'XMP', ...readXmp(bytes, place) }),
  // `JpgTiffExif->JP2`
  '4a706754696666457869662d3e4a5032': exif,
  '0537cdab9d0c4431a72afa561f2a113e': exif,
  '33c7a4d2b81d4723a0baf1a3e097ad38': iptc,
  '09a14e97c0b442e0bebf36df6f0ce36f': iptc,
  '2c4c0100850440b9a03e562148d6dfeb': (bytes, place) => ({
    carrier: 'Photoshop',
    ...readPhotoshop(bytes, place, { exif: readExifBlock, xmp: readXmp }),
  }),
};

export function uuidReader(uuid: string | undefined): UuidReader | undefined {
  return uuid === undefined ? undefined : READERS[uuid];
}

/** GeoJP2: a TIFF of one pixel whose GeoTIFF tags place the picture on a map. */
export const GEOJP2 = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03';

/** What is known of other extended types, for the reader of the report. */
const NOTES: Readonly<Record<string, string>> = {
  d8fec3d61b0e483c92975828877ec481: 'a C2PA manifest store',
  '3a0d02180ae94115b3764bca41ce0e71': 'a private box (Adobe)',
  '47c92cccd1a14581b90438bb5467713b': 'a private box (Adobe)',
  bc45a774dd504ec6a9f6f3a137f47e90: 'a private box (Adobe)',
  d7c8c5ef951f43b28757042500f538e8: 'a private box (Adobe)',
};

export function uuidNote(uuid: string | undefined): string {
  return NOTES[uuid ?? ''] ?? 'a private box';
}
