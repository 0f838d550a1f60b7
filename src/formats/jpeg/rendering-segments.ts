import type { ReadContext } from '../../core/format.js';
import type { Part, Plan } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { type AppSegment, buildSegment } from './app-segment.js';

/** JFIF 1.02: name, version, units and densities of the picture, then the size of the thumbnail. */
const JFIF_BYTES = 14;
/** What Adobe's technical note 5116 defines: name, version, two flag words, colour transform. */
const ADOBE_BYTES = 12;
/** Behind the fields of JFIF in photographs with a gain map or a depth map. */
const APPLE_MULTI_PICTURE = Buffer.from('AMPF', 'latin1');

export function isJfif(segment: AppSegment): boolean {
  return segment.is(0) && segment.headText.startsWith('JFIF\0') && segment.byteLength >= JFIF_BYTES && !segment.piece.afterScan;
}

export function isAdobe(segment: AppSegment): boolean {
  return segment.is(14) && segment.headText.startsWith('Adobe') && segment.byteLength >= ADOBE_BYTES && !segment.piece.afterScan;
}

/** Decoders take colours from its being there; the thumbnail and bytes behind it can go. */
export function jfifPart(segment: AppSegment): Part {
  const { data } = segment;
  const pixelBytes = 3 * (data[12] as number) * (data[13] as number);
  const thumbnailBytes = JFIF_BYTES + pixelBytes <= data.length ? pixelBytes : 0;
  const tail = data.length - JFIF_BYTES - thumbnailBytes;
  const at = segment.piece.dataAt + JFIF_BYTES;
  const children: Part[] = [headerPart(segment, JFIF_BYTES)];
  const thumbnail: Part | undefined =
    thumbnailBytes === 0
      ? undefined
      : {
          path: `${segment.path}/thumbnail`,
          carrier: 'thumbnail',
          category: 'preview',
          region: { byteOffset: at, byteLength: thumbnailBytes },
          required: false,
          note: `JFIF thumbnail ${data[12]}x${data[13]}`,
        };
  const excess = tail === 0 ? undefined : excessPart(segment, JFIF_BYTES + thumbnailBytes);
  if (thumbnail !== undefined) children.push(thumbnail);
  if (excess !== undefined) children.push(excess);
  return wrapper(segment, children, (plan) => {
    const header = Buffer.from(data.subarray(0, JFIF_BYTES));
    const isKept = thumbnail !== undefined && !plan.touches(thumbnail);
    const isTailKept = excess !== undefined && !plan.touches(excess);
    if (!isKept) header.fill(0, 12);
    return buildSegment(
      segment.marker,
      header,
      isKept ? data.subarray(JFIF_BYTES, JFIF_BYTES + thumbnailBytes) : NOTHING,
      isTailKept ? data.subarray(JFIF_BYTES + thumbnailBytes) : NOTHING,
    );
  });
}

/** Without it decoders guess at the colour transform. */
export function adobePart(segment: AppSegment): Part {
  const { data } = segment;
  const header = headerPart(segment, ADOBE_BYTES);
  const children = data.length === ADOBE_BYTES ? [header] : [header, excessPart(segment, ADOBE_BYTES)];
  return wrapper(segment, children, (plan) =>
    buildSegment(segment.marker, children.some((child) => plan.touches(child)) ? data.subarray(0, ADOBE_BYTES) : data),
  );
}

/** JFIF 1.02, JFIF extension: a thumbnail as JPEG, with a palette, or as RGB. */
export function jfxxPart(segment: AppSegment, context: ReadContext): Part {
  const { path, data, piece } = segment;
  const region = { byteOffset: piece.start, byteLength: piece.end - piece.start };
  const common = { path, carrier: 'thumbnail', category: 'preview', region, required: false } as const;
  const [code, width, height] = [data[5], data[6] as number, data[7] as number];
  if (code === 0x10) {
    const embedded = context.readEmbedded(data.subarray(6), `${path}/thumbnail`, piece.dataAt + 6);
    if (embedded !== undefined) {
      const rewrite = (plan: Plan): Uint8Array | null => {
        const bytes = embedded.payload.rewrite(plan);
        return bytes === null ? null : buildSegment(segment.marker, data.subarray(0, 6), bytes);
      };
      return { ...common, note: 'JFXX thumbnail (JPEG)', children: embedded.parts, payload: { rewrite } };
    }
  }
  const isWhole = (code === 0x11 && data.length === 8 + 768 + width * height) || (code === 0x13 && data.length === 8 + 3 * width * height);
  if (isWhole) return { ...common, note: `JFXX thumbnail ${width}x${height}` };
  return { ...opaquePart(path, 'thumbnail', region, 'JFXX thumbnail that could not be read'), category: 'preview' };
}

const NOTHING = new Uint8Array(0);

function headerPart(segment: AppSegment, byteLength: number): Part {
  const region = { byteOffset: segment.piece.dataAt, byteLength };
  return { path: `${segment.path}/header`, carrier: 'structure', category: 'rendering', region, required: true };
}

function excessPart(segment: AppSegment, from: number): Part {
  const region = { byteOffset: segment.piece.dataAt + from, byteLength: segment.byteLength - from };
  const path = `${segment.path}/excess`;
  if (Buffer.from(segment.data.subarray(from)).equals(APPLE_MULTI_PICTURE)) {
    return { path, carrier: 'structure', category: 'preview', region, required: false, note: "Apple's mark of a file with more pictures" };
  }
  return opaquePart(path, 'unknown', region, 'bytes behind the fields of the segment');
}

function wrapper(segment: AppSegment, children: readonly Part[], rewrite: (plan: Plan) => Uint8Array): Part {
  const { piece, path } = segment;
  const region = { byteOffset: piece.start, byteLength: piece.end - piece.start };
  return { path, carrier: 'structure', category: 'rendering', region, required: true, children, payload: { rewrite } };
}
