import type { Part, Region } from '../core/part.js';

/** Bytes of the container itself, without which no decoder finds the picture. */
export function structurePart(path: string, region: Region): Part {
  return { path, carrier: 'structure', category: 'rendering', region, required: true };
}
