import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { FLAGS, type Frame, type Layout, readLayout } from './layout.js';
import { padPart, readMetadataChunk, type Standing } from './metadata-chunks.js';
import { endingPad, frameHeadPart, neededParts, vp8xPart } from './picture-parts.js';
import { FILE_HEAD_BYTES, type RiffChunk, regionOf } from './riff.js';

export interface WebpInspection extends Inspection {
  readonly layout: Layout;
}

/** Notes on chunks of the picture that viewers do not show. */
const UNSHOWN: Readonly<Record<string, string>> = {
  'VP8 ': 'a second picture',
  VP8L: 'a second picture',
  ALPH: 'an alpha plane that is not used',
  ANIM: 'animation parameters that are not used',
  ANMF: 'a frame that is not shown',
};

/** The VP8X flag that announces a chunk. */
const CHUNK_FLAGS: Readonly<Record<string, number>> = { EXIF: FLAGS.exif, 'XMP ': FLAGS.xmp, ICCP: FLAGS.icc };

/** WebP container specification. Throws a reader's error where a viewer would show nothing. */
export function readWebp(source: Source, context: ReadContext): WebpInspection {
  const layout = readLayout(source, context.limits);
  const reader = new PartReader(source, context, layout);
  const parts = reader.read();
  return {
    format: 'webp',
    mediaType: 'image/webp',
    parts,
    picture: {
      ...layout.canvas,
      orientation: reader.orientation ?? 1,
      frameCount: layout.frames.length,
      pixels: layout.frames.flatMap(({ pixels }) =>
        pixels.map((chunk) => ({ byteOffset: chunk.dataOffset, byteLength: layout.meaningful.get(chunk) ?? chunk.dataBytes })),
      ),
      ...(reader.iccProfile === undefined ? {} : { iccProfile: reader.iccProfile }),
    },
    layout,
  };
}

class PartReader {
  orientation: number | undefined;
  iccProfile: Uint8Array | undefined;
  readonly #seen = new Set<string>();
  readonly #frames = new Map<RiffChunk, Frame>();
  readonly #pixels: ReadonlySet<RiffChunk>;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly layout: Layout,
  ) {
    for (const frame of layout.frames) if (frame.anmf !== undefined) this.#frames.set(frame.anmf.chunk, frame);
    this.#pixels = new Set(layout.frames.flatMap(({ pixels }) => pixels));
  }

  read(): Part[] {
    const { source, layout } = this;
    const { run, endOffset } = layout;
    const parts: Part[] = [structurePart('RIFF', { byteOffset: 0, byteLength: FILE_HEAD_BYTES })];
    for (const chunk of run.chunks) parts.push(...this.#top(chunk));
    parts.push(...this.#rest('RIFF', run.endOffset, endOffset));
    const trailer = trailerPart(source, endOffset, this.context);
    return trailer === undefined ? parts : [...parts, trailer];
  }

  #top(chunk: RiffChunk): Part[] {
    const { source, layout } = this;
    if (chunk === layout.vp8x) return [vp8xPart(source, chunk)];
    if (chunk === layout.anim) return neededParts(source, chunk, 'structure', layout.meaningful.get(chunk));
    if (this.#pixels.has(chunk)) return this.#pixelParts(chunk);
    const frame = this.#frames.get(chunk);
    if (frame !== undefined) return this.#frameParts(frame);
    return [this.#other(chunk)];
  }

  #pixelParts(chunk: RiffChunk): Part[] {
    return neededParts(this.source, chunk, 'pixels', this.layout.meaningful.get(chunk));
  }

  #frameParts({ anmf }: Frame): Part[] {
    if (anmf === undefined) return [];
    const { chunk, inner } = anmf;
    const parts = [frameHeadPart(this.source, chunk)];
    for (const part of inner.chunks) parts.push(...(this.#pixels.has(part) ? this.#pixelParts(part) : [this.#unshown(part)]));
    parts.push(...this.#rest(chunk.name, inner.endOffset, chunk.padOffset));
    return [...parts, ...endingPad(chunk, padPart(this.source, chunk))];
  }

  #other(chunk: RiffChunk): Part {
    if (UNSHOWN[chunk.fourCC] !== undefined) return this.#unshown(chunk);
    const { part, orientation, iccProfile } = readMetadataChunk(this.source, chunk, this.context, this.#standing(chunk));
    this.orientation ??= orientation;
    this.iccProfile ??= iccProfile;
    return part;
  }

  /** libwebp, and with it every browser, looks at the first chunk of a kind whose flag is set. C2PA has no flag. */
  #standing({ fourCC }: RiffChunk): Standing {
    // A second one is worth a look at what it tells; thousands of them are not.
    if (this.#seen.has(fourCC)) return this.#seen.size === this.#seen.add(`${fourCC} again`).size ? 'one of many' : 'repeated';
    this.#seen.add(fourCC);
    const flag = CHUNK_FLAGS[fourCC];
    return fourCC === 'C2PA' || (flag !== undefined && (this.layout.flags & flag) !== 0) ? 'heeded' : 'unannounced';
  }

  #unshown(chunk: RiffChunk): Part {
    const note = UNSHOWN[chunk.fourCC];
    const part = opaquePart(chunk.name, 'unknown', regionOf(chunk), note ?? 'a private or unknown chunk');
    return note === undefined ? part : { ...part, category: 'preview' };
  }

  /** Bytes too few for another chunk. */
  #rest(path: string, byteOffset: number, endOffset: number): Part[] {
    if (byteOffset >= endOffset) return [];
    return [opaquePart(`${path}/rest`, 'unknown', { byteOffset, byteLength: endOffset - byteOffset }, 'bytes that are no chunk')];
  }
}
