/** One field of a Protocol Buffers message: numbers as they are, all else as bytes. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  /** 0 varint, 1 and 5 fixed, 2 bytes. */
  readonly wire: 0 | 1 | 2 | 5;
}

/** The fields of a message, in their order. Throws `RangeError` where they run out of it. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a message ends within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number is too long');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('a message ends within a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    const number = key >>> 3;
    if (wire === 0) fields.push({ number, wire, value: varint() });
    else if (wire === 1 || wire === 5) fields.push({ number, wire, value: take(wire === 1 ? 8 : 4) });
    else if (wire === 2) fields.push({ number, wire, value: take(Number(varint())) });
    else throw new RangeError('a field is of no known kind');
  }
  return fields;
}

export function messageOf(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wire, value } of fields) {
    parts.push(varintBytes(BigInt((number << 3) | wire)));
    if (typeof value === 'bigint') parts.push(varintBytes(value));
    else if (wire === 2) parts.push(varintBytes(BigInt(value.length)), value);
    else parts.push(value);
  }
  return Buffer.concat(parts);
}

function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

export function textOf(value: Field['value']): string {
  return typeof value === 'bigint' ? '' : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
}
