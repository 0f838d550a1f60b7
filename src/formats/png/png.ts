import type { Format, Inspection } from '../../core/format.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { isPng } from '../signatures.js';
import { editPng } from './edit-png.js';
import { readLayout } from './layout.js';
import { pixelLines } from './pixel-stream.js';
import { type PngInspection, readPng } from './read-png.js';

/** PNG and APNG: W3C Portable Network Graphics (PNG) Specification, third edition. */
export const png: Format = {
  id: 'png',
  mediaTypes: ['image/png', 'image/apng'],
  families: ['png'],
  sniff: isPng,
  read: readPng,
  edit: (source, inspection, plan) => editPng(source, inspection as PngInspection, plan),
  decodedPixels: linesOf,
};

/** The inflated lines of every frame in file order, with their filters, and nothing past the last line. */
function* linesOf(source: Source, _inspection: Inspection, limits: Limits): Generator<Uint8Array> {
  for (const stream of readLayout(source, limits).streams) yield pixelLines(source, stream, limits);
}
