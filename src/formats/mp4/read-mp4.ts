import { FormatError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { latin1 } from '../../metadata/text.js';
import { BoxCounter, boxRegion, type FileBox, walkSoundBoxes } from '../boxes/walk.js';
import { readFragment } from '../movie/fragments.js';
import { MediaData } from '../movie/media-data.js';
import { metaBox } from '../movie/meta.js';
import { type BoxPlace, opaqueBox, type Piece, removable, spare, structure } from '../movie/piece.js';
import { type Movie, readMovie } from '../movie/read-movie.js';
import { userData } from '../movie/user-data.js';
import { xmpBox } from '../movie/xmp-box.js';
import { trailerPart } from '../trailer.js';
import { fileType } from './file-type.js';
import { fragmentIndex, segmentIndex } from './index-box.js';
import { uuidBox } from './uuid-box.js';

export interface Mp4Inspection extends Inspection {
  readonly boxes: readonly FileBox[];
  /** What the parts of the boxes come from, but those that hold samples. */
  readonly pieces: readonly Piece[];
  readonly movie: Movie;
  readonly media: MediaData;
  /** Boxes that hold samples, and what in them no sample uses. */
  readonly data: readonly { readonly region: Region; readonly unused: readonly Part[] }[];
  readonly trailer?: Part;
}

/** ISO base media and QuickTime files: their boxes, and the film that they hold. */
export function readMp4(source: Source, context: ReadContext): Mp4Inspection {
  return new Mp4Reader(source, context).read();
}

class Mp4Reader {
  readonly #place: BoxPlace;
  readonly #pieces: Piece[] = [];
  readonly #data: { region: Region; unused: readonly Part[] }[] = [];
  readonly #seen = new Set<string>();

  constructor(source: Source, context: ReadContext) {
    this.#place = { source, context, counter: new BoxCounter(context.limits) };
  }

  read(): Mp4Inspection {
    const { source, counter } = this.#place;
    const run = walkSoundBoxes(source, 0, source.byteLength, '', counter);
    const moov = run.boxes.find(({ type }) => type === 'moov');
    if (moov === undefined) throw run.broken ?? new FormatError('no-movie', 0, 'the file describes no film');
    const movie = readMovie(this.#place, moov);
    const byId = new Map(movie.tracks.map((track) => [track.id, track]));
    const fragments = new Map<FileBox, Piece>();
    let frames = 0;
    for (const box of run.boxes) {
      if (box.type !== 'moof') continue;
      const { piece, sampleCounts } = readFragment(this.#place, box, { tracks: byId, defaultSampleBytes: movie.defaultSampleBytes });
      fragments.set(box, piece);
      for (const [id, count] of sampleCounts) if (isPicture(byId.get(id)?.handler ?? '')) frames += count;
    }
    const media = new MediaData(this.#place, movie.tracks);
    const parts = run.boxes.map((box) => this.#boxPart(box, moov, movie, fragments, media));
    const trailer = this.#trailer(run.endOffset, run.broken, media);
    const pictures = movie.tracks.filter(({ handler }) => isPicture(handler));
    const [main] = pictures;
    const [first] = run.boxes;
    return {
      format: 'mp4',
      mediaType: this.#mediaType(first),
      parts: trailer === undefined ? parts : [...parts, trailer],
      picture: {
        width: main?.width ?? 0,
        height: main?.height ?? 0,
        orientation: main?.orientation ?? 1,
        frameCount: pictures.reduce((sum, { sampleCount }) => sum + sampleCount, frames),
        pixels: media.needed({ byteOffset: 0, byteLength: source.byteLength }),
      },
      boxes: run.boxes,
      pieces: this.#pieces,
      movie,
      media,
      data: this.#data,
      ...(trailer === undefined ? {} : { trailer }),
    };
  }

  #boxPart(box: FileBox, moov: FileBox, movie: Movie, fragments: ReadonlyMap<FileBox, Piece>, media: MediaData): Part {
    if (box === moov) {
      this.#refuseSamples(box, media);
      return movie.part;
    }
    const content = { byteOffset: box.dataOffset, byteLength: box.endOffset - box.dataOffset };
    const piece = fragments.get(box) ?? this.#knownBox(box);
    // An unknown box that only tracks use which can go is not told from any other once they are gone.
    const holdsSamples = box.type === 'mdat' || (isSpare(box) ? media.isUsed(content) : media.needed(content).length > 0);
    if (holdsSamples && !fragments.has(box) && !DESCRIPTIONS.has(box.type)) return this.#dataPart(box, content, media);
    this.#refuseSamples(box, media);
    this.#pieces.push(piece);
    return piece.part;
  }

  /** Samples within what describes them: no edit could tell them apart. */
  #refuseSamples(box: FileBox, media: MediaData): void {
    if (media.needed(boxRegion(box)).length > 0)
      throw new FormatError('samples-in-description', box.byteOffset, `samples of a track lie within ${box.path}`);
  }

  #dataPart(box: FileBox, content: Region, media: MediaData): Part {
    const unused = media.unused(`${box.path}/unused`, content);
    this.#data.push({ region: content, unused });
    return {
      path: box.path,
      carrier: 'pixels',
      category: 'rendering',
      region: boxRegion(box),
      required: true,
      ...(unused.length === 0 ? {} : { children: unused }),
    };
  }

  #knownBox(box: FileBox): Piece {
    const isRepeated = this.#seen.has(box.type);
    this.#seen.add(box.type);
    switch (box.type) {
      case 'ftyp':
        return isRepeated ? opaqueBox(box, 'a second file type') : fileType(this.#place, box);
      case 'styp':
        return fileType(this.#place, box);
      case 'sidx':
        return segmentIndex(this.#place, box);
      case 'mfra':
        return fragmentIndex(this.#place, box);
      case 'mdat':
        return structure(box);
      case 'free':
      case 'skip':
      case 'wide':
        return spare(this.#place, box);
      case 'uuid':
        return uuidBox(this.#place, box);
      case 'XMP_':
        return xmpBox(this.#place, box);
      case 'meta':
        return metaBox(this.#place, box);
      case 'udta':
        return userData(this.#place, box);
      case 'prft':
        return removable(box, { carrier: 'application', category: 'time', note: 'the time on the clock of who recorded it' });
      case 'pnot':
      case 'PICT':
      case 'pict':
        return removable(box, { carrier: 'thumbnail', category: 'preview', alsoReveals: ['time', 'hidden'], note: 'a QuickTime preview' });
      case 'moov':
        return opaqueBox(box, 'a second film that no player shows');
      default:
        return opaqueBox(box, 'a private or unknown box');
    }
  }

  /** What follows the last box. A box that was cut short in the middle of samples is no tail. */
  #trailer(byteOffset: number, broken: FormatError | undefined, media: MediaData): Part | undefined {
    const { source, context } = this.#place;
    if (!media.isUsed({ byteOffset, byteLength: source.byteLength - byteOffset })) return trailerPart(source, byteOffset, context);
    throw broken ?? new FormatError('samples-behind-end', byteOffset, 'samples of a track lie behind the last box');
  }

  #mediaType(first: FileBox | undefined): string {
    if (first?.type !== 'ftyp' || first.endOffset - first.dataOffset < 4) return 'video/quicktime';
    const brand = latin1(this.#place.source.read(first.dataOffset, 4));
    if (brand === 'qt  ') return 'video/quicktime';
    return /^3g[2p]/.test(brand) ? 'video/3gpp' : 'video/mp4';
  }
}

/** Boxes that describe samples, or the file: what lies in them is not theirs to be overwritten. */
const DESCRIPTIONS = new Set(['ftyp', 'styp', 'sidx', 'mfra']);

function isPicture(handler: string): boolean {
  return handler === 'vide' || handler === 'pict';
}

function isSpare({ type }: FileBox): boolean {
  return type === 'free' || type === 'skip' || type === 'wide';
}
