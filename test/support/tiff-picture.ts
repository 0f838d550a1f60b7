import { buildTiff, type TiffDirectory, type TiffOptions } from './tiff.js';

/** Eight pixels of grey. */
export const GREY = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** A page of 4 by 2 grey pixels in one strip, with more entries. */
export function greyPage(more: TiffDirectory = [], pixels: Uint8Array = GREY): TiffDirectory {
  return [
    { tag: 0x100, type: 3, value: [4] },
    { tag: 0x101, type: 3, value: [2] },
    { tag: 0x102, type: 3, value: [8] },
    { tag: 0x103, type: 3, value: [1] },
    { tag: 0x106, type: 3, value: [1] },
    { tag: 0x111, lengthTag: 0x117, data: pixels },
    { tag: 0x115, type: 3, value: [1] },
    { tag: 0x116, type: 3, value: [2] },
    ...more,
  ];
}

export function greyTiff(more: TiffDirectory = [], options: TiffOptions = {}): Buffer {
  return Buffer.from(buildTiff([greyPage(more)], options));
}
