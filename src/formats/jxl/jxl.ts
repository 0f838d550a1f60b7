import type { Format } from '../../core/format.js';
import { editJxl } from './edit-jxl.js';
import { type JxlInspection, readJxl } from './read-jxl.js';

/** JPEG XL, as a bare codestream or in boxes. */
export const jxl: Format = {
  id: 'jxl',
  mediaTypes: ['image/jxl'],
  families: ['jxl'],
  sniff: (head) => {
    const ascii = Buffer.from(head.subarray(0, 12)).toString('latin1');
    return ascii.startsWith('\xff\x0a') || ascii.startsWith('JXL \r\n\x87\n', 4);
  },
  read: readJxl,
  edit: (_source, inspection, plan) => editJxl(inspection as JxlInspection, plan),
};
