import { VisualError } from '../types.js';
import type { ModelId, ModelOverride } from './catalogue.js';
import { leanOnnx } from './lean-onnx.js';
import { modelBytes } from './load-bytes.js';
import { tfliteToOnnx } from './tflite-to-onnx.js';

/** Numbers with a shape. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A model that is ready to run. It takes one tensor and gives its outputs in their order. */
export type Model = (input: Tensor) => Promise<readonly Tensor[]>;

/** The models of one policy, each loaded once, when it is first needed. */
export class Models {
  readonly #loaded = new Map<ModelId, Promise<Model>>();

  constructor(readonly overrides: Readonly<Partial<Record<ModelId, ModelOverride>>> = {}) {}

  /** Throws `VisualError`: no runtime, no model, or one that is not what was agreed on. */
  get(id: ModelId): Promise<Model> {
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    const loading = this.#load(id);
    this.#loaded.set(id, loading);
    return loading;
  }

  /** The bytes of what is no network: an alphabet, a program. */
  bytes(id: ModelId): Uint8Array {
    return modelBytes(id, this.overrides[id]);
  }

  async #load(id: ModelId): Promise<Model> {
    const bytes = this.bytes(id);
    const runtime = await loadRuntime();
    const isTflite = Buffer.from(bytes.buffer, bytes.byteOffset + 4, 4).toString('latin1') === 'TFL3';
    try {
      const onnx = isTflite ? tfliteToOnnx(bytes, { anySize: id === 'faces' }) : LEAN.has(id) ? leanOnnx(bytes) : bytes;
      const session = await runtime.InferenceSession.create(onnx, {
        graphOptimizationLevel: 'all',
        // The runtime keeps the thread that calls it until it is done: what is shared over the cores is each model's own work.
        intraOpNumThreads: THREADS,
        interOpNumThreads: 1,
        // Pictures come in many sizes: an arena would keep the largest of each. Lines are small.
        enableCpuMemArena: id === 'text-reader',
        enableMemPattern: false,
        // Threads that wait by spinning take the cores from those that work, here and in other programs.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        logSeverityLevel: 3,
      });
      const [input] = session.inputNames as [string];
      return async ({ data, dims }) => {
        const results = await session.run({ [input]: new runtime.Tensor('float32', data, [...dims]) }).catch((error: unknown) => {
          throw new VisualError(
            'model-failed',
            `the model for ${id} does not run: ${firstLine(error)}`,
            'name a model that fits its adapter',
          );
        });
        return session.outputNames.map((name) => results[name] as unknown as Tensor);
      };
    } catch (error) {
      if (error instanceof VisualError) throw error;
      throw new VisualError('no-model', `the model for ${id} cannot be used: ${firstLine(error)}`, 'name a model that fits its adapter');
    }
  }
}

/** Models whose exporter wrote many steps for few. */
const LEAN: ReadonlySet<ModelId> = new Set(['text-lines', 'text-reader']);

const THREADS = 2;

type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

let loading: Promise<Runtime> | undefined;

/** The inference runtime, which is the user's to install. */
function loadRuntime(): Promise<Runtime> {
  loading ??= import('onnxruntime-node').catch(() => {
    loading = undefined;
    throw new VisualError(
      'no-runtime',
      'the inference runtime onnxruntime-node cannot be loaded',
      'install it: npm install onnxruntime-node --onnxruntime-node-install=skip',
    );
  });
  return loading;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] as string).slice(0, 200) : 'it does not load';
}
