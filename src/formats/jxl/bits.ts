/** The bits ran out: the codestream ends within a header. */
export class OutOfBits extends Error {}

/** Bits of a codestream, least significant first (ISO/IEC 18181-1 B.1). Throws `OutOfBits` past the end. */
export class BitReader {
  #bit: number;

  constructor(
    readonly bytes: Uint8Array,
    byteOffset = 0,
  ) {
    this.#bit = byteOffset * 8;
  }

  /** Up to 32 bits. */
  u(count: number): number {
    if (this.#bit + count > this.bytes.byteLength * 8) throw new OutOfBits();
    let value = 0;
    for (let index = 0; index < count; index++, this.#bit++)
      value += (((this.bytes[this.#bit >> 3] as number) >> (this.#bit & 7)) & 1) * 2 ** index;
    return value;
  }

  bool(): boolean {
    return this.u(1) === 1;
  }

  skip(count: number): void {
    if (this.#bit + count > this.bytes.byteLength * 8) throw new OutOfBits();
    this.#bit += count;
  }

  /** B.2.2: one of four ways, each an offset and a number of bits. */
  u32(...ways: readonly (readonly [offset: number, bits: number])[]): number {
    const [offset, bits] = ways[this.u(2)] as readonly [number, number];
    return offset + this.u(bits);
  }

  /** B.2.4. Precise up to 2^53, beyond which nothing is asked for. */
  u64(): number {
    switch (this.u(2)) {
      case 0:
        return 0;
      case 1:
        return 1 + this.u(4);
      case 2:
        return 17 + this.u(8);
      default: {
        let value = this.u(12);
        for (let shift = 12; this.bool(); shift += 8) {
          if (shift >= 60) return value + this.u(4) * 2 ** 60;
          value += this.u(8) * 2 ** shift;
        }
        return value;
      }
    }
  }

  /** B.2.6. */
  enumeration(): number {
    return this.u32([0, 0], [1, 0], [2, 4], [18, 6]);
  }

  /** B.2.5: half precision; what it is does not matter here. */
  f16(count = 1): void {
    this.skip(16 * count);
  }

  /** B.3: extensions say how long they are. */
  extensions(): void {
    const which = this.u64();
    let bits = 0;
    for (let index = 0, left = which; left > 0 && index < 64; index++, left = Math.floor(left / 2)) if (left % 2 === 1) bits += this.u64();
    this.skip(bits);
  }

  /** A name of up to 1071 bytes; gives its length. */
  name(): number {
    const length = this.u32([0, 0], [0, 4], [16, 5], [48, 10]);
    this.skip(8 * length);
    return length;
  }

  /** The byte that the next header starts with. */
  align(): number {
    this.#bit = Math.ceil(this.#bit / 8) * 8;
    return this.#bit / 8;
  }
}
