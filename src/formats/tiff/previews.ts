import type { Category } from '../../core/category.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { REVEALS_ANYTHING } from '../../metadata/reading.js';

/** Zeros behind a stream, as writers put them to reach an even length. */
const MAX_PADDING = 16;

/** A picture within a raw file, part by part; `undefined` where it is no JPEG that can be read. */
export function readStream(source: Source, region: Region, path: string, context: ReadContext): readonly Part[] | undefined {
  if (region.byteLength > context.limits.payloadBytes) return undefined;
  const bytes = source.read(region.byteOffset, region.byteLength);
  let end = bytes.byteLength;
  while (end > 0 && bytes.byteLength - end < MAX_PADDING && bytes[end - 1] === 0) end--;
  const embedded = context.readEmbedded(bytes.subarray(0, end), path, region.byteOffset);
  return embedded?.format === 'jpeg' ? embedded.parts : undefined;
}

/** A JPEG beside the picture of a raw file. */
export function previewOf(source: Source, region: Region, path: string, context: ReadContext): Part {
  return previewPart(path, region, false, readStream(source, region, path, context));
}

/** A second picture, which goes as a whole: `children` tell what is in it where that can be read; `isPlain` where it is nothing but pixels. */
export function previewPart(path: string, region: Region, isPlain: boolean, children: readonly Part[] | undefined): Part {
  const common = { path, carrier: 'thumbnail', category: 'preview', region, required: false, atomic: true } as const;
  if (children !== undefined) return { ...common, note: 'a JPEG beside the picture', alsoReveals: [...revealed(children)], children };
  if (isPlain) return { ...common, note: 'a reduced picture' };
  const alsoReveals = REVEALS_ANYTHING.filter((category) => category !== 'preview');
  return { ...common, note: 'a reduced picture that is not looked into', alsoReveals };
}

function revealed(parts: readonly Part[], found = new Set<Category>()): Set<Category> {
  for (const { required, category, alsoReveals, children } of parts) {
    if (required) continue;
    for (const each of [category, ...(alsoReveals ?? [])]) if (each !== 'rendering' && each !== 'preview') found.add(each);
    revealed(children ?? [], found);
  }
  return found;
}
