import { type Field, fieldsOf, messageOf, textOf } from './protobuf.js';

/** A node that may be changed; its attributes stay bytes. */
export interface GraphNode {
  readonly type: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Field[];
  /** Of its message, what is none of the above. */
  readonly others: readonly Field[];
}

/** A constant of floats. */
export interface FloatConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A graph taken apart (onnx.proto3), as far as it takes to change its nodes. */
export interface OnnxFile {
  nodes: GraphNode[];
  /** Constants of floats by name, from initializers and from nodes alike. */
  readonly constants: Map<string, FloatConstant>;
  readonly outputs: ReadonlySet<string>;
  readonly graph: readonly Field[];
  readonly model: readonly Field[];
}

const GRAPH = 7;
const FLOAT = 1n;

/** Throws `RangeError` for what is no such message. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const model = fieldsOf(bytes);
  const whole = model.find(({ number }) => number === GRAPH)?.value;
  if (!(whole instanceof Uint8Array)) throw new RangeError('there is no graph');
  const graph = fieldsOf(whole);
  const constants = new Map<string, FloatConstant>();
  const outputs = new Set<string>();
  const nodes: GraphNode[] = [];
  for (const { number, value } of graph) {
    if (typeof value === 'bigint') continue;
    if (number === 1) {
      const node = nodeOf(fieldsOf(value));
      const tensor = node.type === 'Constant' ? tensorOf(node) : undefined;
      const [name] = node.outputs;
      if (tensor !== undefined && name !== undefined) addConstant(constants, tensor, name);
      nodes.push(node);
    } else if (number === 5) addConstant(constants, fieldsOf(value));
    else if (number === 12) outputs.add(textOf(fieldsOf(value).find((field) => field.number === 1)?.value ?? 0n));
  }
  return { nodes, constants, outputs, graph, model };
}

function nodeOf(fields: readonly Field[]): GraphNode {
  const of = (wanted: number): Field[] => fields.filter(({ number }) => number === wanted);
  return {
    inputs: of(1).map(({ value }) => textOf(value)),
    outputs: of(2).map(({ value }) => textOf(value)),
    type: textOf(of(4)[0]?.value ?? 0n),
    attributes: of(5),
    others: fields.filter(({ number }) => ![1, 2, 4, 5].includes(number)),
  };
}

/** The tensor of a node that is a constant. */
function tensorOf(node: GraphNode): Field[] | undefined {
  for (const { value } of node.attributes) {
    if (typeof value === 'bigint') continue;
    const tensor = fieldsOf(value).find(({ number }) => number === 5)?.value;
    if (tensor instanceof Uint8Array) return fieldsOf(tensor);
  }
  return undefined;
}

function addConstant(constants: Map<string, FloatConstant>, tensor: readonly Field[], name?: string): void {
  const one = (wanted: number): Field['value'] | undefined => tensor.find(({ number }) => number === wanted)?.value;
  if (one(2) !== FLOAT) return;
  const shape = tensor.flatMap(({ number, wire, value }) => (number !== 1 ? [] : wire === 0 ? [Number(value)] : packed(value)));
  const raw = one(9) ?? one(4);
  if (!(raw instanceof Uint8Array)) return;
  const count = shape.reduce((product, size) => product * size, 1);
  if (raw.length !== count * 4) return;
  constants.set(name ?? textOf(one(8) ?? 0n), { shape, data: new Float32Array(Uint8Array.from(raw).buffer) });
}

function packed(value: Field['value']): number[] {
  if (typeof value === 'bigint') return [];
  const numbers: number[] = [];
  let number = 0;
  let shift = 1;
  for (const byte of value) {
    number += (byte & 127) * shift;
    shift *= 128;
    if (byte < 128) {
      numbers.push(number);
      number = 0;
      shift = 1;
    }
  }
  return numbers;
}

/** Numbers of an attribute that is a list of integers. */
export function integersOf(node: GraphNode, name: string): number[] {
  const attribute = attributeOf(node, name);
  return attribute.flatMap(({ number, wire, value }) => (number !== 8 ? [] : wire === 0 ? [Number(value)] : packed(value)));
}

/** A float of an attribute. */
export function floatOf(node: GraphNode, name: string): number | undefined {
  const value = attributeOf(node, name).find(({ number }) => number === 2)?.value;
  return value instanceof Uint8Array ? new DataView(value.buffer, value.byteOffset, 4).getFloat32(0, true) : undefined;
}

function attributeOf(node: GraphNode, name: string): Field[] {
  for (const { value } of node.attributes) {
    if (typeof value === 'bigint') continue;
    const fields = fieldsOf(value);
    if (textOf(fields.find(({ number }) => number === 1)?.value ?? 0n) === name) return fields;
  }
  return [];
}

const bytesField = (number: number, value: string | Uint8Array): Field => ({
  number,
  wire: 2,
  value: typeof value === 'string' ? Buffer.from(value) : value,
});

export function floatAttribute(name: string, value: number): Field {
  const float = new Uint8Array(new Float32Array([value]).buffer);
  return bytesField(5, messageOf([bytesField(1, name), { number: 2, wire: 5, value: float }, { number: 20, wire: 0, value: 1n }]));
}

/** The model with its nodes as they are now, and constants added. */
export function writeOnnx(file: OnnxFile, added: ReadonlyMap<string, FloatConstant>): Uint8Array {
  // Constants that nothing takes any more stay away.
  const used = new Set([...file.outputs, ...file.nodes.flatMap(({ inputs }) => inputs)]);
  const isUsed = ({ number, value }: Field): boolean =>
    number !== 5 || typeof value === 'bigint' || used.has(textOf(fieldsOf(value).find((field) => field.number === 8)?.value ?? 0n));
  const nodes = file.nodes.filter(({ type, outputs }) => type !== 'Constant' || outputs.some((name) => used.has(name)));
  const graph: Field[] = [
    ...nodes.map(({ inputs, outputs, type, attributes, others }) =>
      bytesField(
        1,
        messageOf([
          ...inputs.map((name) => bytesField(1, name)),
          ...outputs.map((name) => bytesField(2, name)),
          bytesField(4, type),
          ...attributes,
          ...others,
        ]),
      ),
    ),
    ...file.graph.filter((field) => field.number !== 1 && field.number !== 13 && isUsed(field)),
    ...[...added]
      .filter(([name]) => used.has(name))
      .map(([name, { shape, data }]) =>
        bytesField(
          5,
          messageOf([
            ...shape.map((size): Field => ({ number: 1, wire: 0, value: BigInt(size) })),
            { number: 2, wire: 0, value: FLOAT },
            bytesField(8, name),
            bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
          ]),
        ),
      ),
  ];
  return messageOf(file.model.map((field) => (field.number === GRAPH ? bytesField(GRAPH, messageOf(graph)) : field)));
}
