import type { HuffmanCode } from './huffman.js';

/**
 * Bits of one restart interval of a scan, with stuffed zeros left out (T.81 F.1.2.3). Reads up to a marker or `end`, never
 * past it.
 */
export class BitReader {
  #bits = 0;
  #count = 0;
  #at: number;
  /** Bits asked for beyond the end. */
  #missing = 0;
  #end: number;

  constructor(
    readonly data: Uint8Array,
    start: number,
    end: number,
  ) {
    this.#at = start;
    this.#end = end;
  }

  /** Where the bits end: at the end that was given, or at a marker before it that was met. */
  get end(): number {
    return this.#end;
  }

  /** True once more bits were taken than there are. */
  get isPastEnd(): boolean {
    return this.#missing > this.#count;
  }

  /** Where the next whole byte begins: behind the one that holds the last bit taken. */
  get position(): number {
    let at = this.#at;
    for (let whole = (this.#count - this.#missing) >> 3; whole > 0; whole--) {
      at--;
      if (this.data[at] === 0 && this.data[at - 1] === 0xff) at--;
    }
    return at;
  }

  /** The bits left, where they are fewer than eight; else 8. */
  get rest(): { readonly bits: number; readonly count: number } {
    const buffered = this.#count - this.#missing;
    if (this.#at < this.#end || buffered >= 8) return { bits: 0, count: 8 };
    return { bits: (this.#bits >>> this.#missing) & ((1 << buffered) - 1), count: buffered };
  }

  /** Makes at least 16 bits there; ones where the data end. */
  #fill(): void {
    while (this.#count <= 16) {
      let byte = 0xff;
      if (this.#at < this.#end) {
        byte = this.data[this.#at++] as number;
        if (byte === 0xff) this.#unstuff();
      } else this.#missing += 8;
      this.#bits = ((this.#bits << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
  }

  /** Behind a 0xFF: passes over the stuffed zero. Anything else ends the bits, fill bytes too: decoders differ in what they make of them. */
  #unstuff(): void {
    if (this.#at < this.#end && this.data[this.#at] === 0) {
      this.#at++;
      return;
    }
    this.#at--;
    this.#end = this.#at;
    this.#missing += 8;
  }

  /** The next symbol, or -1 where no code fits. */
  symbol(code: HuffmanCode): number {
    if (this.#count < 16) this.#fill();
    const peek = (this.#bits >>> (this.#count - 16)) & 0xffff;
    const found = code.lookUp(peek);
    this.#count -= found >> 8;
    return found === 0 ? -1 : found & 0xff;
  }

  /** At most 16. */
  skip(count: number): void {
    if (this.#count < count) this.#fill();
    this.#count -= count;
  }

  /** At most 16. */
  take(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }
}
