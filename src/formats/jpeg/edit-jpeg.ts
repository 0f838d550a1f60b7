import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { buildSegment } from './app-segment.js';
import { MPF_NAME, type MpfCarried } from './mpf-carrier.js';
import type { JpegInspection } from './read-jpeg.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to a JPEG: segments cut or written anew; bytes that no edit names stay as they are. */
export function editJpeg(_source: Source, inspection: JpegInspection, plan: Plan): Edit[] {
  return new JpegEditor(inspection, plan).edits();
}

class JpegEditor {
  readonly #edits: Edit[] = [];
  readonly #gone = new Set<string>();

  constructor(
    readonly inspection: JpegInspection,
    readonly plan: Plan,
  ) {}

  edits(): Edit[] {
    const { parts, segments } = this.inspection;
    if (!parts.some((part) => this.plan.touches(part))) return [];
    for (const part of parts) this.#editPart(part);
    this.#cutAfterScans();
    const mpf = segments.mpf.find(({ reading }) => reading.entries.length > 0);
    if (mpf !== undefined && !this.#gone.has(mpf.part.path)) this.#settleMpf(mpf);
    return this.#edits.sort((a, b) => a.byteOffset - b.byteOffset);
  }

  #editPart(part: Part): void {
    if (this.#gone.has(part.path) || !this.plan.touches(part)) return;
    const bytes = this.plan.actionOf(part).kind === 'remove' ? null : (part.payload?.rewrite(this.plan) ?? null);
    this.#replace(part, bytes);
    for (const other of this.inspection.segments.continuations.get(part.path) ?? []) this.#replace(other, null);
  }

  #replace(part: Part, bytes: Uint8Array | null): void {
    if (bytes === null) this.#gone.add(part.path);
    this.#edits.push({ ...part.region, bytes: bytes ?? NOTHING });
  }

  /**
   * Where what stands behind a scan is cut, bytes that decoders skipped until then must not become part of the scan:
   * they go as well, whatever the plan says of them.
   */
  #cutAfterScans(): void {
    let isOpen = false;
    let isCut = false;
    for (const { part, kind } of this.inspection.streamParts) {
      const isGone = this.#gone.has(part.path);
      if (kind === 'scan') [isOpen, isCut] = [true, false];
      else if (!isOpen) continue;
      else if (isGone) isCut = true;
      else if (kind !== 'garbage' && kind !== 'stray') isOpen = false;
      else if (isCut) this.#replace(part, null);
      else if (kind === 'garbage') isOpen = false;
    }
  }

  /** Sizes and offsets of the index as they are after all other edits. An index of images that are gone goes with them. */
  #settleMpf(mpf: MpfCarried): void {
    const { reading, base, part, segment } = mpf;
    const fileBytes = this.inspection.parts.reduce((sum, { region }) => sum + region.byteLength, 0);
    const isGone = this.inspection.parts.some(
      ({ path, region }) =>
        this.#gone.has(path) && reading.entries.some(({ byteOffset }) => byteOffset > 0 && base + byteOffset === region.byteOffset),
    );
    const at = this.#edits.findIndex(({ byteOffset }) => byteOffset === part.region.byteOffset);
    if (at >= 0) this.#edits.splice(at, 1);
    const content = isGone ? null : reading.payload.rewrite(this.plan);
    if (content === null) {
      this.#replace(part, null);
      return;
    }
    const head = part.region.byteLength - (segment.byteLength - MPF_NAME.length);
    const growth = 4 + MPF_NAME.length + content.length - part.region.byteLength;
    // What is before the index moves it; its own head may lose fill bytes.
    const edits = [...this.#edits, { ...part.region, bytes: { byteLength: part.region.byteLength + growth } }];
    const moved = (offset: number): number =>
      offset +
      edits.reduce((sum, edit) => sum + (edit.byteOffset + edit.byteLength <= offset ? edit.bytes.byteLength - edit.byteLength : 0), 0);
    const newBase = moved(part.region.byteOffset) + 4 + MPF_NAME.length;
    const entries = reading.entries.map((entry) => {
      const start = entry.byteOffset === 0 ? 0 : base + entry.byteOffset;
      const end = start + entry.byteLength;
      // What did not lie in the file before is left as it was.
      if (end > fileBytes) return entry;
      const newStart = moved(start);
      return {
        ...entry,
        byteOffset: entry.byteOffset === 0 ? 0 : newStart - newBase,
        byteLength: moved(end) - newStart,
      };
    });
    const bytes = reading.rewriteWith(this.plan, entries) as Uint8Array;
    if (head === 4 + MPF_NAME.length && Buffer.compare(bytes, content) === 0 && !this.plan.touches(part)) return;
    this.#edits.push({ ...part.region, bytes: buildSegment(segment.marker, MPF_NAME, bytes) });
  }
}
