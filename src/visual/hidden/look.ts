import type { HiddenInFile, HiddenPicture, PictureWithin } from '../../core/hidden-picture.js';
import { type Comparison, compare } from './compare.js';
import { decodeAlpha, forReport, type Openable, sizeOf } from './decode.js';
import type { Recovered } from './png-lines.js';
import { recoverPng } from './remains-png.js';
import { underTransparency } from './transparency.js';

/** What of a file is looked at. */
export interface HiddenInput {
  /** The whole file. */
  readonly file: Uint8Array;
  /** Encoded pictures in it besides the one that is shown. */
  readonly pictures: readonly PictureWithin[];
  /** Pages that are previews, for formats that have pages: their number, and where they lie. */
  readonly pages: readonly (Omit<PictureWithin, 'bytes'> & { readonly page: number })[];
  /** Rests of older files, found by their shape, with their bytes. */
  readonly remains: readonly { readonly finding: HiddenPicture; readonly bytes: Uint8Array }[];
  /** The file as it would be without the crop that it is shown with. */
  readonly uncropped?: { readonly finding: HiddenPicture; readonly bytes: Uint8Array };
  /** True where what remains is of a format whose pixels can be taken up in the middle: PNG. */
  readonly inflates: boolean;
  /** False for drawings, which have no pixels that could be transparent. */
  readonly hasPixels: boolean;
  /** Width of the picture that is shown. */
  readonly width: number;
}

/** Frames of an animation that are looked through for colours under transparency. */
const MAX_FRAMES = 16;

/** Decodes what is hidden, holds previews against the picture, and takes out what can be recovered. */
export async function lookForHidden(input: HiddenInput): Promise<HiddenInFile> {
  const hidden: HiddenPicture[] = [];
  for (const within of input.pictures) hidden.push(...(await previewFinding(within, within, input.file)));
  for (const { page, ...within } of input.pages) hidden.push(...(await pageFinding(input.file, page, within)));
  for (const { finding, bytes } of input.remains)
    hidden.push(await remainsFinding(finding, input.inflates ? recoverPng(bytes, input.width) : undefined));
  if (input.uncropped !== undefined) hidden.push(await uncroppedFinding(input.uncropped.finding, input.uncropped.bytes));
  if (input.hasPixels) hidden.push(...(await transparencyFindings(input.file)));
  const shown = await forReport(input.file);
  return { hidden, ...(shown === undefined ? {} : { shown }) };
}

type Where = Pick<PictureWithin, 'at' | 'byteOffset' | 'byteLength' | 'note'>;

const PREVIEW = /thumbnail|preview|item#/i;

async function previewFinding(preview: Openable, where: Where, file: Uint8Array): Promise<HiddenPicture[]> {
  const comparison = await compare(preview, file);
  const told = wordsFor(comparison, where.note);
  if (told === undefined) return [];
  const picture = await forReport(preview);
  // What looks like the start of a picture and is none shows nothing.
  if (comparison.kind === 'unknown' && comparison.undecoded === 'preview' && !PREVIEW.test(where.at)) return [];
  const { at, byteOffset, byteLength } = where;
  return [{ ...told, at, byteOffset, byteLength, scrubbed: true, ...(picture === undefined ? {} : { picture }) }];
}

function wordsFor(comparison: Comparison, note: string | undefined): Pick<HiddenPicture, 'kind' | 'message'> | undefined {
  const what = note ?? 'a picture within the file';
  switch (comparison.kind) {
    case 'same':
    case 'less':
      return undefined;
    case 'more':
      return {
        kind: 'cropped-away',
        message: `${what}: the preview shows more than the picture, ${comparison.times.toFixed(1)} times its area: what was cropped away is still there`,
      };
    case 'painted':
      return {
        kind: 'painted-over',
        message: `${what}: the preview shows the scene without what was done to the picture: ${percent(comparison.share)} of it looks otherwise`,
      };
    case 'other':
      return { kind: 'other-picture', message: `${what}: it shows something else than the picture` };
    case 'unknown':
      return {
        kind: 'not-compared',
        message:
          comparison.undecoded === 'picture'
            ? `${what}: no decoder here reads the picture itself, so the preview could not be held against it`
            : `${what}: it could not be decoded, so it could not be held against the picture`,
      };
  }
}

function percent(share: number): string {
  return share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`;
}

async function pageFinding(file: Uint8Array, page: number, where: Where): Promise<HiddenPicture[]> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(file, { page, failOn: 'none', limitInputPixels: 50_000_000 })
      .removeAlpha()
      .toColourspace('srgb')
      .resize({ width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) return [];
    return await previewFinding({ bytes: data, raw: { width: info.width, height: info.height } }, where, file);
  } catch {
    const { at, byteOffset, byteLength } = where;
    const message = 'a page that is a preview: it could not be decoded, so it could not be held against the picture';
    return [{ kind: 'not-compared', at, byteOffset, byteLength, message, scrubbed: true }];
  }
}

async function remainsFinding(finding: HiddenPicture, recovered: Recovered | undefined): Promise<HiddenPicture> {
  if (recovered === undefined) return { ...finding, message: `${finding.message}; nothing of it could be decoded here` };
  const picture = await forReport({ bytes: recovered.data, raw: recovered });
  const message = `${finding.message}; it still inflates: ${recovered.height} lines of ${recovered.width} pixels were recovered`;
  return { ...finding, message, ...(picture === undefined ? {} : { picture }) };
}

async function uncroppedFinding(finding: HiddenPicture, bytes: Uint8Array): Promise<HiddenPicture> {
  const picture = await forReport(bytes);
  return picture === undefined ? { ...finding, message: `${finding.message}; no decoder here reads it` } : { ...finding, picture };
}

async function transparencyFindings(file: Uint8Array): Promise<HiddenPicture[]> {
  const { pages = 1, hasAlpha = false } = (await sizeOf(file)) ?? {};
  if (!hasAlpha) return [];
  for (let page = 0; page < Math.min(pages, MAX_FRAMES); page++) {
    const pixels = await decodeAlpha(file, page);
    const found = pixels === undefined ? undefined : underTransparency(pixels);
    if (found === undefined) continue;
    const picture = await forReport({ bytes: found.picture.data, raw: found.picture });
    const frame = pages > 1 ? ` in frame ${page + 1}` : '';
    const message = `${found.coloured} of ${found.transparent} transparent pixels${frame} still have colours, ${found.colours} of them: what was erased may be seen. Pixels are never touched: no scrub removes it`;
    return [
      {
        ...{ kind: 'under-transparency', at: 'pixels', byteOffset: 0, byteLength: file.byteLength, message, scrubbed: false },
        ...(picture === undefined ? {} : { picture }),
      },
    ];
  }
  return [];
}
