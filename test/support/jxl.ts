import { isoBox } from './jumbf.js';

/** A real picture of 16 by 16 pixels of one colour. */
export const JXL_CODESTREAM = Buffer.from(
  'ff0a43404271210012880200e0005de5120000152aa38c1bbc9cebf9f24387c5b48deb0c6db56d6149a2c8383649277048128b20ee86e402082040cc1b700a5b0f8654504902',
  'hex',
);

export interface JxlOptions {
  /** Whole boxes in front of the codestream, and behind it. */
  readonly before?: readonly Uint8Array[];
  readonly after?: readonly Uint8Array[];
  /** Bytes behind the last frame, within its box. */
  readonly codestreamTail?: Uint8Array;
  readonly trailer?: Uint8Array;
  /** In two boxes. */
  readonly partial?: boolean;
}

/** A file in boxes (ISO/IEC 18181-2). */
export function buildJxl(options: JxlOptions = {}): Buffer {
  const codestream = Buffer.concat([JXL_CODESTREAM, options.codestreamTail ?? Buffer.alloc(0)]);
  const boxes = options.partial
    ? [
        isoBox('jxlp', Buffer.from([0, 0, 0, 0]), codestream.subarray(0, 10)),
        isoBox('jxlp', Buffer.from([0x80, 0, 0, 1]), codestream.subarray(10)),
      ]
    : [isoBox('jxlc', codestream)];
  return Buffer.concat([
    isoBox('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    isoBox('ftyp', Buffer.from('jxl \0\0\0\0jxl ')),
    ...(options.before ?? []),
    ...boxes,
    ...(options.after ?? []),
    options.trailer ?? Buffer.alloc(0),
  ]);
}

/** An Exif box: nothing in front of the block. */
export const jxlExif = (block: Uint8Array): Buffer => isoBox('Exif', Buffer.alloc(4), block);
