import { applyEdits, concatBytes } from '../../bytes/apply-edits.js';
import { MemorySource } from '../../bytes/memory-source.js';
import type { ReadContext } from '../../core/format.js';
import type { Part } from '../../core/part.js';
import type { Box } from '../../metadata/box.js';
import { BoxCounter } from '../boxes/walk.js';
import { codecConfig } from '../movie/codec-config.js';
import type { MetaBox } from './meta-box.js';

/** What an encoder says of itself beside the parameter sets of a picture (`hvcC`, `avcC`); `undefined` where it says nothing. */
export function codecProperty({ bytes, file }: MetaBox, box: Box, path: string, context: ReadContext): Part | undefined {
  if (box.type !== 'hvcC' && box.type !== 'avcC') return undefined;
  const base = file.byteOffset;
  const whole = bytes.subarray(box.start, box.end);
  const source = {
    byteLength: base + bytes.byteLength,
    read: (byteOffset: number, byteLength: number) => bytes.subarray(byteOffset - base, byteOffset - base + byteLength),
  };
  const place = { source, context, counter: new BoxCounter(context.limits) };
  const region = { byteOffset: base + box.start, dataOffset: base + box.content, endOffset: base + box.end };
  const piece = codecConfig(place, { type: box.type, path, ...region, sizeForm: box.content - box.start > 8 ? 'long' : 'short' });
  if ((piece.part.children ?? []).length === 0) return undefined;
  const payload: Part['payload'] = {
    rewrite: (plan) => {
      const edits = piece.edits(plan).map((edit) => ({ ...edit, byteOffset: edit.byteOffset - region.byteOffset }));
      return concatBytes(applyEdits(new MemorySource(whole), edits));
    },
  };
  return { ...piece.part, required: false, payload };
}
