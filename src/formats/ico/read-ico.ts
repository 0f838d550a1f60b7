import { FormatError, UnsupportedError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { isBlank } from '../boxes/blank.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import type { ImageReading } from './dib.js';
import { type Directory, type Entry, readDirectory, silentFields } from './directory.js';
import { readImage } from './image.js';

export interface IcoInspection extends Inspection {
  readonly directory: Directory;
  readonly images: readonly ImageReading[];
}

/** Zeros that some writers put behind the last image; they tell nothing. */
const END_ZEROS = 4;

/** Icons and pointers (Microsoft, "Icons"; PNG within them since Windows Vista). Throws a reader's error. */
export function readIco(source: Source, context: ReadContext): IcoInspection {
  const directory = readDirectory(source);
  const places = imagePlaces(directory);
  const total = places.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total > context.limits.payloadBytes)
    throw new UnsupportedError('ico-size', 0, `the images of an icon are not read past ${context.limits.payloadBytes} bytes`);
  const parts: Part[] = [directoryPart(directory)];
  const images: ImageReading[] = [];
  let at = directory.bytes.length;
  for (const [index, { byteOffset, byteLength }] of places.entries()) {
    if (byteOffset > at) parts.push(gapPart(source, at, byteOffset, index));
    const image = readImage(source.read(byteOffset, byteLength), `image#${index}`, byteOffset, context);
    images.push(image);
    parts.push(imagePart(`image#${index}`, { byteOffset, byteLength }, image));
    at = byteOffset + byteLength;
  }
  const isEnd = at < source.byteLength && source.byteLength - at <= END_ZEROS && isBlank(source, at, source.byteLength);
  const tail = isEnd ? structurePart('end', { byteOffset: at, byteLength: source.byteLength - at }) : trailerPart(source, at, context);
  if (tail !== undefined) parts.push(tail);
  return {
    format: 'ico',
    mediaType: directory.isPointer ? 'image/x-win-bitmap' : 'image/vnd.microsoft.icon',
    parts,
    picture: {
      width: Math.max(...images.map(({ width }) => width)),
      height: Math.max(...images.map(({ height }) => height)),
      orientation: 1,
      frameCount: images.length,
      pixels: images.flatMap(({ pixels }) => pixels),
      ...(images.some(({ needsReencoding }) => needsReencoding) ? { needsReencoding: true } : {}),
    },
    directory,
    images,
  };
}

/** Where images lie, in the order of the file. Entries may share one; other images do not lie on each other. */
function imagePlaces({ entries }: Directory): Region[] {
  const sorted = [...entries].sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  const places: Entry[] = [];
  for (const entry of sorted) {
    const last = places.at(-1);
    if (last !== undefined && last.byteOffset === entry.byteOffset && last.byteLength === entry.byteLength) continue;
    if (last !== undefined && entry.byteOffset < last.byteOffset + last.byteLength)
      throw new FormatError('overlap', entry.at, 'two images lie on each other');
    places.push(entry);
  }
  return places;
}

function directoryPart(directory: Directory): Part {
  const part = structurePart('directory', { byteOffset: 0, byteLength: directory.bytes.length });
  const children = silentFields(directory).map(({ name, ...region }) =>
    opaquePart(`directory/${name}`, 'unknown', region, 'a field with a value that means nothing'),
  );
  return children.length === 0 ? part : { ...part, children };
}

function gapPart(source: Source, start: number, end: number, index: number): Part {
  const region = { byteOffset: start, byteLength: end - start };
  const path = `gap#${index}`;
  return isBlank(source, start, end) ? structurePart(path, region) : opaquePart(path, 'unknown', region, 'bytes that no image refers to');
}

function imagePart(path: string, region: Region, { parts, payload }: ImageReading): Part {
  return { path, carrier: 'image', category: 'rendering', region, required: true, children: parts, payload };
}
