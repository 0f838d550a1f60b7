export interface TagSpec {
  /** Four characters. */
  readonly signature: string;
  /** The element with its type signature. Tags that are given the very same array share their data. */
  readonly data: Uint8Array;
}

export interface ProfileSpec {
  readonly tags: readonly TagSpec[];
  readonly deviceClass?: string;
  readonly colourSpace?: string;
  readonly pcs?: string;
  readonly version?: number;
  /** Bytes put right after the tag table. */
  readonly gap?: Uint8Array;
  /** Bytes put after the declared end. */
  readonly trailing?: Uint8Array;
  readonly profileId?: Uint8Array;
}

/** A profile as ICC.1:2022 7 lays it out: header, tag table, elements on 4-byte boundaries. */
export function buildIcc(spec: ProfileSpec): Buffer {
  const { tags, deviceClass = 'mntr', colourSpace = 'RGB ', pcs = 'XYZ ', version = 0x04300000 } = spec;
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  const elements: Buffer[] = [Buffer.from(spec.gap ?? [])];
  const placed = new Map<Uint8Array, number>();
  let end = 128 + table.length + (spec.gap?.length ?? 0);
  const align = () => {
    const padding = -end & 3;
    elements.push(Buffer.alloc(padding));
    end += padding;
  };
  align();
  tags.forEach(({ signature, data }, index) => {
    let at = placed.get(data);
    if (at === undefined) {
      at = end;
      placed.set(data, at);
      elements.push(Buffer.from(data));
      end += data.length;
      align();
    }
    table.write(signature, 4 + 12 * index, 4, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * index);
    table.writeUInt32BE(data.length, 12 + 12 * index);
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(end, 0);
  header.writeUInt32BE(version, 8);
  header.write(deviceClass + colourSpace + pcs, 12, 'latin1');
  [2020, 1, 1, 0, 0, 0].forEach((value, index) => {
    header.writeUInt16BE(value, 24 + 2 * index);
  });
  header.write('acsp', 36, 'latin1');
  // 7.2.16: the D50 illuminant.
  header.writeUInt32BE(0xf6d6, 68);
  header.writeUInt32BE(0x10000, 72);
  header.writeUInt32BE(0xd32d, 76);
  Buffer.from(spec.profileId ?? []).copy(header, 84, 0, 16);
  return Buffer.concat([header, table, ...elements, Buffer.from(spec.trailing ?? [])]);
}

const s15 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};

const element = (type: string, ...rest: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), ...rest]);

/** `XYZ `, 10.31. */
export const iccXyz = (x: number, y: number, z: number): Buffer => element('XYZ ', s15(x), s15(y), s15(z));

/** `para`, 10.18, function 3: the sRGB curve. */
const iccSrgbCurve = (): Buffer =>
  element('para', Buffer.from([0, 3, 0, 0]), ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(s15));

/** `text`, 10.24. */
export const iccText = (text: string): Buffer => element('text', Buffer.from(`${text}\0`, 'latin1'));

/** `mluc`, 10.15, one record. */
export function iccMluc(text: string): Buffer {
  const encoded = Buffer.from(text, 'utf16le').swap16();
  const head = Buffer.alloc(20);
  head.writeUInt32BE(1, 0);
  head.writeUInt32BE(12, 4);
  head.write('enUS', 8, 'latin1');
  head.writeUInt32BE(encoded.length, 12);
  head.writeUInt32BE(28, 16);
  return element('mluc', head, encoded);
}

/** `desc` of ICC.1:2001-04 6.5.17, ASCII only. */
export function iccDesc(text: string): Buffer {
  const ascii = Buffer.from(`${text}\0`, 'latin1');
  const count = Buffer.alloc(4);
  count.writeUInt32BE(ascii.length);
  return element('desc', count, ascii, Buffer.alloc(4 + 4 + 2 + 1 + 67));
}

/** The tags of a small sRGB display profile; `more` come last. */
export function srgbTags(more: readonly TagSpec[] = [], description = 'sRGB'): TagSpec[] {
  const curve = iccSrgbCurve();
  return [
    { signature: 'desc', data: iccMluc(description) },
    { signature: 'cprt', data: iccMluc('No copyright') },
    { signature: 'wtpt', data: iccXyz(0.9642, 1, 0.8249) },
    { signature: 'rXYZ', data: iccXyz(0.4361, 0.2225, 0.0139) },
    { signature: 'gXYZ', data: iccXyz(0.3851, 0.7169, 0.0971) },
    { signature: 'bXYZ', data: iccXyz(0.1431, 0.0606, 0.7141) },
    { signature: 'rTRC', data: curve },
    { signature: 'gTRC', data: curve },
    { signature: 'bTRC', data: curve },
    ...more,
  ];
}

/** A small, valid sRGB profile that decoders take. */
export const srgbProfile = (more: readonly TagSpec[] = []): Buffer => buildIcc({ tags: srgbTags(more) });

/** A grey profile with one curve; `more` tags come last. */
export const greyProfile = (more: readonly TagSpec[] = []): Buffer =>
  buildIcc({
    colourSpace: 'GRAY',
    tags: [
      { signature: 'desc', data: iccMluc('Grey') },
      { signature: 'cprt', data: iccMluc('No copyright') },
      { signature: 'wtpt', data: iccXyz(0.9642, 1, 0.8249) },
      { signature: 'kTRC', data: iccSrgbCurve() },
      ...more,
    ],
  });
