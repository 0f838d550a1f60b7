import { toStored } from '../picture/boxes.js';
import { type Canvas, shownSize } from '../picture/canvas.js';
import type { Change } from '../request.js';
import type { Box } from '../types.js';
import { fill } from './fill.js';
import { inpaint } from './inpaint.js';
import { obscure } from './obscure.js';
import type { Random } from './styles.js';

export interface Paint {
  readonly colour: readonly [number, number, number];
  /** Boxes as shown that nothing may be copied from. */
  readonly avoid: readonly Box[];
  readonly random: Random;
}

/** A copy of the picture with all changes made. What is made up comes first, so that it never copies what is to be covered. */
export function painted(canvas: Canvas, changes: readonly Change[], { colour, avoid, random }: Paint): Canvas {
  const copy: Canvas = { ...canvas, data: canvas.data.slice() };
  const size = shownSize(canvas);
  const stored = changes.map(({ box, style }) => ({ box: toStored(box, canvas.orientation, size), style }));
  for (const { box, style } of stored) {
    if (style !== 'inpaint') continue;
    const others = [
      ...stored.filter((other) => other.box !== box).map((other) => other.box),
      ...avoid.map((other) => toStored(other, canvas.orientation, size)),
    ];
    inpaint(copy, box, others, random);
  }
  for (const { box, style } of stored) if (style === 'pixelate' || style === 'blur') obscure(copy, box, style, random);
  for (const { box, style } of stored) if (style === 'fill') fill(copy, box, colour);
  return copy;
}
