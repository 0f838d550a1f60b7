export interface ResourceSpec {
  readonly id: number;
  readonly data: Uint8Array;
  /** Pascal string, Latin-1. */
  readonly name?: string;
  /** Four characters; `8BIM` where absent. */
  readonly type?: string;
}

/** What stands before the resources in a JPEG APP13 segment. */
export const PHOTOSHOP_HEADER = Buffer.from('Photoshop 3.0\0', 'latin1');

/** Photoshop File Formats, image resource blocks: type, id, even Pascal name, length, even data. */
export function photoshopResource({ id, data, name = '', type = '8BIM' }: ResourceSpec): Buffer {
  const head = Buffer.alloc(6);
  head.write(type, 'latin1');
  head.writeUInt16BE(id, 4);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const text = Buffer.from(name, 'latin1');
  return Buffer.concat([head, even(Buffer.concat([Buffer.from([text.length]), text])), length, even(data)]);
}

export function buildPhotoshop(resources: readonly ResourceSpec[]): Buffer {
  return Buffer.concat(resources.map(photoshopResource));
}

/** 0x03ED: fixed 16.16 pixels per inch, unit 1 (inch), shown in inches. */
export function resolutionInfo(pixelsPerInch: number): Buffer {
  const bytes = Buffer.alloc(16);
  for (const at of [0, 8]) {
    bytes.writeUInt32BE(pixelsPerInch * 65536, at);
    bytes.writeUInt16BE(1, at + 4);
    bytes.writeUInt16BE(1, at + 6);
  }
  return bytes;
}

/** 0x040C (or 0x0409): 28 bytes of header, then a JPEG stream. */
export function thumbnailResource(jpeg: Uint8Array, width = 16, height = 12): Buffer {
  const head = Buffer.alloc(28);
  const rowBytes = Math.ceil((width * 24) / 32) * 4;
  [1, width, height, rowBytes, rowBytes * height, jpeg.length].forEach((value, index) => {
    head.writeUInt32BE(value, index * 4);
  });
  head.writeUInt16BE(24, 24);
  head.writeUInt16BE(1, 26);
  return Buffer.concat([head, jpeg]);
}

function even(bytes: Uint8Array): Buffer {
  return bytes.length % 2 === 0 ? Buffer.from(bytes) : Buffer.concat([bytes, Buffer.alloc(1)]);
}
