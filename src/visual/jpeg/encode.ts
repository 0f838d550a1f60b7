import { bestCode, type Encoder } from './huffman.js';
import { BLOCK_SIZE, type Layout, type Plane } from './layout.js';
import type { JpegFile } from './segments.js';

/** What stays of a file besides its pixels: `before` are whole segments to put in front (Exif with the orientation). */
export interface Wrapping {
  readonly before: readonly Uint8Array[];
}

/** Writes coefficients as one sequential scan with codes made for them. Everything else of the old file is left behind. */
export function encodeCoefficients(file: JpegFile, layout: Layout, { before }: Wrapping): Uint8Array {
  const planes = layout.planes.map((plane, index) => ({
    plane,
    horizontal: file.components[index]?.horizontal ?? 1,
    vertical: file.components[index]?.vertical ?? 1,
    /** Luminance has codes of its own. */
    group: index === 0 ? 0 : 1,
  }));
  const groups = planes.length > 1 ? 2 : 1;
  const counters = Array.from({ length: groups }, () => ({ dc: new Uint32Array(256), ac: new Uint32Array(256) }));
  walk(planes, layout, (coefficients, at, predicted, group) => {
    const { dc, ac } = counters[group] as (typeof counters)[number];
    symbolsOf(
      coefficients,
      at,
      predicted,
      (symbol) => {
        dc[symbol] = (dc[symbol] as number) + 1;
      },
      (symbol) => {
        ac[symbol] = (ac[symbol] as number) + 1;
      },
    );
  });
  const codes = counters.map(({ dc, ac }) => ({ dc: bestCode(dc), ac: bestCode(ac) }));
  const out = new BitWriter();
  walk(planes, layout, (coefficients, at, predicted, group) => {
    const { dc, ac } = codes[group] as (typeof codes)[number];
    symbolsOf(
      coefficients,
      at,
      predicted,
      (symbol, bits, size) => out.symbol(dc, symbol, bits, size),
      (symbol, bits, size) => out.symbol(ac, symbol, bits, size),
    );
  });
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    ...file.colour.filter(isJfif),
    ...before,
    ...file.colour.filter((segment) => !isJfif(segment)),
    ...file.quantisation.map(quantisationSegment),
    frameSegment(file),
    ...codes.flatMap(({ dc, ac }, group) => [segment(0xc4, [group, ...dc.table]), segment(0xc4, [0x10 | group, ...ac.table])]),
    segment(0xda, [file.components.length, ...file.components.flatMap(({ id }, index) => [id, index === 0 ? 0 : 0x11]), 0, 63, 0]),
    ...out.finish(),
    Buffer.of(0xff, 0xd9),
  ]);
}

interface PlanePart {
  readonly plane: Plane;
  readonly horizontal: number;
  readonly vertical: number;
  readonly group: number;
}

/** Every block in the order in which a scan holds it. A picture of one component is not interleaved (T.81 A.2.2). */
function walk(
  parts: readonly PlanePart[],
  layout: Layout,
  visit: (coefficients: Int16Array, at: number, predicted: number, group: number) => void,
): void {
  const predicted = new Int32Array(parts.length);
  const block = (part: PlanePart, index: number, at: number): void => {
    visit(part.plane.coefficients, at, predicted[index] as number, part.group);
    predicted[index] = part.plane.coefficients[at] as number;
  };
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const { ownRows, ownColumns, columns } = only.plane;
    for (let y = 0; y < ownRows; y++) for (let x = 0; x < ownColumns; x++) block(only, 0, (y * columns + x) * BLOCK_SIZE);
    return;
  }
  for (let row = 0; row < layout.mcuRows; row++)
    for (let column = 0; column < layout.mcuColumns; column++)
      for (const [index, part] of parts.entries())
        for (let y = 0; y < part.vertical; y++)
          for (let x = 0; x < part.horizontal; x++)
            block(part, index, ((row * part.vertical + y) * part.plane.columns + column * part.horizontal + x) * BLOCK_SIZE);
}

type Take = (symbol: number, bits: number, size: number) => void;

/** The symbols of one block (T.81 F.1.2). */
function symbolsOf(coefficients: Int16Array, at: number, predicted: number, dc: Take, ac: Take): void {
  const difference = (coefficients[at] as number) - predicted;
  const size = sizeOf(difference);
  dc(size, difference < 0 ? difference - 1 : difference, size);
  let run = 0;
  for (let index = 1; index < BLOCK_SIZE; index++) {
    const value = coefficients[at + index] as number;
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) ac(0xf0, 0, 0);
    const bits = sizeOf(value);
    ac((run << 4) | bits, value < 0 ? value - 1 : value, bits);
    run = 0;
  }
  if (run > 0) ac(0, 0, 0);
}

function sizeOf(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

const CHUNK = 1 << 20;

class BitWriter {
  readonly #chunks: Buffer[] = [];
  #chunk = Buffer.allocUnsafe(CHUNK);
  #length = 0;
  #hold = 0;
  #count = 0;

  symbol({ codes, lengths }: Encoder, symbol: number, bits: number, size: number): void {
    this.#put(codes[symbol] as number, lengths[symbol] as number);
    if (size > 0) this.#put(bits & ((1 << size) - 1), size);
  }

  #put(value: number, length: number): void {
    this.#hold = (this.#hold << length) | value;
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte((this.#hold >>> this.#count) & 0xff);
    }
    this.#hold &= (1 << this.#count) - 1;
  }

  #byte(byte: number): void {
    if (this.#length + 2 > CHUNK) {
      this.#chunks.push(this.#chunk.subarray(0, this.#length));
      this.#chunk = Buffer.allocUnsafe(CHUNK);
      this.#length = 0;
    }
    this.#chunk[this.#length++] = byte;
    // T.81 F.1.2.3: no marker may seem to stand within coded data.
    if (byte === 0xff) this.#chunk[this.#length++] = 0;
  }

  /** Padded with ones to a whole byte. */
  finish(): Buffer[] {
    if (this.#count > 0) this.#put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    return [...this.#chunks, this.#chunk.subarray(0, this.#length)];
  }
}

function isJfif(bytes: Uint8Array): boolean {
  return bytes[1] === 0xe0;
}

function segment(marker: number, body: readonly number[]): Buffer {
  const length = body.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...body]);
}

function quantisationSegment({ id, steps }: { readonly id: number; readonly steps: Uint16Array }): Buffer {
  const wide = steps.some((step) => step > 255);
  return segment(0xdb, [(wide ? 0x10 : 0) | id, ...[...steps].flatMap((step) => (wide ? [step >> 8, step & 0xff] : [step]))]);
}

function frameSegment({ width, height, components, quantisation }: JpegFile): Buffer {
  // Baseline allows steps of 8 bits only.
  const marker = quantisation.some(({ steps }) => steps.some((step) => step > 255)) ? 0xc1 : 0xc0;
  return segment(marker, [
    8,
    height >> 8,
    height & 0xff,
    width >> 8,
    width & 0xff,
    components.length,
    ...components.flatMap(({ id, horizontal, vertical, table }) => [id, (horizontal << 4) | vertical, table]),
  ]);
}
