import {
  type FloatConstant,
  floatAttribute,
  floatOf,
  type GraphNode,
  integersOf,
  type OnnxFile,
  readOnnx,
  writeOnnx,
} from './onnx-reader.js';

/**
 * The same model with fewer steps: factors and offsets of a whole layer go into the weights of the convolution before or behind it, and the
 * hard swish, which exporters write as four steps, becomes two. What comes out differs by rounding alone. A model without such steps
 * comes out as it is.
 */
export function leanOnnx(bytes: Uint8Array): Uint8Array {
  const file = readOnnx(bytes);
  if (hasInnerGraphs(file)) return bytes;
  const lean = new Lean(file);
  lean.foldBefore();
  lean.shortenHardSwish();
  lean.foldBehind();
  return lean.changed ? writeOnnx(file, lean.added) : bytes;
}

/** What a graph within a node takes is not known here. */
function hasInnerGraphs({ nodes }: OnnxFile): boolean {
  return nodes.some(({ type }) => type === 'If' || type === 'Loop' || type === 'Scan');
}

class Lean {
  changed = false;
  readonly added = new Map<string, FloatConstant>();
  #consumers = new Map<string, GraphNode[]>();

  constructor(readonly file: OnnxFile) {
    this.#index();
  }

  #index(): void {
    this.#consumers = new Map();
    for (const node of this.file.nodes)
      for (const input of new Set(node.inputs)) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
  }

  #drop(dropped: ReadonlySet<GraphNode>): void {
    if (dropped.size === 0) return;
    this.changed = true;
    this.file.nodes = this.file.nodes.filter((node) => !dropped.has(node));
    this.#index();
  }

  #constant(name: string | undefined): FloatConstant | undefined {
    return name === undefined ? undefined : (this.added.get(name) ?? this.file.constants.get(name));
  }

  /** The one node that takes a value, where it is of a kind. */
  #only(name: string | undefined, type: string): GraphNode | undefined {
    if (name === undefined || this.file.outputs.has(name)) return undefined;
    const [first, ...rest] = this.#consumers.get(name) ?? [];
    return rest.length === 0 && first?.type === type ? first : undefined;
  }

  /** The single number that a node puts to its other input. */
  #number(node: GraphNode | undefined, other: string | undefined): number | undefined {
    if (node?.inputs.length !== 2) return undefined;
    const name = node.inputs[0] === other ? node.inputs[1] : node.inputs[0];
    const constant = this.#constant(name);
    return constant?.data.length === 1 && node.inputs.includes(other ?? '') ? constant.data[0] : undefined;
  }

  /** Scale and offset behind a convolution: weights × scale, bias × scale + offset. */
  foldBefore(): void {
    const dropped = new Set<GraphNode>();
    for (const conv of this.file.nodes) {
      const weights = conv.type === 'Conv' ? this.#constant(conv.inputs[1]) : undefined;
      const bias = conv.inputs.length > 2 ? this.#constant(conv.inputs[2]) : undefined;
      if (weights === undefined || (conv.inputs.length > 2 && bias === undefined)) continue;
      const mul = this.#only(conv.outputs[0], 'Mul');
      const scale = this.#number(mul, conv.outputs[0]);
      if (mul === undefined || scale === undefined) continue;
      const add = this.#only(mul.outputs[0], 'Add');
      const offset = this.#number(add, mul.outputs[0]);
      const last = add !== undefined && offset !== undefined ? add : mul;
      this.#setWeights(
        conv,
        weights.data.map((value) => value * scale),
        weights.shape,
      );
      const before = bias?.data ?? new Float32Array(weights.shape[0] as number);
      this.#setBias(
        conv,
        before.map((value) => value * scale + (offset ?? 0)),
      );
      conv.outputs[0] = last.outputs[0] as string;
      dropped.add(mul).add(last);
    }
    this.#drop(dropped);
  }

  /** x · clip(x + 3, 0, 6) / 6 as x · HardSigmoid(x). */
  shortenHardSwish(): void {
    const dropped = new Set<GraphNode>();
    for (const add of this.file.nodes) {
      if (add.type !== 'Add') continue;
      const x = add.inputs.find((name) => this.#number(add, name) === 3);
      const clip = x === undefined ? undefined : this.#only(add.outputs[0], 'Clip');
      if (x === undefined || clip === undefined || this.#limit(clip, 0) !== 0 || this.#limit(clip, 1) !== 6) continue;
      const mul = this.#only(clip.outputs[0], 'Mul');
      const div = this.#only(mul?.outputs[0], 'Div');
      if (mul === undefined || div === undefined || !mul.inputs.includes(x) || this.#number(div, mul.outputs[0]) !== 6) continue;
      if (div.inputs[0] !== mul.outputs[0]) continue;
      this.#replace(clip, {
        ...clip,
        type: 'HardSigmoid',
        inputs: [x],
        attributes: [floatAttribute('alpha', 1 / 6), floatAttribute('beta', 0.5)],
      });
      mul.outputs[0] = div.outputs[0] as string;
      dropped.add(add).add(div);
    }
    this.#drop(dropped);
  }

  /** Limits are attributes up to opset 10, inputs from 11. */
  #limit(clip: GraphNode, which: 0 | 1): number | undefined {
    return clip.inputs.length > 1 ? this.#constant(clip.inputs[1 + which])?.data[0] : floatOf(clip, which === 0 ? 'min' : 'max');
  }

  /** Scale and offset before convolutions: weights × scale; the offset goes into the bias where nothing is put around the picture. */
  foldBehind(): void {
    const dropped = new Set<GraphNode>();
    for (const mul of this.file.nodes) {
      if (mul.type !== 'Mul') continue;
      const x = mul.inputs.find((name) => this.#number(mul, name) !== undefined);
      const scale = this.#number(mul, x);
      if (x === undefined || scale === undefined || scale === 0 || this.#constant(x) !== undefined) continue;
      const add = this.#only(mul.outputs[0], 'Add');
      const offset = this.#number(add, mul.outputs[0]);
      const last = add !== undefined && offset !== undefined ? add : mul;
      const name = last.outputs[0] as string;
      const convs = this.#consumers.get(name) ?? [];
      if (this.file.outputs.has(name) || convs.length === 0 || !convs.every((conv) => this.#isFoldable(conv, name))) continue;
      const bare = last === mul || convs.every((conv) => integersOf(conv, 'pads').every((pad) => pad === 0));
      for (const conv of convs) this.#foldInto(conv, scale, bare ? (offset ?? 0) : 0);
      if (bare) {
        for (const conv of convs) conv.inputs[0] = x;
        dropped.add(mul).add(last);
      } else {
        const shifted = `${name}.shift`;
        this.added.set(shifted, { shape: [1], data: Float32Array.of((offset ?? 0) / scale) });
        last.inputs.splice(0, 2, x, shifted);
        dropped.add(mul);
      }
    }
    this.#drop(dropped);
  }

  #isFoldable(conv: GraphNode, input: string): boolean {
    if (conv.type !== 'Conv' || conv.inputs[0] !== input || this.#constant(conv.inputs[1]) === undefined) return false;
    return conv.inputs.length < 3 || this.#constant(conv.inputs[2]) !== undefined;
  }

  #foldInto(conv: GraphNode, scale: number, offset: number): void {
    const { shape, data } = this.#constant(conv.inputs[1]) as FloatConstant;
    const filters = shape[0] as number;
    const each = data.length / filters;
    if (offset !== 0) {
      const bias = (this.#constant(conv.inputs[2])?.data ?? new Float32Array(filters)).slice();
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let at = filter * each; at < (filter + 1) * each; at++) sum += data[at] as number;
        bias[filter] = (bias[filter] as number) + sum * offset;
      }
      this.#setBias(conv, bias);
    }
    this.#setWeights(
      conv,
      data.map((value) => value * scale),
      shape,
    );
  }

  #setWeights(conv: GraphNode, data: Float32Array, shape: readonly number[]): void {
    const name = `${conv.outputs[0]}.weights${this.added.size}`;
    this.added.set(name, { shape, data });
    conv.inputs[1] = name;
  }

  #setBias(conv: GraphNode, data: Float32Array): void {
    const name = `${conv.outputs[0]}.bias${this.added.size}`;
    this.added.set(name, { shape: [data.length], data });
    conv.inputs[2] = name;
  }

  #replace(old: GraphNode, next: GraphNode): void {
    this.file.nodes = this.file.nodes.map((node) => (node === old ? next : node));
  }
}
