/** What a file holds of a picture besides the one that it shows. */
const HIDDEN_KINDS = [
  /** A preview of which the picture is only a piece: what was cropped away is still there. */
  'cropped-away',
  /** A preview of the same scene in which something looks otherwise: it was painted over or retouched. */
  'painted-over',
  /** A preview or a second picture of something else. */
  'other-picture',
  /** A picture within that could not be held against the one that is shown, because one of them could not be decoded. */
  'not-compared',
  /** A picture that is shown cropped, with all of it in the file. */
  'cropped-for-show',
  /** Colours under pixels that are fully transparent. */
  'under-transparency',
  /** The rest of an older, larger file behind the end of this one (aCropalypse). */
  'remains',
] as const;

export type HiddenKind = (typeof HIDDEN_KINDS)[number];

/** One of them. The message holds no private value; the picture does, whatever it shows. */
export interface HiddenPicture {
  readonly kind: HiddenKind;
  /** Path of the part that holds it, or of the pixels. */
  readonly at: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** One sentence for a person. */
  readonly message: string;
  /** False where it lies in the pixels themselves, which no scrub touches. */
  readonly scrubbed: boolean;
  /** What could be recovered; where nothing could, or nothing was tried, the message says so. */
  readonly picture?: ReportPicture;
}

/** An encoded picture, small enough for a report. */
export interface ReportPicture {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** What was found in one file. */
export interface HiddenInFile {
  readonly hidden: readonly HiddenPicture[];
  /** The picture that the file shows, where it was decoded. */
  readonly shown?: ReportPicture;
}

/** An encoded picture within a file, with where it lies. */
export interface PictureWithin {
  readonly at: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** What the reader says of it: `JPEG thumbnail 160x120`. */
  readonly note?: string;
  /** As a decoder takes it. */
  readonly bytes: Uint8Array;
  /** Where the bytes are no file but pixels: three bytes each, rows without padding. */
  readonly raw?: { readonly width: number; readonly height: number };
  /** As its header says; absent where only a decoder can tell. */
  readonly size?: { readonly width: number; readonly height: number };
}
