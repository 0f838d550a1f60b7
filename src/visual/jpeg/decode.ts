import { Bits } from './bits.js';
import { Decoder } from './huffman.js';
import { BLOCK_SIZE, type Layout, layoutOf, type Plane } from './layout.js';
import { broken, type JpegFile, type JpegScan } from './segments.js';

/** Decodes every scan into quantised coefficients: nothing is lost, nothing rounded. Throws `VisualError` for broken data. */
export function decodeCoefficients(bytes: Uint8Array, file: JpegFile): Layout {
  const layout = layoutOf(file);
  const decoders = new Map<Uint8Array, Decoder>();
  const decoderOf = (table: Uint8Array | undefined): Decoder | undefined => {
    if (table === undefined) return undefined;
    const known = decoders.get(table) ?? new Decoder(table);
    decoders.set(table, known);
    return known;
  };
  for (const scan of file.scans) {
    const parts = scan.components.map(({ index, dc, ac }) => ({
      plane: layout.planes[index] as Plane,
      horizontal: file.components[index]?.horizontal ?? 1,
      vertical: file.components[index]?.vertical ?? 1,
      dc: decoderOf(dc),
      ac: decoderOf(ac),
      predicted: 0,
    }));
    new ScanDecoder(bytes, scan, file.progressive).run(parts, layout);
  }
  return layout;
}

interface ScanPart {
  readonly plane: Plane;
  readonly horizontal: number;
  readonly vertical: number;
  readonly dc: Decoder | undefined;
  readonly ac: Decoder | undefined;
  predicted: number;
}

class ScanDecoder {
  readonly #bits: Bits;
  /** Blocks that an end-of-band run still covers (T.81 G.1.2.2). */
  #endOfBand = 0;

  constructor(
    bytes: Uint8Array,
    readonly scan: JpegScan,
    readonly progressive: boolean,
  ) {
    this.#bits = new Bits(bytes, scan.dataStart);
  }

  run(parts: ScanPart[], layout: Layout): void {
    const single = parts.length === 1 ? (parts[0] as ScanPart) : undefined;
    const count = single === undefined ? layout.mcuColumns * layout.mcuRows : single.plane.ownColumns * single.plane.ownRows;
    for (let mcu = 0; mcu < count; mcu++) {
      if (this.scan.restartInterval > 0 && mcu > 0 && mcu % this.scan.restartInterval === 0) {
        this.#bits.restart();
        this.#endOfBand = 0;
        for (const part of parts) part.predicted = 0;
      }
      if (single !== undefined) {
        const { plane } = single;
        const row = Math.floor(mcu / plane.ownColumns);
        this.#block(single, (row * plane.columns + (mcu % plane.ownColumns)) * BLOCK_SIZE);
        continue;
      }
      const row = Math.floor(mcu / layout.mcuColumns);
      const column = mcu % layout.mcuColumns;
      for (const part of parts) {
        for (let y = 0; y < part.vertical; y++)
          for (let x = 0; x < part.horizontal; x++)
            this.#block(part, ((row * part.vertical + y) * part.plane.columns + column * part.horizontal + x) * BLOCK_SIZE);
      }
    }
  }

  #block(part: ScanPart, at: number): void {
    const { coefficients } = part.plane;
    const { spectralStart, highBit } = this.scan;
    if (!this.progressive) this.#sequential(part, coefficients, at);
    else if (spectralStart === 0 && highBit === 0) this.#dcFirst(part, coefficients, at);
    else if (spectralStart === 0) this.#dcRefine(coefficients, at);
    else if (highBit === 0) this.#acFirst(part, coefficients, at);
    else this.#acRefine(part, coefficients, at);
  }

  #dc(part: ScanPart): number {
    const size = need(part.dc).read(this.#bits);
    if (size > 11) throw broken();
    part.predicted += this.#bits.signed(size);
    return part.predicted;
  }

  #sequential(part: ScanPart, to: Int16Array, at: number): void {
    to[at] = this.#dc(part);
    const ac = need(part.ac);
    for (let index = 1; index < BLOCK_SIZE; index++) {
      const symbol = ac.read(this.#bits);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) return;
        index += 15;
        continue;
      }
      index += symbol >> 4;
      if (index >= BLOCK_SIZE) throw broken();
      to[at + index] = this.#bits.signed(size);
    }
  }

  #dcFirst(part: ScanPart, to: Int16Array, at: number): void {
    to[at] = this.#dc(part) * (1 << this.scan.lowBit);
  }

  #dcRefine(to: Int16Array, at: number): void {
    if (this.#bits.bit() === 1) to[at] = (to[at] as number) | (1 << this.scan.lowBit);
  }

  #acFirst(part: ScanPart, to: Int16Array, at: number): void {
    if (this.#endOfBand > 0) {
      this.#endOfBand--;
      return;
    }
    const ac = need(part.ac);
    const { spectralStart, spectralEnd, lowBit } = this.scan;
    for (let index = spectralStart; index <= spectralEnd; index++) {
      const symbol = ac.read(this.#bits);
      const run = symbol >> 4;
      const size = symbol & 15;
      if (size === 0) {
        if (run < 15) {
          this.#endOfBand = (1 << run) - 1 + this.#bits.take(run);
          return;
        }
        index += 15;
        continue;
      }
      index += run;
      if (index > spectralEnd) throw broken();
      to[at + index] = this.#bits.signed(size) * (1 << lowBit);
    }
  }

  /** T.81 G.1.2.3: coefficients that are there already get one more bit; new ones have the value of that bit. */
  #acRefine(part: ScanPart, to: Int16Array, at: number): void {
    const { spectralStart, spectralEnd, lowBit } = this.scan;
    const bit = 1 << lowBit;
    let index = spectralStart;
    if (this.#endOfBand === 0) {
      const ac = need(part.ac);
      for (; index <= spectralEnd; index++) {
        const symbol = ac.read(this.#bits);
        let run = symbol >> 4;
        let value = 0;
        if ((symbol & 15) === 0) {
          if (run < 15) {
            this.#endOfBand = (1 << run) + this.#bits.take(run);
            break;
          }
        } else {
          if ((symbol & 15) !== 1) throw broken();
          value = this.#bits.bit() === 1 ? bit : -bit;
        }
        for (; index <= spectralEnd; index++) {
          if (to[at + index] !== 0) this.#refine(to, at + index, bit);
          else if (run-- === 0) break;
        }
        if (value !== 0) {
          if (index > spectralEnd) throw broken();
          to[at + index] = value;
        }
      }
    }
    if (this.#endOfBand > 0) {
      for (; index <= spectralEnd; index++) if (to[at + index] !== 0) this.#refine(to, at + index, bit);
      this.#endOfBand--;
    }
  }

  #refine(to: Int16Array, at: number, bit: number): void {
    if (this.#bits.bit() === 0) return;
    const value = to[at] as number;
    if ((Math.abs(value) & bit) === 0) to[at] = value + (value > 0 ? bit : -bit);
  }
}

function need(decoder: Decoder | undefined): Decoder {
  if (decoder === undefined) throw broken();
  return decoder;
}
