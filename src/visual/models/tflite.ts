import { FlatTable } from './flat-table.js';
import { halfToFloat } from './half-float.js';

/** A tensor of a TFLite graph. Shapes are NHWC, as TFLite has them. */
export interface TfliteTensor {
  readonly shape: readonly number[];
  /** The values of a constant; absent for what is computed. */
  readonly constant?: Float32Array | Int32Array;
}

export interface TfliteOperator {
  /** The built-in code of schema.fbs, or the name of a custom operator. */
  readonly code: number | string;
  /** Indexes of tensors; -1 where an optional one is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | undefined;
}

export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Tensors and operators of a file that a stranger may have made. */
const MAX_COUNT = 4096;

const TYPE = { float32: 0, float16: 1, int32: 2 } as const;
const CUSTOM = 32;

/** Reads the first graph of a TFLite file (schema.fbs version 3). Throws `Error` or `RangeError` where it makes no sense. */
export function readTflite(bytes: Uint8Array): TfliteGraph {
  if (Buffer.from(bytes.buffer, bytes.byteOffset + 4, 4).toString('latin1') !== 'TFL3') throw new Error('it is no TFLite file');
  const model = FlatTable.root(bytes);
  const codes = model.tables(1).map((code) => {
    // Field 0 is from before there were more than 127 operators.
    const builtin = Math.max(code.int8(0), code.int32(3));
    return builtin === CUSTOM ? code.text(1) : builtin;
  });
  const graph = model.tables(2)[0];
  if (graph === undefined) throw new Error('it holds no graph');
  const buffers = model.tables(4);
  const tensors = graph.tables(0);
  const operators = graph.tables(3);
  if (tensors.length > MAX_COUNT || operators.length > MAX_COUNT) throw new Error('its graph is too large');
  return {
    tensors: tensors.map((tensor) => readTensor(tensor, buffers)),
    operators: operators.map((operator) => ({
      code: codes[operator.int32(0)] ?? -1,
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
      options: operator.table(4),
    })),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
  };
}

function readTensor(tensor: FlatTable, buffers: readonly FlatTable[]): TfliteTensor {
  const shape = tensor.int32s(0);
  const data = buffers[tensor.int32(2)]?.bytes(0);
  if (data === undefined || data.length === 0) return { shape };
  switch (tensor.int8(1)) {
    case TYPE.float32:
      return { shape, constant: new Float32Array(data.slice().buffer) };
    case TYPE.float16:
      return { shape, constant: halfToFloat(data) };
    case TYPE.int32:
      return { shape, constant: new Int32Array(data.slice().buffer) };
    default:
      throw new Error(`a constant is of type ${tensor.int8(1)}, which is not known here`);
  }
}
