import type { Look } from '../../src/core/rewrite.js';
import type { Source } from '../../src/core/source.js';

export const OLD = Buffer.from(`secret ${'x'.repeat(200_000)}`);
export const NEW = Buffer.from(`clean ${'x'.repeat(150_000)}`);

/** A look that replaces everything that begins with `secret`. */
export function cleanLook(next: Uint8Array = NEW): (source: Source) => Look<string, number> {
  return (source) => {
    const head = Buffer.from(source.read(0, Math.min(6, source.byteLength)));
    if (head.toString() !== 'secret') return { outcome: 'clean' };
    return {
      outcome: 'dirty',
      replacement: {
        pieces: [next.subarray(0, 70_000), next.subarray(70_000)],
        verify: async (output) => {
          const written = Buffer.from(output.read(0, output.byteLength));
          if (!written.equals(next)) throw new Error('not what was meant');
          return written.length;
        },
      },
    };
  };
}
