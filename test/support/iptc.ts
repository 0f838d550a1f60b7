import { createHash } from 'node:crypto';

/** One dataset as a test writes it: record, dataset number, value (text is UTF-8). */
export type IptcEntry = readonly [record: number, dataset: number, value: string | Uint8Array];

/** IIM 4.2 1.6: one dataset; `extended` writes the length in that many octets (1.5.4). */
export function iptcDataset(record: number, dataset: number, value: string | Uint8Array, extended?: number): Buffer {
  const data = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  const head = Buffer.from([0x1c, record, dataset]);
  if (extended === undefined && data.length < 0x8000) return Buffer.concat([head, u16(data.length), data]);
  const octets = extended ?? 4;
  const length = Buffer.alloc(octets);
  for (let index = 0; index < octets; index++) length[octets - 1 - index] = Math.floor(data.length / 256 ** index) % 256;
  return Buffer.concat([head, u16(0x8000 | octets), length, data]);
}

/** Datasets in the order given. */
export function buildIptc(entries: readonly IptcEntry[]): Buffer {
  return Buffer.concat(entries.map(([record, dataset, value]) => iptcDataset(record, dataset, value)));
}

/** 1:90 that says UTF-8 (ESC % G). */
export const IPTC_UTF8: IptcEntry = [1, 90, new Uint8Array([0x1b, 0x25, 0x47])];

/** What Photoshop stores as resource 0x0425 beside the IPTC block. */
export function iptcDigest(iptc: Uint8Array): Buffer {
  return createHash('md5').update(iptc).digest();
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
