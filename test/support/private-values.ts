import type { Tags } from './exiftool.js';

/** Attributes and elements that an SVG draws by. */
const DRAWN = /^SVG:Main:(?!.*(?:Title|Desc|Metadata|Comment|Data-))/;

/**
 * Tags whose values say what the picture is made of, not what it tells: the file, what ExifTool works out, headers, colour profiles and
 * their names, set-ups of codecs, names of handlers, how bright the picture is meant to be; what an SVG draws, apart from its texts and marks.
 */
const NOT_PRIVATE = new RegExp(
  [
    '^(?:SourceFile$|File|ExifTool|System|Composite|ICC_Profile|JFIF|APP14|XMP:XMP-hdr|SVG:SVG-xlink)',
    DRAWN.source,
    ':(?:HandlerDescription|AuxiliaryImage\\w*|ProfileName|ICCProfileName|RelatedImageFileFormat|UniqueCameraModel)$',
  ].join('|'),
);

/** Shorter words are in every file by chance. */
const SHORTEST = 6;

/** What ExifTool says where it does not show a value. */
const NOT_SHOWN = /^\((?:Binary|large)|^\d+(?:\.\d+)?(?: \w+)?$|^\s*$/;

/** Words that XML is written with, and so are in every packet. */
const XML_WORDS = new Set(['Description']);

/** The words of a file that were somebody's, as ExifTool reads them: every text of every tag that is not about the picture itself. */
export function privateStrings(tags: Tags): string[] {
  const found = new Set<string>();
  const take = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) take(item);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) take(item);
    else if (typeof value === 'string' && value.length >= SHORTEST && !NOT_SHOWN.test(value) && !XML_WORDS.has(value)) found.add(value);
  };
  for (const [name, value] of Object.entries(tags)) if (!NOT_PRIVATE.test(name)) take(value);
  // A mark of an editor may hold the very word that an id or a colour of the drawing is.
  const drawn = Object.entries(tags)
    .filter(([name]) => DRAWN.test(name))
    .map(([, value]) => String(value));
  return [...found].filter((word) => !/^urn:mpeg:/.test(word) && !drawn.some((value) => value.includes(word.trim())));
}

const GPS_POINTER = 0x8825;
const RATIONAL = 5;

/** The bytes of every coordinate in every Exif block that can be found by looking for one, wherever it lies. */
export function coordinateBytes(stacks: readonly Buffer[]): Buffer[] {
  const found: Buffer[] = [];
  for (const stack of stacks) {
    for (const mark of ['II*\0', 'MM\0*']) {
      for (let at = stack.indexOf(mark, 0, 'latin1'); at >= 0; at = stack.indexOf(mark, at + 1, 'latin1'))
        found.push(...coordinatesOf(stack.subarray(at), mark === 'II*\0'));
    }
  }
  return found;
}

function coordinatesOf(tiff: Buffer, little: boolean): Buffer[] {
  const u16 = (at: number): number => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number): number => (at + 4 > tiff.length ? 0 : little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const entriesAt = (directory: number): number[] =>
    directory < 8 ? [] : Array.from({ length: Math.min(u16(directory), 200) }, (_, index) => directory + 2 + 12 * index);
  const found: Buffer[] = [];
  for (const pointer of entriesAt(u32(4)).filter((entry) => u16(entry) === GPS_POINTER)) {
    for (const entry of entriesAt(u32(pointer + 8))) {
      const isCoordinate = (u16(entry) === 2 || u16(entry) === 4) && u16(entry + 2) === RATIONAL && u32(entry + 4) === 3;
      const bytes = isCoordinate ? tiff.subarray(u32(entry + 8), u32(entry + 8) + 24) : Buffer.alloc(0);
      // Whole degrees and nothing more could be anything.
      if (bytes.length === 24 && new Set(bytes).size > 4) found.push(bytes);
    }
  }
  return found;
}
