import { applyEdits, concatBytes } from '../bytes/apply-edits.js';
import { MemorySource } from '../bytes/memory-source.js';
import { isReaderError } from '../core/error.js';
import type { Embedded, Format, FormatId, Inspection, ReadContext } from '../core/format.js';
import type { Limits } from '../core/limits.js';
import type { Part, Plan, Region } from '../core/part.js';
import type { Source } from '../core/source.js';
import { FORMATS } from '../formats/registry.js';

/** How much of a file its type is told by: enough for the brands of a file type box and a short prolog of XML. */
const SNIFF_BYTES = 1024;

/** How much where the name claims an image and its first bytes do not tell which. */
const CLAIMED_SNIFF_BYTES = 64 * 2 ** 10;

/** The format that the first bytes show, among those that are read. `claimed`: the name says that this is a picture. */
export function formatOf(source: Source, claimed = false): Format | undefined {
  const within = (byteLength: number): Format | undefined => {
    const head = source.read(0, Math.min(byteLength, source.byteLength));
    return FORMATS.find((format) => format.sniff(head));
  };
  return within(SNIFF_BYTES) ?? (claimed && source.byteLength > SNIFF_BYTES ? within(CLAIMED_SNIFF_BYTES) : undefined);
}

/** The format that read an inspection. */
export function formatById(id: FormatId): Format {
  return FORMATS.find((format) => format.id === id) as Format;
}

/** Reads a source with its format. Throws a reader's error; `RangeError` when the parts do not tile (our bug). */
export function readWith(format: Format, source: Source, limits: Limits): Inspection {
  const inspection = format.read(source, contextAt(0, limits));
  assertTiling(inspection.parts, source.byteLength);
  return inspection;
}

function contextAt(depth: number, limits: Limits): ReadContext {
  return {
    limits,
    depth,
    readEmbedded: (bytes, pathPrefix, byteOffset) => readEmbedded(bytes, pathPrefix, byteOffset, depth + 1, limits),
  };
}

function readEmbedded(bytes: Uint8Array, pathPrefix: string, byteOffset: number, depth: number, limits: Limits): Embedded | undefined {
  if (depth > limits.nestingDepth) return undefined;
  const source = new MemorySource(bytes);
  const format = formatOf(source);
  if (format === undefined) return undefined;
  try {
    const inspection = format.read(source, contextAt(depth, limits));
    assertTiling(inspection.parts, source.byteLength);
    const rewrite = (plan: Plan): Uint8Array =>
      concatBytes(applyEdits(source, format.edit(source, inspection, unprefixed(plan, pathPrefix))));
    return {
      format: format.id,
      parts: inspection.parts.map((part) => prefixed(part, pathPrefix, byteOffset)),
      payload: { rewrite },
      picture: inspection.picture,
      decodedPixels: () => format.decodedPixels?.(source, inspection, limits) ?? regionBytes(source, inspection.picture.pixels),
    };
  } catch (error) {
    if (isReaderError(error)) return undefined;
    throw error;
  }
}

/** The same part as the outer file names it. */
function prefixed(part: Part, pathPrefix: string, byteOffset: number): Part {
  return {
    ...part,
    path: `${pathPrefix}/${part.path}`,
    region: { byteOffset: part.region.byteOffset + byteOffset, byteLength: part.region.byteLength },
    ...(part.children === undefined ? {} : { children: part.children.map((child) => prefixed(child, pathPrefix, byteOffset)) }),
  };
}

/** The outer file's plan as the inner image's reader, which knows no prefix, can ask it. */
function unprefixed(plan: Plan, pathPrefix: string): Plan {
  const outer = (part: Part): Part => prefixed(part, pathPrefix, 0);
  return { actionOf: (part) => plan.actionOf(outer(part)), touches: (part) => plan.touches(outer(part)) };
}

/** The first of the six laws, checked on every file: no gap, no overlap, from byte 0 to the end. */
function assertTiling(parts: readonly Part[], byteLength: number): void {
  let position = 0;
  for (const part of parts) {
    if (part.region.byteOffset !== position || part.region.byteLength < 0) {
      throw new RangeError(`part ${part.path} starts at ${part.region.byteOffset}, expected ${position}`);
    }
    position += part.region.byteLength;
  }
  if (position !== byteLength) throw new RangeError(`parts end at ${position} of ${byteLength} bytes`);
}

/** All bytes of the regions, in order, in pieces. */
export function* regionBytes(source: Source, regions: readonly Region[]): Generator<Uint8Array> {
  const pieceBytes = 1 << 20;
  for (const { byteOffset, byteLength } of regions) {
    for (let at = 0; at < byteLength; at += pieceBytes) yield source.read(byteOffset + at, Math.min(pieceBytes, byteLength - at));
  }
}
