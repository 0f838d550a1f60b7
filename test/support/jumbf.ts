/** A box as ISO/IEC 14496-12 4.2 lays it out; `large` writes the 64-bit size. */
export function isoBox(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

export function largeIsoBox(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, 'latin1');
  head.writeBigUInt64BE(BigInt(body.length + 16), 8);
  return Buffer.concat([head, body]);
}

/** ISO/IEC 19566-5 B.3: a content type's UUID is its four letters and a fixed tail. */
const typeUuid = (letters: string): Buffer =>
  Buffer.concat([Buffer.from(letters, 'latin1'), Buffer.from('00110010800000aa00389b71', 'hex')]);

/** A superbox: a description box with a label, then the content boxes. */
export function superbox(letters: string, label: string, ...content: readonly Uint8Array[]): Buffer {
  return isoBox('jumb', isoBox('jumd', typeUuid(letters), Buffer.from([3]), Buffer.from(`${label}\0`, 'utf8')), ...content);
}

export const jsonAssertion = (label: string, value: unknown): Buffer =>
  superbox('json', label, isoBox('json', Buffer.from(JSON.stringify(value))));

export const cborAssertion = (label: string, cbor: Uint8Array): Buffer => superbox('cbor', label, isoBox('cbor', cbor));

/** C2PA 2.1 11.1: a manifest store with one manifest: the assertions, a claim and a signature. */
export function buildC2pa(assertions: readonly Uint8Array[], manifestLabel = 'urn:uuid:00000000-0000-4000-8000-000000000000'): Buffer {
  return superbox(
    'c2pa',
    'c2pa',
    superbox(
      'c2ma',
      manifestLabel,
      superbox('c2as', 'c2pa.assertions', ...assertions),
      superbox('c2cl', 'c2pa.claim', isoBox('cbor', Buffer.from([0xa0]))),
      superbox('c2cs', 'c2pa.signature', isoBox('cbor', Buffer.from([0x84, 0x40, 0xa0, 0xf6, 0x40]))),
    ),
  );
}
