import { BLOCK_SIZE } from './layout.js';
import { ZIGZAG } from './zigzag.js';

const COSINES = Float64Array.from({ length: BLOCK_SIZE }, (_, at) => {
  const frequency = at >> 3;
  const place = at & 7;
  return (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * place + 1) * frequency * Math.PI) / 16);
});

const rows = new Float64Array(BLOCK_SIZE);

/** 64 samples (0 to 255, in rows) as quantised coefficients in zigzag order (T.81 A.3.3, A.3.4). */
export function forwardBlock(samples: Float64Array, steps: Uint16Array, to: Int16Array, at: number): void {
  for (let y = 0; y < 8; y++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += ((samples[y * 8 + x] as number) - 128) * (COSINES[u * 8 + x] as number);
      rows[y * 8 + u] = sum;
    }
  for (let index = 0; index < BLOCK_SIZE; index++) {
    const place = ZIGZAG[index] as number;
    const v = place >> 3;
    const u = place & 7;
    let sum = 0;
    for (let y = 0; y < 8; y++) sum += (rows[y * 8 + u] as number) * (COSINES[v * 8 + y] as number);
    to[at + index] = Math.round(sum / (steps[index] as number));
  }
}
