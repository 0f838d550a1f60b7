import { FormatError } from '../../core/error.js';
import { MARKER } from './markers.js';

/** One table of a DQT or DHT segment. Offsets count from the segment's first data byte. */
export interface Table {
  /** 0 quantization, 1 Huffman DC, 2 Huffman AC. */
  readonly kind: 0 | 1 | 2;
  readonly destination: number;
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  /** Set as scans that use it are met. */
  used: boolean;
}

const QUANTIZED_COEFFICIENTS = 64;
const CODE_LENGTHS = 16;
const DESTINATIONS = 4;

/** The tables of a DQT or DHT segment. Throws `FormatError` where its bytes are not exactly tables: no decoder takes that. */
export function readTables(marker: number, data: Uint8Array, byteOffset: number): Table[] {
  const tables: Table[] = [];
  let at = 0;
  while (at < data.length) {
    const head = data[at] as number;
    const length = marker === MARKER.DQT ? quantizationBytes(head) : huffmanBytes(data, at);
    const destination = head & 15;
    const high = head >> 4;
    if (length === undefined || high > 1 || destination >= DESTINATIONS || at + length > data.length)
      throw new FormatError('bad-table', byteOffset + at, 'a quantization or Huffman table does not fill its segment as declared');
    const kind = marker === MARKER.DQT ? 0 : high === 0 ? 1 : 2;
    tables.push({ kind, destination, start: at, end: at + length, bytes: data.slice(at + 1, at + length), used: false });
    at += length;
  }
  return tables;
}

/** T.81 B.2.4.1: Pq is 0 for 8-bit and 1 for 16-bit values. */
function quantizationBytes(head: number): number {
  return 1 + QUANTIZED_COEFFICIENTS * ((head >> 4) + 1);
}

/** T.81 B.2.4.2: 16 counts, then as many values as they sum up to, at most 256. */
function huffmanBytes(data: Uint8Array, at: number): number | undefined {
  if (at + 1 + CODE_LENGTHS > data.length) return undefined;
  let count = 0;
  for (let index = 0; index < CODE_LENGTHS; index++) count += data[at + 1 + index] as number;
  return count > 256 ? undefined : 1 + CODE_LENGTHS + count;
}

/** Which table each destination holds at the moment, and which were ever used. */
export class TableStore {
  readonly #current: (Table | undefined)[] = new Array(3 * DESTINATIONS);
  readonly all: Table[] = [];

  define(tables: readonly Table[]): void {
    for (const table of tables) {
      this.#current[table.kind * DESTINATIONS + table.destination] = table;
      this.all.push(table);
    }
  }

  get(kind: Table['kind'], destination: number): Table | undefined {
    return this.#current[kind * DESTINATIONS + destination];
  }

  use(kind: Table['kind'], destination: number): void {
    const table = this.get(kind, destination);
    if (table !== undefined) table.used = true;
  }

  /**
   * Tables that no scan uses: 64 to 300 bytes each that no decoder looks at. One whose bytes are those of a table in
   * use, or of T.81 annex K, says nothing and is not among them.
   */
  idle(): Set<Table> {
    const known = new Set(this.all.filter(({ used }) => used).map(({ bytes }) => keyOf(bytes)));
    return new Set(this.all.filter(({ used, bytes }) => !used && !known.has(keyOf(bytes)) && !isTypical(bytes)));
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** T.81 tables K.3 to K.6, which encoders write whether they need them or not: counts, then the first values. */
const TYPICAL: readonly string[] = [
  '00010501010101010100000000000000000102030405060708090a0b',
  '00030101010101010101010000000000000102030405060708090a0b',
  '0002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  '00020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
];

function isTypical(bytes: Uint8Array): boolean {
  return TYPICAL.includes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'));
}
