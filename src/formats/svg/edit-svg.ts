import { gzipSync } from 'node:zlib';
import { applyEdits, concatBytes } from '../../bytes/apply-edits.js';
import { MemorySource } from '../../bytes/memory-source.js';
import type { Edit, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { drawnRegions, type SvgInspection } from './read-svg.js';

/** RFC 1952 2.3.1: where the system that compressed is told, and that it is not told. */
const SYSTEM_OFFSET = 9;
const UNKNOWN_SYSTEM = 255;

/** What a plan does to a document: stretches of it cut or replaced; all else stays as it is written. */
export function editSvg(source: Source, inspection: SvgInspection, plan: Plan): Edit[] {
  const inner = documentEdits(inspection, plan);
  if (inspection.gzipEnd === undefined) return inner;
  const { parts, bytes, gzipEnd } = inspection;
  const trailer = parts[1];
  const cut = trailer !== undefined && plan.actionOf(trailer).kind === 'remove';
  const [file] = parts;
  const edits: Edit[] = [];
  if (inner.length > 0 || (file !== undefined && plan.touches(file))) {
    const packed = gzipSync(concatBytes(applyEdits(new MemorySource(bytes), inner)));
    packed[SYSTEM_OFFSET] = UNKNOWN_SYSTEM;
    edits.push({ byteOffset: 0, byteLength: gzipEnd, bytes: packed });
  }
  if (cut) edits.push({ byteOffset: gzipEnd, byteLength: source.byteLength - gzipEnd, bytes: new Uint8Array(0) });
  return edits;
}

function documentEdits({ marks, document }: SvgInspection, plan: Plan): Edit[] {
  const edits: Edit[] = [];
  for (const { start, end, part, instead, rewrite } of marks) {
    if (!plan.touches(part)) continue;
    const kept = plan.actionOf(part).kind === 'remove' ? undefined : rewrite?.(plan);
    edits.push({ ...document.regionOf(start, end), bytes: kept ?? document.encode(instead ?? '') });
  }
  return edits;
}

/** What is drawn, unpacked: for comparing compressed documents. */
export function* drawnBytes({ bytes, document, marks }: SvgInspection): Generator<Uint8Array> {
  for (const { byteOffset, byteLength } of drawnRegions(marks, document, bytes.byteLength))
    yield bytes.subarray(byteOffset, byteOffset + byteLength);
}
