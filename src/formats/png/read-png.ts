import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { readAncillary } from './ancillary.js';
import type { ChunkReading } from './chunk-context.js';
import { type Chunk, regionOf, SIGNATURE } from './chunks.js';
import { endParts } from './end-chunk.js';
import { InflateBudget } from './inflate-budget.js';
import { type Layout, readLayout } from './layout.js';
import { pixelPlaces, pixelRun } from './pixel-parts.js';
import type { PixelStream } from './pixel-stream.js';

export interface PngInspection extends Inspection {
  readonly layout: Layout;
}

/** W3C PNG 5. Throws a reader's error where a viewer would show nothing. */
export function readPng(source: Source, context: ReadContext): PngInspection {
  const layout = readLayout(source, context.limits);
  const reader = new PartReader(source, context, layout);
  const parts = reader.read();
  const { header, frames, streams } = layout;
  return {
    format: 'png',
    mediaType: frames.control.size > 0 ? 'image/apng' : 'image/png',
    parts,
    picture: {
      width: header.width,
      height: header.height,
      orientation: reader.orientation ?? 1,
      frameCount: frames.frameCount,
      pixels: streams.flatMap(pixelRegions),
      ...(streams.some(({ tooLong }) => tooLong) ? { needsReencoding: true } : {}),
      ...(reader.iccProfile === undefined ? {} : { iccProfile: reader.iccProfile }),
    },
    layout,
  };
}

/** The stream's own bytes: no framing, no sequence numbers, nothing past its end. */
function pixelRegions({ chunks, lastChunk, endOffset, prefixBytes }: PixelStream): Region[] {
  return chunks.slice(0, lastChunk + 1).map((chunk, index) => {
    const byteOffset = chunk.dataOffset + prefixBytes;
    return { byteOffset, byteLength: (index === lastChunk ? endOffset : chunk.crcOffset) - byteOffset };
  });
}

class PartReader {
  orientation: number | undefined;
  iccProfile: Uint8Array | undefined;
  /** From eXIf, which viewers prefer to what a text chunk says. */
  #orientationIsOfficial = false;
  #afterPixels = false;
  readonly #seen = new Set<string>();
  readonly #budget: InflateBudget;

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly layout: Layout,
  ) {
    this.#budget = new InflateBudget(context.limits);
  }

  read(): Part[] {
    const { chunks, endOffset, frames } = this.layout;
    const places = pixelPlaces(this.layout.streams);
    const parts: Part[] = [structurePart('signature', { byteOffset: 0, byteLength: SIGNATURE.length })];
    for (let index = 0; index < chunks.length; index++) {
      const chunk = chunks[index] as Chunk;
      const place = places.get(chunk);
      if (place !== undefined) {
        let runLength = 1;
        while (chunks[index + runLength] !== undefined && chunks[index + runLength] === place.stream.chunks[place.position + runLength])
          runLength++;
        const isUnshown = chunk.type === 'IDAT' && frames.hasUnshownDefault;
        parts.push(
          ...pixelRun(place.stream, place.position, runLength, isUnshown ? 'default image, which is no frame of the animation' : undefined),
        );
        index += runLength - 1;
        this.#afterPixels = true;
      } else {
        parts.push(...this.#other(chunk));
      }
    }
    const trailer = trailerPart(this.source, endOffset, this.context);
    return trailer === undefined ? parts : [...parts, trailer];
  }

  #other(chunk: Chunk): Part[] {
    const { layout } = this;
    if (chunk.type === 'IEND') return endParts(this.source, chunk);
    if (chunk.type === 'IHDR' || chunk === layout.palette || layout.frames.control.has(chunk))
      return [structurePart(chunk.name, regionOf(chunk))];
    // W3C PNG 11.2.2: in truecolour a palette is only a suggestion, in greyscale it must not be.
    if (chunk.type === 'PLTE') return [opaquePart(chunk.name, 'unknown', regionOf(chunk), 'a palette that the picture does not use')];
    return [this.#noting(chunk, this.#ancillary(chunk))];
  }

  #ancillary(chunk: Chunk): ChunkReading {
    const { source, context, layout } = this;
    return readAncillary(chunk, {
      source,
      read: context,
      budget: this.#budget,
      header: layout.header,
      paletteEntries: layout.paletteEntries,
      afterPixels: this.#afterPixels,
      isRepeated: (kind) => this.#seen.size === this.#seen.add(kind).size,
    });
  }

  #noting(chunk: Chunk, { part, orientation, iccProfile }: ChunkReading): Part {
    this.iccProfile ??= iccProfile;
    const isOfficial = chunk.type === 'eXIf';
    if (orientation !== undefined && (this.orientation === undefined || (isOfficial && !this.#orientationIsOfficial))) {
      this.orientation = orientation;
      this.#orientationIsOfficial = isOfficial;
    }
    return part;
  }
}
