import type { Edit, Part, Plan } from '../../core/part.js';
import { buildSegment } from './app-segment.js';
import { MovedOffsets } from './moved-offsets.js';
import { MPF_NAME, type MpfCarried } from './mpf-carrier.js';
import type { JpegInspection } from './read-jpeg.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to a JPEG: segments cut or written anew; bytes that no edit names stay as they are. */
export function editJpeg(inspection: JpegInspection, plan: Plan): Edit[] {
  if (!inspection.parts.some((part) => plan.touches(part))) return [];
  return new JpegEditor(inspection, plan).edits();
}

/** What XMP says of pictures and videos behind the picture: their lengths, in order (Google's container, motion photos). */
const DIRECTORY = /\/(?:GContainer|GCamera):(?:Directory|Item|MotionPhoto\w*|MicroVideo\w*)(?:[#/]|$)/;

/** The plan, and also the removal of what would point to bytes that are gone or elsewhere. */
function withoutDirectory(plan: Plan): Plan {
  const isDirectory = ({ carrier, path }: Part): boolean => carrier === 'XMP' && DIRECTORY.test(path);
  const touches = (part: Part): boolean =>
    isDirectory(part) || plan.touches(part) || (part.atomic !== true && (part.children ?? []).some(touches));
  return { actionOf: (part) => (isDirectory(part) ? { kind: 'remove' } : plan.actionOf(part)), touches };
}

class JpegEditor {
  /** By the part that each one replaces. */
  readonly #edits = new Map<Part, Edit>();

  constructor(
    readonly inspection: JpegInspection,
    readonly plan: Plan,
  ) {}

  edits(): Edit[] {
    const { parts, stream } = this.inspection;
    const behind = parts.filter(({ region }) => region.byteOffset >= stream.end);
    for (const part of behind) this.#editPart(part, this.plan);
    const changes = behind.some((part) => (this.#edits.get(part)?.bytes.byteLength ?? part.region.byteLength) !== part.region.byteLength);
    const planOfXmp = changes ? withoutDirectory(this.plan) : this.plan;
    for (const part of parts) this.#editPart(part, part.carrier === 'XMP' ? planOfXmp : this.plan);
    this.#cutFillers();
    const index = this.inspection.segments.mpf.find(({ reading }) => reading.entries.length > 0);
    if (index !== undefined && !this.#isGone(index.part)) this.#settleIndex(index);
    return this.#sorted();
  }

  #sorted(): Edit[] {
    return [...this.#edits.values()].sort((a, b) => a.byteOffset - b.byteOffset);
  }

  #editPart(part: Part, plan: Plan): void {
    if (this.#edits.has(part) || !plan.touches(part)) return;
    const bytes = plan.actionOf(part).kind === 'remove' ? null : (part.payload?.rewrite(plan) ?? null);
    this.#replace(part, bytes);
    for (const other of this.inspection.segments.continuations.get(part.path) ?? []) this.#replace(other, null);
  }

  #replace(part: Part, bytes: Uint8Array | null): void {
    this.#edits.set(part, { ...part.region, bytes: bytes ?? NOTHING });
  }

  #isGone(part: Part): boolean {
    return this.#edits.get(part)?.bytes.byteLength === 0;
  }

  /**
   * Bytes that decoders skip must not come to stand where they would be read: behind a scan, or behind fill bytes. Where
   * anything of the stream is cut, they go as well, whatever the plan says of them.
   */
  #cutFillers(): void {
    const { streamParts } = this.inspection;
    if (!streamParts.some(({ part }) => this.#isGone(part))) return;
    for (const { part, kind } of streamParts) if (kind === 'fill' || kind === 'garbage' || kind === 'stray') this.#replace(part, null);
  }

  /** Sizes and offsets of the index as they are after all other edits. An index of images that are gone goes with them. */
  #settleIndex({ reading, base, part, segment }: MpfCarried): void {
    const starts = new Set(reading.entries.filter(({ byteOffset }) => byteOffset > 0).map(({ byteOffset }) => base + byteOffset));
    const content = reading.rewriteWith(this.plan, [...reading.entries]);
    if (content === null || this.inspection.parts.some((other) => starts.has(other.region.byteOffset) && this.#isGone(other))) {
      this.#replace(part, null);
      return;
    }
    // Its own size does not depend on the numbers in it.
    const first = buildSegment(segment.marker, MPF_NAME, content);
    this.#replace(part, first);
    const moved = new MovedOffsets(this.#sorted());
    const fileBytes = (this.inspection.parts.at(-1) as Part).region;
    const newBase = moved.startOf(part.region.byteOffset) + first.byteLength - content.byteLength;
    const entries = reading.entries.map((entry) => {
      const start = entry.byteOffset === 0 ? 0 : base + entry.byteOffset;
      const end = start + entry.byteLength;
      // What did not lie in the file before is left as it was.
      if (end > fileBytes.byteOffset + fileBytes.byteLength) return entry;
      const newStart = moved.startOf(start);
      return { ...entry, byteOffset: entry.byteOffset === 0 ? 0 : newStart - newBase, byteLength: moved.startOf(end) - newStart };
    });
    const isSame = entries.every((entry, index) => {
      const old = reading.entries[index];
      return entry.byteOffset === old?.byteOffset && entry.byteLength === old.byteLength;
    });
    if (isSame && !this.plan.touches(part)) this.#edits.delete(part);
    else this.#replace(part, buildSegment(segment.marker, MPF_NAME, reading.rewriteWith(this.plan, entries) ?? NOTHING));
  }
}
