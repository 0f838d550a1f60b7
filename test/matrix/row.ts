/** A place where metadata hides, as `../shared/leak-matrix.md` numbers them, with a picture that hides something there. */
export interface MatrixRow {
  /** The place's number; a letter behind it where one place needs more than one picture. */
  readonly row: string;
  readonly place: string;
  /** Extension of the file, which is also its type. */
  readonly extension: string;
  readonly build: (hide: Hide) => Uint8Array;
}

/** What was hidden, as it is searched for. */
export interface Hidden {
  readonly kind: 'text' | 'bin';
  readonly value?: string;
  readonly forms?: readonly string[];
}

/** Gives what to hide, and remembers it. */
export class Hide {
  readonly hidden: Hidden[] = [];

  constructor(readonly row: string) {}

  /** A word that is nowhere else. */
  text(): string {
    const value = `CNRY${this.row}x${this.hidden.length}YRNC`;
    this.hidden.push({ kind: 'text', value });
    return value;
  }

  bytes(): Buffer {
    return Buffer.from(this.text());
  }

  /** A word as the name of somebody's device: what no list of harmless names can know, and no text without it would tell. */
  deviceName(): string {
    return `${this.text()}'s MacBook Pro`;
  }

  /** A word of which each byte follows so many zeros. */
  spread(zeros: number): Buffer {
    const word = Buffer.from(`CNRY${this.row}x${this.hidden.length}YRNC`);
    const bytes = Buffer.alloc(word.length * (zeros + 1));
    for (const [index, byte] of word.entries()) bytes[index * (zeros + 1) + zeros] = byte;
    this.hidden.push({ kind: 'bin', forms: [bytes.toString('hex')] });
    return bytes;
  }

  /** A number of 32 bits that is nowhere else: seconds since 1904, in 2024. */
  seconds(): number {
    const value = 3_800_000_007 + 1009 * this.hidden.length + Number.parseInt(this.row, 10) * 104_729;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    this.hidden.push({ kind: 'bin', forms: [bytes.toString('hex')] });
    return value;
  }

  /** The same in UTF-16, without a mark. */
  utf16(): Buffer {
    return Buffer.from(`${this.text()}\0`, 'utf16le');
  }

  /** A coordinate that is nowhere else: its rationals are searched for in both byte orders. */
  degrees(): [number, number][] {
    const seconds = 310_007 + 1009 * this.hidden.length + Number.parseInt(this.row, 10) * 17;
    const big = Buffer.alloc(8);
    big.writeUInt32BE(seconds, 0);
    big.writeUInt32BE(10_000, 4);
    const little = Buffer.from(big);
    little.swap32();
    this.hidden.push({ kind: 'bin', forms: [big.toString('hex'), little.toString('hex')] });
    return [
      [48, 1],
      [51, 1],
      [seconds, 10_000],
    ];
  }
}
