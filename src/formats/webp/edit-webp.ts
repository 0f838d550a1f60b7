import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { FLAGS } from './layout.js';
import { padPart } from './metadata-chunks.js';
import { FRAME_FLAGS, FRAME_FLAGS_OFFSET, frameReserved, tailPart, vp8xReserved } from './picture-parts.js';
import type { WebpInspection } from './read-webp.js';
import { type RiffChunk, uint32 } from './riff.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to a WebP: chunks cut or written anew, VP8X flags and the RIFF size put right. */
export function editWebp(source: Source, inspection: WebpInspection, plan: Plan): Edit[] {
  return new WebpEditor(source, inspection, plan).edits();
}

class WebpEditor {
  /** Edits of chunks on the top level, of those in each frame by the frame's name, and past the RIFF size. */
  readonly #top: Edit[] = [];
  readonly #inFrame = new Map<string, Edit[]>();
  readonly #past: Edit[] = [];

  constructor(
    readonly source: Source,
    readonly inspection: WebpInspection,
    readonly plan: Plan,
  ) {}

  edits(): Edit[] {
    const { layout, parts } = this.inspection;
    for (const part of parts) this.#editPart(part);
    for (const [chunk, meaningful] of layout.meaningful) {
      const tail = tailPart(chunk, meaningful);
      if (tail !== undefined && this.plan.touches(tail)) this.#settle(chunk, meaningful);
    }
    for (const frame of layout.frames) {
      for (const chunk of frame.pixels) this.#clearPad(chunk);
      if (frame.anmf !== undefined) this.#settleFrame(frame.anmf.chunk);
    }
    if (layout.anim !== undefined) this.#clearPad(layout.anim);
    const inside = [...[...this.#inFrame.values()].flat(), ...this.#top];
    if (inside.length + this.#past.length > 0 || this.#removesReserved()) inside.push(...this.#headEdits(inside));
    // What is put in between two bytes goes before what replaces the second; frames first, their padding after.
    return [...inside, ...this.#past].sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  }

  #editPart(part: Part): void {
    // Padding is not cut, but set to zero with its chunk.
    if (part.path.endsWith('/pad')) return;
    if (this.plan.actionOf(part).kind === 'remove') this.#push(part.path, { ...part.region, bytes: NOTHING });
    else if (part.payload !== undefined && this.plan.touches(part))
      this.#push(part.path, { ...part.region, bytes: part.payload.rewrite(this.plan) ?? NOTHING });
  }

  #push(path: string, edit: Edit): void {
    if (edit.byteLength === 0 && edit.bytes.byteLength === 0) return;
    const frame = /^(ANMF#\d+)\//.exec(path)?.[1];
    if (frame === undefined)
      (edit.byteOffset < this.inspection.layout.endOffset || edit.byteLength === 0 ? this.#top : this.#past).push(edit);
    else {
      const edits = this.#inFrame.get(frame);
      if (edits === undefined) this.#inFrame.set(frame, [edit]);
      else edits.push(edit);
    }
  }

  /** Gives a chunk that stays another size, with the padding that this asks for. */
  #settle(chunk: RiffChunk, dataBytes: number, path = chunk.name): void {
    this.#push(path, { byteOffset: chunk.byteOffset + 4, byteLength: 4, bytes: uint32(dataBytes) });
    this.#push(path, { byteOffset: chunk.padOffset, byteLength: chunk.endOffset - chunk.padOffset, bytes: new Uint8Array(dataBytes & 1) });
  }

  #clearPad(chunk: RiffChunk, path = chunk.name): void {
    const pad = padPart(this.source, chunk);
    const meaningful = this.inspection.layout.meaningful.get(chunk);
    const tail = meaningful === undefined ? undefined : tailPart(chunk, meaningful);
    if (pad === undefined || !this.plan.touches(pad) || (tail !== undefined && this.plan.touches(tail))) return;
    this.#push(path, { ...pad.region, bytes: new Uint8Array(1) });
  }

  #settleFrame(anmf: RiffChunk): void {
    const reserved = frameReserved(this.source, anmf);
    if (reserved !== undefined && this.plan.touches(reserved)) {
      const flags = (this.source.read(anmf.dataOffset + FRAME_FLAGS_OFFSET, 1)[0] as number) & FRAME_FLAGS;
      this.#push(anmf.name, { ...reserved.region, bytes: Uint8Array.of(flags) });
    }
    const growth = growthOf(this.#inFrame.get(anmf.name) ?? []);
    if (growth === 0) this.#clearPad(anmf, anmf.name);
    else this.#settle(anmf, anmf.dataBytes + growth, anmf.name);
  }

  #removesReserved(): boolean {
    const { vp8x } = this.inspection.layout;
    const reserved = vp8x === undefined ? undefined : vp8xReserved(this.source, vp8x);
    return reserved !== undefined && this.plan.touches(reserved);
  }

  /** The RIFF size, and the VP8X flags of what is no longer there. */
  #headEdits(all: readonly Edit[]): Edit[] {
    const { vp8x, run, endOffset } = this.inspection.layout;
    const growth = growthOf(all);
    const size = Buffer.from(this.source.read(4, 4)).readUInt32LE(0);
    const newSize = endOffset - 8 + growth;
    const edits: Edit[] = newSize === size ? [] : [{ byteOffset: 4, byteLength: 4, bytes: uint32(newSize) }];
    if (vp8x === undefined) return edits;
    const gone = new Set(all.filter(({ bytes }) => bytes.byteLength === 0).map(({ byteOffset }) => byteOffset));
    const isLeft = (...fourCCs: string[]): boolean =>
      run.chunks.some((chunk) => fourCCs.includes(chunk.fourCC) && !gone.has(chunk.byteOffset));
    const old = Buffer.from(this.source.read(vp8x.dataOffset, 4));
    const now = Buffer.from(old);
    // A flag is never set: what viewers ignored before they go on to ignore.
    let flags = old[0] as number;
    if (!isLeft('ICCP')) flags &= ~FLAGS.icc;
    if (!isLeft('EXIF')) flags &= ~FLAGS.exif;
    if (!isLeft('XMP ', 'XMP\0')) flags &= ~FLAGS.xmp;
    if (this.#removesReserved()) {
      flags &= ~FLAGS.reserved;
      now.fill(0, 1);
    }
    now[0] = flags;
    return now.equals(old) ? edits : [...edits, { byteOffset: vp8x.dataOffset, byteLength: 4, bytes: now }];
  }
}

function growthOf(edits: readonly Edit[]): number {
  return edits.reduce((sum, { byteLength, bytes }) => sum + bytes.byteLength - byteLength, 0);
}
