import { deflateSync } from 'node:zlib';

/** Where an object is in the file that is written. */
export type NewPlace =
  | { readonly kind: 'offset'; readonly byteOffset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number };

/** A table with fewer objects than a share of its numbers is written in sections. */
const SPARSE = 4;

/** ISO 32000-2, 7.5.4 and 7.5.5: the table, the trailer and what points to them. `byteOffset` is where this starts. */
export function writeTable(places: ReadonlyMap<number, NewPlace>, trailer: string, byteOffset: number): Buffer {
  const numbers = [...places.keys()].sort((a, b) => a - b);
  const size = (numbers.at(-1) ?? 0) + 1;
  const isSparse = size > SPARSE * (numbers.length + 1);
  const lines = ['xref\n'];
  const runs = isSparse ? runsOf([0, ...numbers]) : [{ first: 0, count: size }];
  for (const { first, count } of runs) {
    lines.push(`${first} ${count}\n`);
    for (let number = first; number < first + count; number++) {
      const place = places.get(number);
      lines.push(
        place?.kind === 'offset'
          ? `${String(place.byteOffset).padStart(10, '0')} ${String(place.generation).padStart(5, '0')} n \n`
          : '0000000000 65535 f \n',
      );
    }
  }
  lines.push(`trailer\n${withEntries(trailer, `/Size ${size}`)}\nstartxref\n${byteOffset}\n%%EOF\n`);
  return Buffer.from(lines.join(''), 'latin1');
}

/** 7.5.8: the same as a stream, which packed objects need. It is an object itself, of the next number. */
export function writeStream(places: ReadonlyMap<number, NewPlace>, trailer: string, byteOffset: number): Buffer {
  const number = largest(places.keys()) + 1;
  const all = new Map<number, NewPlace>([...places, [number, { kind: 'offset', byteOffset, generation: 0 }]]);
  const runs = runsOf([0, ...[...all.keys()].sort((a, b) => a - b)]);
  const offsetBytes = byteOffset > 0xffffffff ? 6 : 4;
  const rows: Buffer[] = [];
  for (const { first, count } of runs) {
    for (let each = first; each < first + count; each++) {
      const place = all.get(each);
      const row = Buffer.alloc(1 + offsetBytes + 2);
      row[0] = place === undefined ? 0 : place.kind === 'offset' ? 1 : 2;
      row.writeUIntBE(place === undefined ? 0 : place.kind === 'offset' ? place.byteOffset : place.container, 1, offsetBytes);
      row.writeUInt16BE(place === undefined ? 0xffff : place.kind === 'offset' ? place.generation : place.index, 1 + offsetBytes);
      rows.push(row);
    }
  }
  const data = deflateSync(Buffer.concat(rows));
  const index = runs.map(({ first, count }) => `${first} ${count}`).join(' ');
  const entries = `/Type /XRef /Size ${number + 1} /W [1 ${offsetBytes} 2] /Index [${index}] /Filter /FlateDecode /Length ${data.length}`;
  return Buffer.concat([
    Buffer.from(`${number} 0 obj\n${withEntries(trailer, entries)}\nstream\n`, 'latin1'),
    data,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${byteOffset}\n%%EOF\n`),
  ]);
}

export function largest(numbers: Iterable<number>): number {
  let most = 0;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}

/** Puts entries in front of those that a dictionary has. */
function withEntries(dictionary: string, entries: string): string {
  return `<<${entries}\n${dictionary.slice(2)}`;
}

function runsOf(numbers: readonly number[]): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === number) last.count++;
    else runs.push({ first: number, count: 1 });
  }
  return runs;
}
