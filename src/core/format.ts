import type { ImageFamily } from './image-names.js';
import type { Limits } from './limits.js';
import type { Edit, Part, Payload, Plan, Region } from './part.js';
import type { Source } from './source.js';

/**
 * Containers that this version reads. `heif` is HEIC and AVIF, `mp4` is MP4 and QuickTime, `tiff` is TIFF, BigTIFF and DNG;
 * `raw` is camera raw, which is read and judged but never written.
 */
export type FormatId =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'heif'
  | 'mp4'
  | 'tiff'
  | 'raw'
  | 'jxl'
  | 'svg'
  | 'bmp'
  | 'jp2'
  | 'psd'
  | 'ico'
  | 'pdf';

/** What a reader gets besides the bytes. */
export interface ReadContext {
  readonly limits: Limits;
  /** How deep this image lies within others; 0 for the file itself. */
  readonly depth: number;
  /**
   * Reads an image found within this one through the same engine.
   * `undefined` when the bytes are no image this version reads, or when they cannot be read: the caller then treats
   * them as one opaque part. Never throws a reader's error.
   */
  readEmbedded(bytes: Uint8Array, pathPrefix: string, byteOffset: number): Embedded | undefined;
}

/** An image within an image: its parts (paths prefixed, offsets those of the outer file) and how to write it anew. */
export interface Embedded {
  readonly format: FormatId;
  readonly parts: readonly Part[];
  readonly payload: Payload;
  readonly picture: Picture;
  /** Its pixels as the lossless decoder of its format gives them; as they are encoded where it has none. */
  decodedPixels(): Iterable<Uint8Array>;
}

/** What a reader found. `parts` tile the source. */
export interface Inspection {
  readonly format: FormatId;
  readonly mediaType: string;
  readonly parts: readonly Part[];
  readonly picture: Picture;
}

/** What must be the same before and after. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 to 8 as Exif 3.0 4.6.5.1.5 defines it; 1 where none is given. */
  readonly orientation: number;
  /** 1 for a still picture. */
  readonly frameCount: number;
  /** The encoded pixel data in file order; no edit touches them (but see `needsReencoding`). */
  readonly pixels: readonly Region[];
  /**
   * True where hidden data sits inside the encoded pixel stream itself (a PNG stream that goes on past the last line)
   * and can only go by coding the same pixels again without loss. The engine then compares `decodedPixels`.
   */
  readonly needsReencoding?: boolean;
  /** The colour profile as a decoder would apply it, where one is present and structurally valid. */
  readonly iccProfile?: Uint8Array;
}

export interface Format {
  readonly id: FormatId;
  readonly mediaTypes: readonly string[];
  /** Families of file names that this container may bear; another image name on it is a mislabelled file. */
  readonly families: readonly ImageFamily[];
  /**
   * First bytes only, never the file name. `head` holds the first 1024 bytes or the whole file if shorter; where nothing
   * matches and the name claims an image, the formats are asked once more with up to 64 KiB.
   */
  sniff(head: Uint8Array): boolean;
  /** Throws `FormatError`, `UnsupportedError` or `LimitError`, nothing else. */
  read(source: Source, context: ReadContext): Inspection;
  /**
   * Sorted, disjoint edits. Throws a reader's error rather than leave a part that the plan removes; a container that is read
   * but never written throws `UnsupportedError` with a hint. Large ranges of zeros come as many edits that share one buffer.
   */
  edit(source: Source, inspection: Inspection, plan: Plan): Edit[];
  /** The pixels as the lossless decoder gives them; only for formats that ever set `needsReencoding`. */
  decodedPixels?(source: Source, inspection: Inspection, limits: Limits): Iterable<Uint8Array>;
}
