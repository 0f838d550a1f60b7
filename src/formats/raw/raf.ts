import { FormatError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { RawParts } from './raw-parts.js';

const SIGN = 'FUJIFILMCCD-RAW ';

/** Sign, format version, camera number; then the camera's name in 32 bytes, a version, and pairs of offset and length. */
const MODEL_AT = 28;
const MODEL_BYTES = 32;
const DIRECTORY_AT = 84;
const HEAD_BYTES = 108;

export function isRaf(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, SIGN.length)).toString('latin1') === SIGN;
}

/** Fujifilm RAF: a JPEG with all the metadata, a table of the camera's, the raw data. */
export function readRaf(source: Source, context: ReadContext): Inspection {
  if (source.byteLength < HEAD_BYTES) throw new FormatError('truncated', 0, 'the header of a RAF file ends early');
  const head = Buffer.from(source.read(0, HEAD_BYTES));
  const parts = new RawParts(source, context);
  const region = (at: number): Region => ({ byteOffset: head.readUInt32BE(at), byteLength: head.readUInt32BE(at + 4) });
  const model: Part = {
    ...{ path: 'header/model', carrier: 'application', category: 'camera', required: false },
    region: { byteOffset: MODEL_AT, byteLength: MODEL_BYTES },
    value: seal(head.toString('latin1', MODEL_AT, MODEL_AT + MODEL_BYTES).replace(/\0[\s\S]*$/, '')),
  };
  parts.add({ byteOffset: 0, byteLength: MODEL_AT }, 'header');
  parts.put(model);
  parts.add({ byteOffset: MODEL_AT + MODEL_BYTES, byteLength: HEAD_BYTES - MODEL_AT - MODEL_BYTES }, 'header/directory');
  parts.picture(region(DIRECTORY_AT), 'jpeg');
  const table = parts.within(region(DIRECTORY_AT + 8));
  if (table !== undefined) parts.put(opaquePart('camera-table', 'application', table, "the camera's own table"));
  const pixels = parts.pixels(region(DIRECTORY_AT + 16));
  return parts.inspection(pixels);
}
