import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { leanOnnx } from '../../src/visual/models/lean-onnx.js';
import { modelBytes } from '../../src/visual/models/load-bytes.js';
import { readOnnx } from '../../src/visual/models/onnx-reader.js';

const { InferenceSession, Tensor } = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');

const LEVEL = { logSeverityLevel: 3 } as const;

async function outputOf(bytes: Uint8Array, dims: readonly number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, LEVEL);
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, at) => Math.sin(at / 37) + Math.cos(at / 11));
  const results = await session.run({ [session.inputNames[0] as string]: new Tensor('float32', data, [...dims]) });
  return results[session.outputNames[0] as string]?.data as Float32Array;
}

describe('models with fewer steps', () => {
  it.each([
    ['text-reader', [1, 3, 48, 192]],
    ['text-lines', [1, 3, 96, 160]],
  ] as const)('%s says the same', async (id, dims) => {
    const bytes = modelBytes(id, undefined);
    const lean = leanOnnx(bytes);
    expect(readOnnx(lean).nodes.length).toBeLessThan(0.75 * readOnnx(bytes).nodes.length);
    const [before, after] = [await outputOf(bytes, dims), await outputOf(lean, dims)];
    expect(after.length).toBe(before.length);
    expect(before.length).toBeGreaterThan(1000);
    expect(after.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] as number))), 0)).toBeLessThan(1e-4);
  });

  it('leaves what it made as it is', () => {
    const lean = leanOnnx(modelBytes('text-reader', undefined));
    expect(leanOnnx(lean)).toBe(lean);
  });

  it('refuses what is no model', () => {
    expect(() => leanOnnx(Buffer.from('no model at all'))).toThrow(RangeError);
    const bytes = modelBytes('text-lines', undefined);
    expect(() => leanOnnx(bytes.subarray(0, bytes.length - 100))).toThrow(RangeError);
  });
});
