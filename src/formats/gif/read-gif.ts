import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { commentPart } from '../comment.js';
import { trailerPart } from '../trailer.js';
import { nameOf, readApplication } from './application.js';
import { type ExtensionBlock, type ImageBlock, joinSubBlocks, type Layout, readLayout, type StrayBytes } from './blocks.js';
import { graphicControlParts } from './graphic-control.js';
import { findPixelEnd, type PixelEnd } from './pixel-end.js';

/** Labels of extensions (GIF89a 23 to 26). */
const LABEL = Object.freeze({ plainText: 0x01, graphicControl: 0xf9, comment: 0xfe, application: 0xff });

/** More of a comment than this is never looked at. */
const COMMENT_BYTES = 64 * 1024;

export interface GifInspection extends Inspection {
  readonly layout: Layout;
  /** Images whose sub-blocks go on after the last pixel. */
  readonly ends: ReadonlyMap<ImageBlock, PixelEnd>;
}

export function readGif(source: Source, context: ReadContext): GifInspection {
  const layout = readLayout(source, context.limits);
  const reader = new PartReader(source, context, layout);
  const parts = reader.read();
  const images = layout.blocks.filter((block): block is ImageBlock => block.kind === 'image');
  return {
    format: 'gif',
    mediaType: 'image/gif',
    parts,
    picture: {
      width: layout.width,
      height: layout.height,
      orientation: 1,
      frameCount: images.length,
      pixels: images.flatMap((image) => pixelRegions(image, reader.ends.get(image))),
      ...(reader.iccProfile === undefined ? {} : { iccProfile: reader.iccProfile }),
    },
    layout,
    ends: reader.ends,
  };
}

/** The code size and the codes; without the size byte of the last sub-block, which is less where a tail was cut off. */
function pixelRegions(image: ImageBlock, end: PixelEnd | undefined): Region[] {
  const { pixelsOffset, endOffset } = image;
  if (end === undefined) return [{ byteOffset: pixelsOffset, byteLength: endOffset - pixelsOffset }];
  return [
    { byteOffset: pixelsOffset, byteLength: end.lastBlockOffset - pixelsOffset },
    { byteOffset: end.lastBlockOffset + 1, byteLength: end.lastBlockBytes },
  ];
}

class PartReader {
  iccProfile: Uint8Array | undefined;
  readonly ends = new Map<ImageBlock, PixelEnd>();
  readonly #names = new Set<string>();
  /** The last application extension of each name, in the whole file and before its first image. */
  readonly #last = new Set<ExtensionBlock>();
  readonly #ordinals = new Map<string, number>();

  constructor(
    readonly source: Source,
    readonly context: ReadContext,
    readonly layout: Layout,
  ) {}

  read(): Part[] {
    const { source, layout } = this;
    this.#findLast();
    const parts: Part[] = [structurePart('header', { byteOffset: 0, byteLength: layout.headEnd })];
    for (const block of layout.blocks) {
      if (block.kind === 'image') parts.push(...this.#imageParts(block));
      else if (block.kind === 'extension') parts.push(...this.#extensionParts(block));
      else parts.push(opaquePart(this.#name('stray'), 'unknown', regionOf(block), 'bytes between blocks'));
    }
    if (layout.hasTrailer) parts.push(structurePart('end', { byteOffset: layout.endOffset - 1, byteLength: 1 }));
    const trailer = trailerPart(source, layout.endOffset, this.context);
    return trailer === undefined ? parts : [...parts, trailer];
  }

  #findLast(): void {
    const lastOf = new Map<string, ExtensionBlock>();
    let isBefore = true;
    for (const block of this.layout.blocks) {
      if (block.kind === 'image' && isBefore) {
        for (const last of lastOf.values()) this.#last.add(last);
        isBefore = false;
      } else if (block.kind === 'extension' && block.label === LABEL.application) lastOf.set(nameOf(this.source, block) ?? '', block);
    }
    for (const last of lastOf.values()) this.#last.add(last);
  }

  #name(kind: string): string {
    const ordinal = this.#ordinals.get(kind) ?? 0;
    this.#ordinals.set(kind, ordinal + 1);
    return `${kind}#${ordinal}`;
  }

  #imageParts(image: ImageBlock): Part[] {
    const path = this.#name('image');
    const { byteOffset, pixelsOffset, endOffset } = image;
    const head = structurePart(path, { byteOffset, byteLength: pixelsOffset - byteOffset });
    const end = findPixelEnd(this.source, image);
    if (end !== undefined) this.ends.set(image, end);
    const pixelsEnd = end?.hasTail === true ? end.lastBlockOffset + 1 + end.lastBlockBytes : endOffset;
    const pixels: Part = {
      path: `${path}/pixels`,
      carrier: 'pixels',
      category: 'rendering',
      region: { byteOffset: pixelsOffset, byteLength: pixelsEnd - pixelsOffset },
      required: true,
    };
    if (pixelsEnd === endOffset) return [head, pixels];
    const tail = { byteOffset: pixelsEnd, byteLength: endOffset - pixelsEnd };
    return [head, pixels, opaquePart(`${path}/after-pixels`, 'unknown', tail, 'bytes after the last pixel')];
  }

  #extensionParts(block: ExtensionBlock): Part[] {
    const region = regionOf(block);
    switch (block.label) {
      case LABEL.graphicControl:
        return graphicControlParts(this.source, block, this.#name('graphic-control'));
      case LABEL.comment:
        return [commentPart(this.#name('comment'), region, joinSubBlocks(this.source, block.subBlocks, COMMENT_BYTES))];
      case LABEL.application:
        return [this.#application(block)];
      case LABEL.plainText: {
        const note = 'text that the format can draw and no viewer does';
        const part = opaquePart(this.#name('plain-text'), 'text', region, note);
        return [{ ...part, category: 'text' }];
      }
      default:
        return [opaquePart(this.#name('extension'), 'unknown', region, 'an extension of an unknown kind')];
    }
  }

  #application(block: ExtensionBlock): Part {
    const name = nameOf(this.source, block) ?? '';
    const isFirst = !this.#names.has(name);
    this.#names.add(name);
    const which = { isFirst, isLast: this.#last.has(block) };
    const { part, iccProfile } = readApplication(this.source, block, this.#name('application'), this.context, which);
    this.iccProfile ??= iccProfile;
    return part;
  }
}

function structurePart(path: string, region: Region): Part {
  return { path, carrier: 'structure', category: 'rendering', region, required: true };
}

function regionOf(block: ExtensionBlock | StrayBytes): Region {
  return { byteOffset: block.byteOffset, byteLength: block.endOffset - block.byteOffset };
}
