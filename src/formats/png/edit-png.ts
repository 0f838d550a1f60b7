import { crc32Of } from '../../bytes/crc32.js';
import type { Edit, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { SEQUENCE_BYTES } from './animation.js';
import { buildChunk, CHUNK_CRC_BYTES, type Chunk, chunkData, uint32 } from './chunks.js';
import { endDataPart, wrongCrcPart } from './end-chunk.js';
import type { Layout } from './layout.js';
import { extraLinesPart, tailBytes, tailPart } from './pixel-parts.js';
import { encodeLines, type PixelStream, pixelLines } from './pixel-stream.js';
import type { PngInspection } from './read-png.js';

const NOTHING = new Uint8Array(0);

/** The stream was inflated within the limits when it was read. */
const NO_FURTHER_LIMIT = { pixelBytes: Number.MAX_SAFE_INTEGER };

/** What a plan does to a PNG: chunks cut or written anew, with their CRCs; chunks that no edit names stay as they are. */
export function editPng(source: Source, inspection: PngInspection, plan: Plan): Edit[] {
  const edits: Edit[] = [];
  for (const part of inspection.parts) {
    if (plan.actionOf(part).kind === 'remove') edits.push({ ...part.region, bytes: NOTHING });
    else if (part.payload !== undefined && plan.touches(part)) edits.push({ ...part.region, bytes: part.payload.rewrite(plan) ?? NOTHING });
  }
  edits.push(...new PixelEditor(source, inspection.layout, plan, edits).edits());
  return edits.sort((a, b) => a.byteOffset - b.byteOffset);
}

/** What changes in a chunk that stays: its sequence number, or where its data ends. */
interface Patch {
  readonly sequence?: number;
  readonly dataEnd?: number;
}

/** Puts the chunks right around what was cut: lengths, CRCs and sequence numbers; codes a stream that was too long anew. */
class PixelEditor {
  readonly #gone: Set<number>;
  readonly #recoded: ReadonlySet<PixelStream>;
  readonly #patches = new Map<Chunk, Patch>();

  constructor(
    readonly source: Source,
    readonly layout: Layout,
    readonly plan: Plan,
    made: readonly Edit[],
  ) {
    this.#gone = new Set(made.filter(({ bytes }) => bytes.byteLength === 0).map(({ byteOffset }) => byteOffset));
    this.#recoded = new Set(layout.streams.filter((stream) => stream.tooLong && plan.touches(extraLinesPart(stream))));
  }

  edits(): Edit[] {
    const { layout, plan } = this;
    for (const stream of this.#recoded) for (const chunk of stream.chunks.slice(1)) this.#gone.add(chunk.byteOffset);
    for (const stream of layout.streams) {
      if (tailBytes(stream) > 0 && plan.touches(tailPart(stream)))
        this.#patch(stream.chunks[stream.lastChunk] as Chunk, { dataEnd: stream.endOffset });
    }
    const end = layout.chunks.at(-1) as Chunk;
    if (end.dataBytes > 0 && plan.touches(endDataPart(end))) this.#patch(end, { dataEnd: end.dataOffset });
    const wrongCrc = wrongCrcPart(this.source, end);
    if (wrongCrc !== undefined && plan.touches(wrongCrc) && !this.#patches.has(end)) this.#patch(end, {});
    this.#renumber();
    const edits = [...this.#recoded].flatMap((stream) => this.#recode(stream));
    const recodedFirsts = new Set([...this.#recoded].map(({ chunks }) => chunks[0]));
    for (const [chunk, patch] of this.#patches) if (!recodedFirsts.has(chunk)) edits.push(...this.#patchEdits(chunk, patch));
    return edits;
  }

  #patch(chunk: Chunk, patch: Patch): void {
    this.#patches.set(chunk, { ...this.#patches.get(chunk), ...patch });
  }

  /** W3C PNG 11.3.6: fcTL and fdAT count from 0 in one sequence without a gap. */
  #renumber(): void {
    const { frames, streams, chunks } = this.layout;
    const numbered = new Set<Chunk>(streams.flatMap((stream) => (stream.prefixBytes === SEQUENCE_BYTES ? stream.chunks : [])));
    for (const chunk of frames.control) if (chunk.type === 'fcTL') numbered.add(chunk);
    const ordered = chunks
      .filter((chunk) => numbered.has(chunk))
      .map((chunk) => ({ chunk, before: frames.sequence.get(chunk) as number }))
      .sort((a, b) => a.before - b.before);
    let after = 0;
    for (const { chunk, before } of ordered) {
      if (this.#gone.has(chunk.byteOffset)) continue;
      if (before !== after) this.#patch(chunk, { sequence: after });
      after++;
    }
  }

  #recode(stream: PixelStream): Edit[] {
    const [first, ...others] = stream.chunks as [Chunk, ...Chunk[]];
    const data = encodeLines(pixelLines(this.source, stream, NO_FURTHER_LIMIT));
    const sequence = this.#patches.get(first)?.sequence;
    const prefix = sequence === undefined ? chunkData(this.source, first).subarray(0, stream.prefixBytes) : uint32(sequence);
    const whole = (chunk: Chunk, bytes: Uint8Array): Edit => ({
      byteOffset: chunk.byteOffset,
      byteLength: chunk.endOffset - chunk.byteOffset,
      bytes,
    });
    return [whole(first, buildChunk(first.type, prefix, data)), ...others.map((chunk) => whole(chunk, NOTHING))];
  }

  #patchEdits(chunk: Chunk, { sequence, dataEnd = chunk.crcOffset }: Patch): Edit[] {
    const dataBytes = dataEnd - chunk.dataOffset;
    const data = this.source.read(chunk.dataOffset, dataBytes);
    const prefix = sequence === undefined ? NOTHING : uint32(sequence);
    const crc = crc32Of(Buffer.from(chunk.type, 'latin1'), prefix, data.subarray(prefix.byteLength));
    const edits: Edit[] = [];
    if (dataBytes !== chunk.dataBytes) edits.push({ byteOffset: chunk.byteOffset, byteLength: 4, bytes: uint32(dataBytes) });
    if (sequence !== undefined) edits.push({ byteOffset: chunk.dataOffset, byteLength: SEQUENCE_BYTES, bytes: prefix });
    return [...edits, { byteOffset: chunk.crcOffset, byteLength: CHUNK_CRC_BYTES, bytes: uint32(crc) }];
  }
}
