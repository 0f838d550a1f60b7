import { broken } from './segments.js';

/** Bits of coded data, stuffed zeros left out (T.81 F.1.2.3). Ones where the data end, as decoders have it. */
export class Bits {
  #hold = 0;
  #count = 0;
  #missing = 0;

  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  #fill(): void {
    while (this.#count <= 24) {
      let byte = this.bytes[this.at];
      if (byte === undefined || (byte === 0xff && this.bytes[this.at + 1] !== 0)) {
        // A marker, or the end.
        byte = 0xff;
        if (++this.#missing > MAX_MISSING) throw broken();
      } else this.at += byte === 0xff ? 2 : 1;
      this.#hold = (this.#hold << 8) | byte;
      this.#count += 8;
    }
  }

  /** The next 16 bits, not taken. */
  peek16(): number {
    if (this.#count < 16) this.#fill();
    return (this.#hold >>> (this.#count - 16)) & 0xffff;
  }

  skip(count: number): void {
    this.#count -= count;
  }

  /** Up to 16 bits. */
  take(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#hold >>> this.#count) & ((1 << count) - 1);
  }

  bit(): number {
    return this.take(1);
  }

  /** A signed number of so many bits (T.81 F.2.2.1, EXTEND). */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.take(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** Goes on behind the next restart marker. */
  restart(): void {
    this.#hold = 0;
    this.#count = 0;
    this.#missing = 0;
    for (let looked = 0; looked < MAX_LOOK && this.at + 1 < this.bytes.length; looked++, this.at++) {
      if (this.bytes[this.at] !== 0xff) continue;
      const next = this.bytes[this.at + 1] as number;
      if (next >= 0xd0 && next <= 0xd7) {
        this.at += 2;
        return;
      }
    }
    throw broken();
  }
}

/** Bits that may be missing at the end of damaged data, in bytes: what is cut short is refused, not made up. */
const MAX_MISSING = 64;
const MAX_LOOK = 1 << 16;
