import { readPieces } from '../../bytes/apply-edits.js';
import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { forgetProfile, IMAGE_SIZE_AT, PROFILE_SIZE_AT } from './fields.js';
import { rowPieces, rowsOf, withoutPadding } from './padding.js';
import { withoutReserved } from './palette.js';
import type { BmpInspection } from './read-bmp.js';

const NOTHING = new Uint8Array(0);
const FILE_SIZE_AT = 2;
const ZEROS = new Uint8Array(1 << 20);

/** What a plan does to a bitmap: nothing moves before the end of the pixels, what is behind them is cut. */
export function editBmp(source: Source, inspection: BmpInspection, plan: Plan): Edit[] {
  const { parts, pixels, profile, header } = inspection;
  const headerPart = parts[0] as Part;
  const old = Buffer.from(source.read(0, headerPart.region.byteLength));
  const head = Buffer.from(old);
  const edits: Edit[] = [];
  for (const child of headerPart.children ?? [])
    if (plan.touches(child)) head.fill(0, child.region.byteOffset, child.region.byteOffset + child.region.byteLength);
  for (const part of parts.slice(1)) {
    if (!plan.touches(part)) continue;
    const { byteOffset, byteLength } = part.region;
    const isBefore = byteOffset < pixels.byteOffset;
    if (part.path === 'palette') edits.push({ byteOffset, byteLength, bytes: withoutReserved(source.read(byteOffset, byteLength)) });
    else if (part.path === 'pixels' && part.payload === undefined) edits.push(...paddingEdits(source, inspection));
    else if (part.path === 'pixels') {
      const bytes = part.payload?.rewrite(plan) ?? NOTHING;
      if (profile !== undefined && profile.byteOffset > byteOffset && bytes.length !== byteLength)
        throw new UnsupportedError('bmp-embedded', byteOffset, 'the picture within the bitmap has a colour profile behind it');
      if (header.imageBytes !== 0) head.writeUInt32LE(bytes.length, IMAGE_SIZE_AT);
      edits.push({ byteOffset, byteLength, bytes });
    } else if (part.path === 'profile') {
      const bytes = part.payload?.rewrite(plan) ?? NOTHING;
      if (bytes.length === 0) forgetProfile(head);
      else head.writeUInt32LE(bytes.length, PROFILE_SIZE_AT);
      if (isBefore && bytes.length > byteLength)
        throw new UnsupportedError('bmp-profile', byteOffset, 'the colour profile cannot be written anew in its place');
      edits.push({ byteOffset, byteLength, bytes: isBefore ? Buffer.concat([bytes, Buffer.alloc(byteLength - bytes.length)]) : bytes });
    } else if (part.path.startsWith('gap#')) edits.push(...zeroEdits(byteOffset, byteLength));
    else edits.push({ byteOffset, byteLength, bytes: NOTHING });
  }
  if (edits.length === 0 && head.equals(old)) return [];
  const growth = edits.reduce((sum, { byteLength, bytes }) => sum + bytes.byteLength - byteLength, 0);
  head.writeUInt32LE((source.byteLength + growth) % 2 ** 32, FILE_SIZE_AT);
  return head.equals(old) ? edits : [{ byteOffset: 0, byteLength: head.length, bytes: head }, ...edits];
}

function paddingEdits(source: Source, { header, pixels, fillers }: BmpInspection): Edit[] {
  if (header.coding !== 'rows') return fillers.map((byteOffset) => ({ byteOffset, byteLength: 1, bytes: ZEROS.subarray(0, 1) }));
  const rows = rowsOf(header);
  const edits: Edit[] = [];
  for (const { byteOffset, bytes } of rowPieces(source, rows, pixels.byteOffset, pixels.byteLength)) {
    const clean = withoutPadding(bytes, rows);
    if (clean !== bytes) edits.push({ byteOffset, byteLength: bytes.length, bytes: clean });
  }
  return edits;
}

function zeroEdits(byteOffset: number, byteLength: number): Edit[] {
  const edits: Edit[] = [];
  for (let at = 0; at < byteLength; at += ZEROS.length) {
    const bytes = ZEROS.subarray(0, Math.min(ZEROS.length, byteLength - at));
    edits.push({ byteOffset: byteOffset + at, byteLength: bytes.length, bytes });
  }
  return edits;
}

/** The encoded pixels with zeros where no pixel is. */
export function* pixelsWithoutPadding(source: Source, { header, pixels, fillers }: BmpInspection): Generator<Uint8Array> {
  if (header.coding === 'rows') {
    const rows = rowsOf(header);
    for (const { bytes } of rowPieces(source, rows, pixels.byteOffset, pixels.byteLength)) yield withoutPadding(bytes, rows);
    return;
  }
  let at = pixels.byteOffset;
  for (const filler of fillers) {
    yield* readPieces(source, at, filler);
    yield ZEROS.subarray(0, 1);
    at = filler + 1;
  }
  yield* readPieces(source, at, pixels.byteOffset + pixels.byteLength);
}
