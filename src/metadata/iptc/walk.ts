/** One dataset, or a run of bytes that is none. Offsets count from the start of the block. */
export type IptcItem =
  | {
      readonly kind: 'dataset';
      readonly record: number;
      readonly dataset: number;
      readonly start: number;
      readonly data: number;
      readonly end: number;
    }
  | { readonly kind: 'stray'; readonly start: number; readonly end: number };

const TAG_MARKER = 0x1c;
const HEADER_BYTES = 5;
/** A length of more than 4 octets says more than any block of ours can hold. */
const MAX_LENGTH_OCTETS = 4;

/**
 * Walks an IIM block by declared length. What is no dataset becomes one stray run up to the next thing that is.
 * At most `maxDatasets` datasets; what follows them is one stray run. Linear in the block.
 */
export function walkIptc(bytes: Uint8Array, maxDatasets: number): IptcItem[] {
  const items: IptcItem[] = [];
  let strayStart = 0;
  let at = 0;
  let count = 0;
  while (at < bytes.length && count < maxDatasets) {
    const found = datasetAt(bytes, at);
    if (found === undefined) {
      at++;
      while (at < bytes.length && bytes[at] !== TAG_MARKER) at++;
      continue;
    }
    if (at > strayStart) items.push({ kind: 'stray', start: strayStart, end: at });
    items.push(found);
    count++;
    at = found.end;
    strayStart = at;
  }
  if (strayStart < bytes.length) items.push({ kind: 'stray', start: strayStart, end: bytes.length });
  return items;
}

/** IIM 4.2 1.5: tag marker, record number, dataset number, and a length of two octets or, extended, of up to four more. */
function datasetAt(bytes: Uint8Array, at: number): Extract<IptcItem, { kind: 'dataset' }> | undefined {
  if (bytes[at] !== TAG_MARKER || at + HEADER_BYTES > bytes.length) return undefined;
  const record = bytes[at + 1] as number;
  if (record < 1 || record > 9) return undefined;
  let length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
  let data = at + HEADER_BYTES;
  if (length >= 0x8000) {
    // 1.5.4: with the top bit set, the other 15 count the octets of the real length that follow.
    const octets = length & 0x7fff;
    if (octets > MAX_LENGTH_OCTETS || data + octets > bytes.length) return undefined;
    length = 0;
    for (let index = 0; index < octets; index++) length = length * 256 + (bytes[data + index] as number);
    data += octets;
  }
  const end = data + length;
  if (end > bytes.length) return undefined;
  return { kind: 'dataset', record, dataset: bytes[at + 2] as number, start: at, data, end };
}
