import type { HiddenPicture, PictureWithin } from '../../core/hidden-picture.js';
import type { Judgement } from '../../core/judgement.js';
import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { allOf } from '../whole.js';
import { heifVariants } from './heif-variants.js';
import { picturesWithin, SEARCHED_BYTES } from './pictures-within.js';
import { croppedForShow, remainsOf } from './tells.js';

/** Files larger than this are not decoded: their headers are all that is looked at. */
const DECODED_BYTES = 256 * 2 ** 20;

/** What a decoder has to look at in one file. */
export interface HiddenSources {
  readonly file: Uint8Array;
  readonly pictures: readonly PictureWithin[];
  readonly pages: readonly (Omit<PictureWithin, 'bytes'> & { readonly page: number })[];
  readonly remains: readonly { readonly finding: HiddenPicture; readonly bytes: Uint8Array }[];
  readonly uncropped?: { readonly finding: HiddenPicture; readonly bytes: Uint8Array };
  readonly inflates: boolean;
  readonly hasPixels: boolean;
  readonly width: number;
}

/** Takes out of a judged file what may show another picture. `undefined` where it is too large, or none that is read. */
export function hiddenSources(source: Source, { inspection, format }: Judgement): HiddenSources | undefined {
  if (source.byteLength > DECODED_BYTES || format === undefined || inspection === undefined) return undefined;
  const file = allOf(source);
  const [cropped] = croppedForShow(inspection);
  const variants = format === 'heif' ? heifVariants(Buffer.from(file.buffer, file.byteOffset, file.byteLength)) : { thumbnails: [] };
  const uncropped = variants.uncropped;
  return {
    file,
    pictures: [...picturesWithin(source, inspection, SEARCHED_BYTES), ...variants.thumbnails],
    pages: format === 'tiff' ? previewPages(inspection.parts) : [],
    remains: remainsOf(source, inspection).map((finding) => ({
      finding,
      bytes: source.read(finding.byteOffset, finding.byteLength),
    })),
    ...(cropped === undefined || uncropped === undefined ? {} : { uncropped: { finding: cropped, bytes: uncropped } }),
    inflates: format === 'png',
    hasPixels: format !== 'svg' && format !== 'pdf',
    width: inspection.picture.width,
  };
}

/** Pages of a TIFF that are previews: their directories are in the chain, by number. */
function previewPages(parts: readonly Part[]): HiddenSources['pages'] {
  const found = new Map<number, Omit<PictureWithin, 'bytes'> & { page: number }>();
  for (const { path, category, region, note } of parts) {
    const page = Number(/^IFD(\d+)\/preview@/.exec(path)?.[1] ?? Number.NaN);
    if (category !== 'preview' || Number.isNaN(page) || page === 0 || found.has(page)) continue;
    found.set(page, { page, at: path, ...region, ...(note === undefined ? {} : { note }) });
  }
  return [...found.values()];
}
