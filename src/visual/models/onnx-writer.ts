/** What a node of an ONNX graph is told besides its inputs. */
type Attribute = number | string | readonly number[];

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** A constant of a graph. `Float32Array` becomes FLOAT, `BigInt64Array` INT64. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A picture tensor that goes in or comes out; a dimension that is a name may be of any size. */
interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Opset 13 and IR 7: what every runtime of the last years reads. */
const OPSET = 13;
const IR_VERSION = 7;

const FLOAT = 1;
const INT64 = 7;

/** A graph as the bytes of an ONNX model (a Protocol Buffers message; field numbers are those of onnx.proto3). */
export function onnxModel({ nodes, constants, inputs, outputs }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node) => message(1, nodeFields(node))),
    text(2, 'converted'),
    ...constants.map((constant) => message(5, tensorFields(constant))),
    ...inputs.map((value) => message(11, valueFields(value))),
    ...outputs.map((value) => message(12, valueFields(value))),
  ];
  return Buffer.concat([varintField(1, IR_VERSION), message(7, graph), message(8, [varintField(2, OPSET)])]);
}

function nodeFields({ type, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeFields(name, value))),
  ];
}

function attributeFields(name: string, value: Attribute): Buffer[] {
  if (typeof value === 'string') return [text(1, name), text(4, value), varintField(20, 3)];
  if (typeof value === 'number') return [text(1, name), varintField(3, value), varintField(20, 2)];
  return [text(1, name), ...value.map((each) => varintField(8, each)), varintField(20, 7)];
}

function tensorFields({ name, shape, data }: OnnxConstant): Buffer[] {
  return [
    ...shape.map((size) => varintField(1, size)),
    varintField(2, data instanceof Float32Array ? FLOAT : INT64),
    text(8, name),
    field(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueFields({ name, shape }: OnnxValue): Buffer[] {
  const dimensions = shape.map((size) => message(1, [typeof size === 'number' ? varintField(1, size) : text(2, size)]));
  return [text(1, name), message(2, [message(1, [varintField(1, FLOAT), message(2, dimensions)])])];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function varintField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

function text(number: number, content: string): Buffer {
  return field(number, Buffer.from(content));
}

function message(number: number, fields: readonly Buffer[]): Buffer {
  return field(number, Buffer.concat(fields));
}
