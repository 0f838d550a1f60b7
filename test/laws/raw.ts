import type { Builder } from './planter.js';
import { tiff } from './tiff.js';

/** Olympus ORF: TIFF with a sign of its own in the place of 42. */
export const raw: Builder = (planter, choice) => {
  const bytes = Buffer.from(tiff(planter, choice));
  bytes.write('IIRO', 'latin1');
  return bytes;
};
