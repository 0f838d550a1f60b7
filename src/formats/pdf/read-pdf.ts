import { FormatError, LimitError } from '../../core/error.js';
import type { Inspection, Picture, ReadContext } from '../../core/format.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { openDocument, type PdfDocument } from './document.js';
import { layoutOf, type Piece } from './layout.js';
import type { Mark } from './marks.js';
import { lookUp, numberIn, type PdfNode } from './node.js';
import { type LiveObject, reachBoth } from './reach.js';
import { type Survey, survey } from './survey.js';
import { Tiler } from './tile.js';

export interface PdfInspection extends Inspection {
  readonly document: PdfDocument;
  readonly pieces: readonly Piece[];
  readonly marks: readonly Mark[];
}

/** ISO 32000. Throws a reader's error where the document is encrypted, or a viewer would have to repair it. */
export function readPdf(source: Source, context: ReadContext): PdfInspection {
  const document = openDocument(source, context.limits);
  const { marks, drawn } = survey(document, context);
  const entries = new Set<string>();
  for (const { object, entry } of marks) if (entry !== undefined) entries.add(`${object} ${entry}`);
  const { bare, all: live } = reachBoth(document, (object, entry) => entries.size > 0 && entries.has(`${object} ${entry}`));
  const pieces = layoutOf(document, live, source.byteLength, context.limits);
  const parts = new Tiler(source, document, live, context).tile(pieces, marks);
  const { size, orientation, frameCount } = pagesOf(document, context.limits.objectCount);
  const picture: Picture = { ...size, orientation, frameCount, pixels: drawnRegions(bare, drawn) };
  return { format: 'pdf', mediaType: 'application/pdf', parts, picture, document, pieces, marks };
}

/** The data of every stream that is drawn with, in file order: none of it may change. */
function drawnRegions(bare: ReadonlyMap<number, LiveObject>, drawn: Survey['drawn']): Region[] {
  const regions: Region[] = [];
  for (const { number, stream } of bare.values()) if (stream !== undefined) regions.push(...(drawn.get(number) ?? [stream]));
  return regions.sort((a, b) => a.byteOffset - b.byteOffset);
}

interface Pages {
  readonly size: { readonly width: number; readonly height: number };
  readonly orientation: number;
  readonly frameCount: number;
}

/** /Rotate of 0, 90, 180 and 270 degrees as Exif counts them. */
const ORIENTATIONS = [1, 6, 3, 8];

/** Size of the first page in whole points, how it is turned, and how many pages there are (7.7.3). */
function pagesOf({ objects, trailer }: PdfDocument, most: number): Pages {
  const catalog = objects.resolve(lookUp(trailer.value, 'Root'));
  const root = lookUp(catalog, 'Pages');
  let frameCount = 0;
  let found: Omit<Pages, 'frameCount'> | undefined;
  const seen = new Set<number>();
  const waiting: { node: PdfNode | undefined; box: PdfNode | undefined; turn: PdfNode | undefined }[] = [
    { node: root, box: undefined, turn: undefined },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.node?.kind === 'reference') {
      if (seen.has(next.node.number)) throw new FormatError('pdf-pages', 0, 'the tree of pages has a loop');
      seen.add(next.node.number);
    }
    const node = objects.resolve(next.node);
    if (node?.kind !== 'dictionary') throw new FormatError('pdf-pages', 0, 'a page is missing');
    const box = lookUp(node, 'MediaBox') ?? next.box;
    const turn = lookUp(node, 'Rotate') ?? next.turn;
    const kids = objects.resolve(lookUp(node, 'Kids'));
    if (kids?.kind === 'array') for (const kid of kids.items.toReversed()) waiting.push({ node: kid, box, turn });
    else {
      found ??= {
        size: sizeOf(objects.resolve(box), (each) => objects.resolve(each)),
        orientation: turned(numberIn(objects.resolve(turn))),
      };
      frameCount++;
    }
    if (waiting.length > most || frameCount > most) throw new LimitError('objectCount', 0, 'the document has too many pages');
  }
  return { size: { width: 0, height: 0 }, orientation: 1, ...found, frameCount };
}

function sizeOf(box: PdfNode | undefined, resolve: (node: PdfNode) => PdfNode | undefined): Pages['size'] {
  const [left = 0, bottom = 0, right = 0, top = 0] = box?.kind === 'array' ? box.items.map((item) => numberIn(resolve(item)) ?? 0) : [];
  return { width: Math.round(Math.abs(right - left)), height: Math.round(Math.abs(top - bottom)) };
}

function turned(degrees = 0): number {
  return ORIENTATIONS[(((Math.round(degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3] as number;
}
