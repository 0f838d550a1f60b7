import { buildTiff, degreesToRationals, type TiffDirectory, type TiffOptions } from './tiff.js';
import { greyPage } from './tiff-picture.js';

/** Eight values of a mosaic. */
export const MOSAIC = Uint8Array.of(11, 12, 13, 14, 15, 16, 17, 18);

export interface DngOptions extends TiffOptions {
  /** More entries of the first directory, of the raw picture and of the Exif directory. */
  readonly ifd0?: TiffDirectory;
  readonly raw?: TiffDirectory;
  readonly exif?: TiffDirectory;
  /** More directories beside the raw picture. */
  readonly others?: readonly TiffDirectory[];
  readonly gps?: boolean;
}

/** DNG 1.4: a small picture in the first directory, the mosaic in a SubIFD. */
export function buildDng(options: DngOptions = {}): Buffer {
  const mosaic: TiffDirectory = [
    { tag: 0xfe, type: 4, value: [0] },
    { tag: 0x100, type: 3, value: [4] },
    { tag: 0x101, type: 3, value: [2] },
    { tag: 0x102, type: 3, value: [8] },
    { tag: 0x103, type: 3, value: [1] },
    { tag: 0x106, type: 3, value: [32_803] },
    { tag: 0x111, lengthTag: 0x117, data: MOSAIC },
    { tag: 0x115, type: 3, value: [1] },
    { tag: 0x116, type: 3, value: [2] },
    { tag: 0x828d, type: 3, value: [2, 2] },
    { tag: 0x828e, type: 1, value: [0, 1, 1, 2] },
    { tag: 0xc61a, type: 5, value: [[1, 1]] },
    { tag: 0xc61d, type: 4, value: [255] },
    ...(options.raw ?? []),
  ];
  const gps: TiffDirectory = [
    { tag: 1, type: 2, value: 'N' },
    { tag: 2, type: 5, value: degreesToRationals(48.85) },
  ];
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1].map((value) => [value, 1] as const);
  const first = greyPage([
    { tag: 0xfe, type: 4, value: [1] },
    { tag: 0x14a, directories: [mosaic, ...(options.others ?? [])] },
    ...(options.exif === undefined ? [] : [{ tag: 0x8769, directories: [options.exif] }]),
    ...(options.gps === true ? [{ tag: 0x8825, directories: [gps] }] : []),
    { tag: 0xc612, type: 1, value: [1, 4, 0, 0] },
    { tag: 0xc613, type: 1, value: [1, 1, 0, 0] },
    { tag: 0xc614, type: 2, value: 'Maker Model One' },
    { tag: 0xc621, type: 10, value: matrix },
    {
      tag: 0xc628,
      type: 5,
      value: [
        [1, 2],
        [1, 1],
        [1, 2],
      ],
    },
    ...(options.ifd0 ?? []),
  ]);
  return Buffer.from(buildTiff([first], options));
}
