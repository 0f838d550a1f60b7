import type { Edit, Part, Plan } from '../../core/part.js';
import type { FileBox } from '../boxes/walk.js';
import type { JxlInspection } from './read-jxl.js';

const NOTHING = new Uint8Array(0);

/** What a plan does to a JPEG XL file: boxes cut or written anew, and the size of a box that ends with its last frame put right. */
export function editJxl({ parts, boxes }: JxlInspection, plan: Plan): Edit[] {
  return parts.flatMap((part) => editsOf(part, boxes, plan)).sort((a, b) => a.byteOffset - b.byteOffset);
}

function editsOf(part: Part, boxes: readonly FileBox[], plan: Plan): Edit[] {
  if (plan.actionOf(part).kind === 'remove') {
    const cut: Edit = { ...part.region, bytes: NOTHING };
    const box = part.path.endsWith('/after-frames') ? boxes.find(({ path }) => part.path === `${path}/after-frames`) : undefined;
    return box === undefined ? [cut] : [cut, ...sizeEdits(box, part.region.byteOffset)];
  }
  if (part.payload === undefined || !plan.touches(part)) return [];
  return [{ ...part.region, bytes: part.payload.rewrite(plan) ?? NOTHING }];
}

/** The size of a box that now ends earlier, in the form that it had. */
function sizeEdits({ byteOffset, sizeForm }: FileBox, endOffset: number): Edit[] {
  if (sizeForm === 'to-end') return [];
  const bytes = Buffer.alloc(sizeForm === 'long' ? 8 : 4);
  if (sizeForm === 'long') bytes.writeBigUInt64BE(BigInt(endOffset - byteOffset));
  else bytes.writeUInt32BE(endOffset - byteOffset);
  return [{ byteOffset: sizeForm === 'long' ? byteOffset + 8 : byteOffset, byteLength: bytes.length, bytes }];
}
