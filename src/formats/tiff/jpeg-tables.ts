import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';

const Q_TABLES = 0x0207;
const DC_TABLES = 0x0208;
const AC_TABLES = 0x0209;

/** TIFF 6.0 section 22: 64 bytes of a quantisation table; the 16 counts in front of the values of a Huffman table. */
const Q_BYTES = 64;
const COUNTS = 16;

/** Where the tables of old-style JPEG lie: the tags hold an offset for each component. `integers` gives a tag's numbers. */
export function jpegTables(source: Source, integers: (tag: number) => readonly number[]): Region[] {
  const within = (byteOffset: number, byteLength: number): Region => ({
    byteOffset,
    byteLength: Math.max(0, Math.min(byteLength, source.byteLength - byteOffset)),
  });
  const quantisation = integers(Q_TABLES).map((at) => within(at, Q_BYTES));
  const huffman = [...integers(DC_TABLES), ...integers(AC_TABLES)].map((at) => {
    const counts = within(at, COUNTS);
    const values = counts.byteLength < COUNTS ? 0 : source.read(at, COUNTS).reduce((sum, count) => sum + count, 0);
    return within(at, COUNTS + Math.min(values, 256));
  });
  return [...quantisation, ...huffman];
}
