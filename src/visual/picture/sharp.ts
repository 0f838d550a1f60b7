import type Sharp from 'sharp';
import { VisualError } from '../types.js';

type SharpFactory = typeof Sharp;

let loading: Promise<SharpFactory> | undefined;

/** The picture library, loaded once and only where pixels are needed. Throws `VisualError` (`no-runtime`). */
export function loadSharp(): Promise<SharpFactory> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      // Decoded pictures of other files stay nowhere, and threads are few: models run beside it.
      sharp.cache(false);
      return sharp;
    },
    () => {
      loading = undefined;
      throw new VisualError('no-runtime', 'the picture library sharp cannot be loaded', 'install it: npm install sharp');
    },
  );
  return loading;
}
