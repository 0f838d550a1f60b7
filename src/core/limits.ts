/** Bounds on hostile input. Sizes in bytes; every loop and allocation that a file controls names one of these. */
export interface Limits {
  /** Bytes of one metadata payload held in memory (Exif block, XMP packet, text chunk, profile). */
  readonly payloadBytes: number;
  /** Bytes one compressed metadata payload may inflate to. */
  readonly inflatedBytes: number;
  /** Bytes an image's compressed pixel stream may inflate to while its true end is looked for. */
  readonly pixelBytes: number;
  /** Parts on the top level of one file (segments, chunks): each takes about a kilobyte while it is read. */
  readonly partCount: number;
  /** Records that take no part of their own: chunks of one stream of pixels, objects of a document. */
  readonly objectCount: number;
  /** Leaf entries of one payload (IFD entries, datasets, properties). */
  readonly entryCount: number;
  /** Directories of one TIFF structure. */
  readonly ifdCount: number;
  /** Images within images, directories within directories, elements within elements. */
  readonly nestingDepth: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  payloadBytes: 64 * 2 ** 20,
  inflatedBytes: 32 * 2 ** 20,
  pixelBytes: 2 ** 30,
  partCount: 32_768,
  objectCount: 200_000,
  entryCount: 32_768,
  ifdCount: 256,
  nestingDepth: 8,
});
