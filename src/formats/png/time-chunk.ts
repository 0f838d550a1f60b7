import type { Part, Plan } from '../../core/part.js';
import type { Precision } from '../../core/precision.js';
import { seal } from '../../core/sealed.js';
import { type ChunkContext, type ChunkReading, opaqueChunk, repeated } from './chunk-context.js';
import { buildChunk, type Chunk, regionOf } from './chunks.js';

const TIME_BYTES = 7;

/** tIME (W3C PNG 11.3.6.1): year, month, day, hour, minute, second of the last change, in UTC. */
export function readTimeChunk(chunk: Chunk, data: Uint8Array, context: ChunkContext): ChunkReading {
  if (data.byteLength !== TIME_BYTES) return opaqueChunk(chunk, 'a tIME chunk of the wrong length');
  const [high = 0, low = 0, ...rest] = data;
  const shown = [high * 256 + low, ...rest].map((value) => String(value).padStart(2, '0'));
  const leaf: Part = {
    path: chunk.name,
    carrier: 'application',
    category: 'time',
    region: regionOf(chunk),
    required: false,
    value: seal(`${shown.slice(0, 3).join('-')} ${shown.slice(3).join(':')}`),
    note: 'time of the last change',
    coarsenable: { kind: 'time', isCoarse: (precision) => Buffer.compare(coarsen(data, precision), data) === 0 },
  };
  const rewrite = (plan: Plan): Uint8Array => {
    const action = plan.actionOf(leaf);
    return buildChunk('tIME', action.kind === 'coarsen' ? coarsen(data, action.precision) : data);
  };
  const part = { ...leaf, payload: { rewrite } };
  return { part: context.isRepeated('tIME') ? repeated(part) : part };
}

function coarsen(data: Uint8Array, precision: Precision): Uint8Array {
  if (precision.kind !== 'time') return data;
  const coarse = Buffer.from(data).fill(0, 4);
  if (precision.unit !== 'day') coarse[3] = 1;
  if (precision.unit === 'year') coarse[2] = 1;
  return coarse;
}
