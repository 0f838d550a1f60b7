import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import { PSOT_AT, type Spare } from './codestream.js';
import type { Carried, Jp2Inspection } from './read-jp2.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to a JPEG 2000 file: boxes and marker segments cut or written anew, and the lengths around them put right. */
export function editJp2(inspection: Jp2Inspection, plan: Plan): Edit[] {
  const { parts, codestreams, hasOffsets } = inspection;
  const edits = parts.flatMap((part) => editsOf(part, plan));
  if (edits.length === 0) return [];
  if (hasOffsets)
    throw new UnsupportedError(
      'jp2-fragments',
      edits[0]?.byteOffset ?? 0,
      'the file finds pieces of itself by their offsets, so that nothing in it can move',
      'export the picture to a JP2 file that stands by itself',
    );
  const gone = new Set(edits.filter(({ bytes }) => bytes.byteLength === 0).map(({ byteOffset }) => byteOffset));
  for (const carried of codestreams) for (const edit of lengthEdits(carried, gone)) edits.push(edit);
  forgetRights(inspection, plan, edits);
  return edits.sort((a, b) => a.byteOffset - b.byteOffset);
}

function editsOf(part: Part, plan: Plan): Edit[] {
  if (plan.actionOf(part).kind === 'remove') return [{ ...part.region, bytes: NOTHING }];
  if (part.payload === undefined || !plan.touches(part)) return [];
  return [{ ...part.region, bytes: part.payload.rewrite(plan) ?? NOTHING }];
}

/** Psot and TLM of tile-parts that lose marker segments, and the size of the box around all. */
function lengthEdits({ codestream, box }: Carried, gone: ReadonlySet<number>): Edit[] {
  const edits: Edit[] = [];
  const goneFrom = (spares: readonly Spare[]): number =>
    spares.reduce((sum, { region }) => sum + (gone.has(region.byteOffset) ? region.byteLength : 0), 0);
  for (const [index, { byteOffset, endOffset, declared, spares }] of codestream.tileParts.entries()) {
    const shorter = goneFrom(spares);
    if (shorter === 0) continue;
    const length = endOffset - byteOffset - shorter;
    if (declared !== 0) edits.push(numberEdit(byteOffset + PSOT_AT, 4, length));
    const indexed = codestream.index[index];
    if (indexed !== undefined) edits.push(numberEdit(indexed.byteOffset, indexed.byteLength, length));
  }
  if (box === undefined || box.sizeForm === 'to-end') return edits;
  const after = gone.has(codestream.endOffset) ? box.endOffset - codestream.endOffset : 0;
  const shorter = goneFrom(codestream.spares) + after;
  if (shorter === 0) return edits;
  const isLong = box.sizeForm === 'long';
  edits.push(numberEdit(box.byteOffset + (isLong ? 8 : 0), isLong ? 8 : 4, box.endOffset - box.byteOffset - shorter));
  return edits;
}

function numberEdit(byteOffset: number, byteLength: 2 | 4 | 8, value: number): Edit {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return { byteOffset, byteLength, bytes: bytes.subarray(8 - byteLength) };
}

/** I.5.3.1: where the box of rights goes, the image header no longer says that there is one. */
function forgetRights({ parts, rights }: Jp2Inspection, plan: Plan, edits: Edit[]): void {
  const boxes = parts.filter(({ path }) => path.startsWith('jp2i#'));
  if (rights === undefined || boxes.length === 0 || boxes.some((part) => plan.actionOf(part).kind === 'keep')) return;
  const header = parts.find(({ path }) => path === rights.headerPath) as Part;
  const at = edits.findIndex(({ byteOffset }) => byteOffset === header.region.byteOffset);
  const rewritten = at < 0 ? undefined : edits[at];
  if (rewritten === undefined) {
    edits.push({ byteOffset: rights.byteOffset, byteLength: 1, bytes: new Uint8Array(1) });
    return;
  }
  const bytes = Uint8Array.from(rewritten.bytes);
  bytes[rights.offsetInRewritten] = 0;
  edits[at] = { ...rewritten, bytes };
}
