import type { Format } from '../../core/format.js';
import { editJp2 } from './edit-jp2.js';
import { type Jp2Inspection, readJp2 } from './read-jp2.js';

/** I.5.1: the signature box. */
const SIGNATURE = '\0\0\0\x0cjP  \r\n\x87\n';

/** JPEG 2000: JP2, JPX and JPH files, and bare codestreams. */
export const jp2: Format = {
  id: 'jp2',
  mediaTypes: ['image/jp2', 'image/jpx', 'image/jph', 'image/j2c'],
  families: ['jp2'],
  sniff: (head) => {
    const start = Buffer.from(head.subarray(0, SIGNATURE.length)).toString('latin1');
    return start === SIGNATURE || start.startsWith('\xff\x4f\xff\x51');
  },
  read: readJp2,
  edit: (_source, inspection, plan) => editJp2(inspection as Jp2Inspection, plan),
};
