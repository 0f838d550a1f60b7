import type { Format } from '../../core/format.js';
import { rawNotWritten } from '../tiff/raw-not-written.js';
import { readTiff } from '../tiff/read-tiff.js';
import { isCr3, readCr3 } from './cr3.js';
import { isCrw, readCrw } from './crw.js';
import { isRaf, readRaf } from './raf.js';

/**
 * Camera raw files with a structure of their own, and those built on TIFF that their first bytes tell: Canon CR2, CR3 and CRW,
 * Fujifilm RAF, Olympus ORF, Panasonic RW2. Read and judged, never written.
 */
export const raw: Format = {
  id: 'raw',
  mediaTypes: ['image/x-raw'],
  families: ['raw'],
  sniff: (head) => isTiffBased(head) || isRaf(head) || isCr3(head) || isCrw(head),
  read: (source, context) => {
    const head = source.read(0, Math.min(64, source.byteLength));
    if (isRaf(head)) return readRaf(source, context);
    if (isCr3(head)) return readCr3(source, context);
    return isCrw(head) ? readCrw(source, context) : readTiff(source, context);
  },
  edit: (_, inspection, plan) => {
    if (inspection.parts.some((part) => plan.touches(part))) throw rawNotWritten();
    return [];
  },
};

/** CR2 has its own sign behind the header of TIFF; Olympus and Panasonic have one in the place of 42. */
function isTiffBased(head: Uint8Array): boolean {
  const ascii = Buffer.from(head.subarray(0, 12)).toString('latin1');
  return /^(?:IIU\0|IIR[OS]|MMOR)/.test(ascii) || /^II\*\0\x10\0\0\0CR\x02/.test(ascii);
}
