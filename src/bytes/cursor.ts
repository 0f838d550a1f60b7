import { requireRange } from './memory-source.js';

/**
 * Numbers from a byte array, bounds-checked. Offsets count from the array's start; `baseOffset` is added in errors so
 * that they name the place in the file.
 */
export class Cursor {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian = false,
    readonly baseOffset = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get byteLength(): number {
    return this.bytes.byteLength;
  }

  has(byteOffset: number, byteLength: number): boolean {
    return byteOffset >= 0 && byteLength >= 0 && byteOffset + byteLength <= this.bytes.byteLength;
  }

  #check(byteOffset: number, byteLength: number): void {
    if (!this.has(byteOffset, byteLength)) requireRange(this.baseOffset + this.bytes.byteLength, this.baseOffset + byteOffset, byteLength);
  }

  u8(byteOffset: number): number {
    this.#check(byteOffset, 1);
    return this.#view.getUint8(byteOffset);
  }

  u16(byteOffset: number): number {
    this.#check(byteOffset, 2);
    return this.#view.getUint16(byteOffset, this.littleEndian);
  }

  u32(byteOffset: number): number {
    this.#check(byteOffset, 4);
    return this.#view.getUint32(byteOffset, this.littleEndian);
  }

  i32(byteOffset: number): number {
    this.#check(byteOffset, 4);
    return this.#view.getInt32(byteOffset, this.littleEndian);
  }

  u64(byteOffset: number): bigint {
    this.#check(byteOffset, 8);
    return this.#view.getBigUint64(byteOffset, this.littleEndian);
  }

  slice(byteOffset: number, byteLength: number): Uint8Array {
    this.#check(byteOffset, byteLength);
    return this.bytes.subarray(byteOffset, byteOffset + byteLength);
  }
}
