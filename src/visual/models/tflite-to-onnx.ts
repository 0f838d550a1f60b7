import { type OnnxConstant, type OnnxNode, onnxModel } from './onnx-writer.js';
import { readTflite, type TfliteGraph, type TfliteOperator, type TfliteTensor } from './tflite.js';

/** Built-in operators, by their codes in schema.fbs. */
const OP = {
  add: 0,
  averagePool: 1,
  conv: 3,
  depthwiseConv: 4,
  dequantize: 6,
  logistic: 14,
  maxPool: 17,
  mul: 18,
  relu: 19,
  reshape: 22,
  resizeBilinear: 23,
  pad: 34,
  hardSwish: 117,
  transposeConvWithBias: 'Convolution2DTransposeBias',
} as const;

export interface ConvertOptions {
  /**
   * True for a graph of convolutions only, which then takes pictures of any size that is a multiple of 32; its boxes come out in
   * pixels all the same.
   */
  readonly anySize?: boolean;
}

/**
 * A TFLite graph as an ONNX model. Tensors turn from NHWC to NCHW: the model takes `input` [1,3,H,W], and gives `output0`,
 * `output1`, … in TFLite's own order of axes. Only the operators of small picture models are known: `Error` for others.
 */
export function tfliteToOnnx(bytes: Uint8Array, options: ConvertOptions = {}): Uint8Array {
  return new Converter(readTflite(bytes), options.anySize === true).convert();
}

class Converter {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  readonly #folded = new Map<number, TfliteTensor>();

  constructor(
    readonly graph: TfliteGraph,
    readonly anySize: boolean,
  ) {}

  convert(): Uint8Array {
    const { graph } = this;
    for (const operator of graph.operators) this.#convert(operator);
    const [input] = graph.inputs;
    const shape = this.#tensor(input).shape;
    const [, height, width, channels] = shape as [number, number, number, number];
    for (const [index, output] of graph.outputs.entries()) {
      const rank = this.#tensor(output).shape.length;
      this.#node(rank === 4 ? 'Transpose' : 'Identity', [name(output)], `output${index}`, rank === 4 ? { perm: [0, 2, 3, 1] } : {});
    }
    return onnxModel({
      nodes: this.#nodes,
      constants: this.#constants,
      inputs: [{ name: name(input as number), shape: this.anySize ? [1, channels, 'height', 'width'] : [1, channels, height, width] }],
      outputs: graph.outputs.map((output, index) => ({
        name: `output${index}`,
        shape: this.#tensor(output).shape.map((size, axis) => (this.anySize ? `o${index}_${axis}` : size)),
      })),
    });
  }

  #convert(operator: TfliteOperator): void {
    const { code, inputs, outputs, options } = operator;
    const [first, second, third] = inputs;
    const [output] = outputs as [number];
    switch (code) {
      case OP.dequantize:
        // Weights kept in half precision; the file has read them as floats already.
        this.#folded.set(output, this.#tensor(first));
        return;
      case OP.conv:
      case OP.depthwiseConv:
        this.#conv(operator, code === OP.depthwiseConv);
        return;
      case OP.transposeConvWithBias:
        this.#transposeConv(operator);
        return;
      case OP.add:
      case OP.mul:
        this.#activated(options?.int8(0) ?? 0, output, (to) =>
          this.#node(code === OP.add ? 'Add' : 'Mul', [this.#value(first), this.#value(second)], to),
        );
        return;
      case OP.relu:
        this.#node('Relu', [name(first)], name(output));
        return;
      case OP.logistic:
        this.#node('Sigmoid', [name(first)], name(output));
        return;
      case OP.hardSwish:
        this.#hardSwish(name(first), name(output));
        return;
      case OP.maxPool:
      case OP.averagePool:
        this.#pool(operator, code === OP.maxPool);
        return;
      case OP.pad:
        this.#pad(first, this.#ints(second), output);
        return;
      case OP.resizeBilinear:
        this.#resize(first, output, options?.int8(2) === 1, options?.int8(3) === 1);
        return;
      case OP.reshape: {
        this.#node('Transpose', [name(first)], `${name(output)}_nhwc`, { perm: [0, 2, 3, 1] });
        const shape = this.#tensor(output).shape.map((size, axis) => (this.anySize && axis === 1 ? -1 : size));
        this.#node('Reshape', [`${name(output)}_nhwc`, this.#longs(`${name(output)}_shape`, shape)], name(output));
        return;
      }
      default:
        throw new Error(`the operator ${code} is not known here (${third ?? 'two inputs'})`);
    }
  }

  #conv({ inputs, outputs, options }: TfliteOperator, depthwise: boolean): void {
    const [input, weights, bias] = inputs as [number, number, number];
    const [output] = outputs as [number];
    const kernel = this.#floats(weights);
    const [out, height, width, ins] = kernel.shape as [number, number, number, number];
    // TFLite: [out, h, w, in]; depthwise [1, h, w, out].
    const group = depthwise ? ins : 1;
    const shape = depthwise ? [ins, 1, height, width] : [out, ins, height, width];
    const data = new Float32Array(kernel.data.length);
    const [outs, inner] = shape as [number, number];
    for (let o = 0; o < outs; o++)
      for (let i = 0; i < inner; i++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            data[((o * inner + i) * height + y) * width + x] = (
              depthwise ? kernel.data[(y * width + x) * ins + o] : kernel.data[((o * height + y) * width + x) * ins + i]
            ) as number;
    this.#constants.push({ name: `${name(output)}_w`, shape, data });
    const names = [name(input), `${name(output)}_w`];
    if (bias !== undefined && bias >= 0) {
      const { data: values } = this.#floats(bias);
      this.#constants.push({ name: `${name(output)}_b`, shape: [values.length], data: values });
      names.push(`${name(output)}_b`);
    }
    const strides = [options?.int32(2) ?? 1, options?.int32(1) ?? 1] as const;
    const pads = this.#samePads(input, options?.int8(0) ?? 0, [height, width], strides);
    const activation = depthwise ? options?.int8(4) : options?.int8(3);
    this.#activated(activation ?? 0, output, (to) =>
      this.#node('Conv', names, to, { kernel_shape: [height, width], strides, pads, group }),
    );
  }

  /** A kernel as large as its stride: what comes out is as many times larger (MediaPipe's own operator). */
  #transposeConv({ inputs, outputs }: TfliteOperator): void {
    const [input, weights, bias] = inputs as [number, number, number];
    const [output] = outputs as [number];
    const kernel = this.#floats(weights);
    const [out, height, width, ins] = kernel.shape as [number, number, number, number];
    const data = new Float32Array(kernel.data.length);
    for (let o = 0; o < out; o++)
      for (let i = 0; i < ins; i++)
        for (let at = 0; at < height * width; at++)
          data[(i * out + o) * height * width + at] = kernel.data[(o * height * width + at) * ins + i] as number;
    this.#constants.push({ name: `${name(output)}_w`, shape: [ins, out, height, width], data });
    const { data: values } = this.#floats(bias);
    this.#constants.push({ name: `${name(output)}_b`, shape: [values.length], data: values });
    this.#node('ConvTranspose', [name(input), `${name(output)}_w`, `${name(output)}_b`], name(output), {
      kernel_shape: [height, width],
      strides: [height, width],
    });
  }

  #pool({ inputs, outputs, options }: TfliteOperator, max: boolean): void {
    const [input] = inputs as [number];
    const [output] = outputs as [number];
    const [, height, width] = this.#tensor(input).shape;
    const kernel = [options?.int32(4) ?? 1, options?.int32(3) ?? 1] as const;
    if (!max && kernel[0] === height && kernel[1] === width) {
      this.#node('GlobalAveragePool', [name(input)], name(output));
      return;
    }
    const strides = [options?.int32(2) ?? 1, options?.int32(1) ?? 1] as const;
    const pads = this.#samePads(input, options?.int8(0) ?? 0, kernel, strides);
    this.#node(max ? 'MaxPool' : 'AveragePool', [name(input)], name(output), { kernel_shape: kernel, strides, pads });
  }

  #pad(input: number | undefined, pads: readonly number[], output: number): void {
    // [[n,n],[h,h],[w,w],[c,c]] becomes begins, then ends, in the order n, c, h, w.
    const order = [0, 3, 1, 2];
    const onnx = [...order.map((axis) => pads[axis * 2] as number), ...order.map((axis) => pads[axis * 2 + 1] as number)];
    this.#node('Pad', [name(input), this.#longs(`${name(output)}_pads`, onnx)], name(output), { mode: 'constant' });
  }

  #resize(input: number | undefined, output: number, alignCorners: boolean, halfPixels: boolean): void {
    const [, fromHeight, fromWidth] = this.#tensor(input).shape as [number, number, number];
    const [, toHeight, toWidth] = this.#tensor(output).shape as [number, number, number];
    const scales = `${name(output)}_scales`;
    this.#constants.push({ name: scales, shape: [4], data: Float32Array.of(1, 1, toHeight / fromHeight, toWidth / fromWidth) });
    this.#node('Resize', [name(input), '', scales], name(output), {
      mode: 'linear',
      coordinate_transformation_mode: alignCorners ? 'align_corners' : halfPixels ? 'half_pixel' : 'asymmetric',
    });
  }

  /** x · relu6(x + 3) / 6 */
  #hardSwish(input: string, output: string): void {
    const constant = (suffix: string, value: number): string => {
      this.#constants.push({ name: `${output}_${suffix}`, shape: [], data: Float32Array.of(value) });
      return `${output}_${suffix}`;
    };
    this.#node('Add', [input, constant('three', 3)], `${output}_plus`);
    this.#node('Clip', [`${output}_plus`, constant('low', 0), constant('high', 6)], `${output}_clip`);
    this.#node('Mul', [input, `${output}_clip`], `${output}_times`);
    this.#node('Div', [`${output}_times`, constant('six', 6)], output);
  }

  #activated(activation: number, output: number, make: (to: string) => void): void {
    if (activation === 0) {
      make(name(output));
      return;
    }
    make(`${name(output)}_linear`);
    if (activation === 1) {
      this.#node('Relu', [`${name(output)}_linear`], name(output));
      return;
    }
    if (activation !== 3) throw new Error(`the activation ${activation} is not known here`);
    this.#constants.push(
      { name: `${name(output)}_0`, shape: [], data: Float32Array.of(0) },
      { name: `${name(output)}_6`, shape: [], data: Float32Array.of(6) },
    );
    this.#node('Clip', [`${name(output)}_linear`, `${name(output)}_0`, `${name(output)}_6`], name(output));
  }

  /** TFLite's SAME puts the odd pixel behind; ONNX wants it spelt out: [top, left, bottom, right]. */
  #samePads(input: number, padding: number, kernel: readonly [number, number], strides: readonly [number, number]): number[] {
    if (padding !== 0) return [0, 0, 0, 0];
    const [, height, width] = this.#tensor(input).shape as [number, number, number];
    const total = [height, width].map((size, axis) => {
      const stride = strides[axis] as number;
      return Math.max(0, (Math.ceil(size / stride) - 1) * stride + (kernel[axis] as number) - size);
    }) as [number, number];
    const before = total.map((pad) => pad >> 1) as [number, number];
    return [before[0], before[1], total[0] - before[0], total[1] - before[1]];
  }

  #tensor(index: number | undefined): TfliteTensor {
    const tensor = this.#folded.get(index ?? -1) ?? this.graph.tensors[index ?? -1];
    if (tensor === undefined) throw new Error('it names a tensor that is not there');
    return tensor;
  }

  #floats(index: number): { shape: readonly number[]; data: Float32Array } {
    const { shape, constant } = this.#tensor(index);
    if (!(constant instanceof Float32Array)) throw new Error('weights are computed, which is not known here');
    return { shape, data: constant };
  }

  #ints(index: number | undefined): readonly number[] {
    const { constant } = this.#tensor(index);
    if (!(constant instanceof Int32Array)) throw new Error('a shape is computed, which is not known here');
    return [...constant];
  }

  /** The name of a value, made a constant where it is one. */
  #value(index: number | undefined): string {
    const { constant, shape } = this.#tensor(index);
    if (!(constant instanceof Float32Array)) return name(index);
    // A constant that is added to all channels: NHWC's last axis comes second.
    const channels = shape.at(-1) ?? 1;
    if (constant.length !== channels) throw new Error('a constant of more than channels is not known here');
    this.#constants.push({ name: `${name(index)}_c`, shape: [1, channels, 1, 1], data: constant });
    return `${name(index)}_c`;
  }

  #longs(constant: string, values: readonly number[]): string {
    this.#constants.push({ name: constant, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    return constant;
  }

  #node(type: string, inputs: readonly string[], output: string, attributes: OnnxNode['attributes'] = {}): void {
    this.#nodes.push({ type, inputs, outputs: [output], attributes });
  }
}

function name(index: number | undefined): string {
  return `t${index}`;
}
