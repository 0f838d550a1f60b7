const LOOK_BITS = 9;
const CODE_LENGTHS = 16;

/** A Huffman code in the form that decodes (T.81 annex C, F.2.2.3). */
export class HuffmanCode {
  /** By the next nine bits: length and symbol, 0 where the code is longer. */
  readonly #short = new Uint16Array(1 << LOOK_BITS);
  /** By length: one more than the largest code, as 16 bits from the left; the number to add for its symbol's index. */
  readonly #limits = new Int32Array(CODE_LENGTHS + 2);
  readonly #shifts = new Int32Array(CODE_LENGTHS + 1);

  /** `table`: 16 counts, then the symbols. */
  constructor(readonly table: Uint8Array) {
    let code = 0;
    let index = 0;
    for (let length = 1; length <= CODE_LENGTHS; length++) {
      const count = table[length - 1] as number;
      this.#shifts[length] = index - code;
      for (let nth = 0; nth < count; nth++, code++, index++) {
        if (length > LOOK_BITS) continue;
        const from = code << (LOOK_BITS - length);
        this.#short.fill((length << 8) | (table[CODE_LENGTHS + index] as number), from, from + (1 << (LOOK_BITS - length)));
      }
      this.#limits[length] = count === 0 ? -1 : code << (CODE_LENGTHS - length);
      code <<= 1;
    }
  }

  /** `peek`: the next 16 bits. The length of the code times 256 plus its symbol; 0 where there is none. */
  lookUp(peek: number): number {
    const short = this.#short[peek >> (CODE_LENGTHS - LOOK_BITS)] as number;
    if (short !== 0) return short;
    for (let length = LOOK_BITS + 1; length <= CODE_LENGTHS; length++) {
      if (peek >= (this.#limits[length] as number)) continue;
      const symbol = this.table[CODE_LENGTHS + (peek >> (CODE_LENGTHS - length)) + (this.#shifts[length] as number)];
      return symbol === undefined ? 0 : (length << 8) | symbol;
    }
    return 0;
  }
}
