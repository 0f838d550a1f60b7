/** Takes a stream apart by lengths and lines, with no more of it in memory than is asked for. Throws `RangeError` where it ends early. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #current: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The bytes up to the next line end, which is dropped, as latin1. */
  async line(maxBytes = 4096): Promise<string> {
    let text = '';
    for (;;) {
      const end = this.#current.indexOf(0x0a);
      if (end >= 0) {
        text += this.#current.toString('latin1', 0, end);
        this.#current = this.#current.subarray(end + 1);
        return text;
      }
      text += this.#current.toString('latin1');
      if (text.length > maxBytes) throw new RangeError('a line is longer than any that git writes here');
      if (!(await this.#more())) throw new RangeError('the stream ended early');
    }
  }

  async take(byteLength: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(byteLength);
    await this.fill(bytes);
    return bytes;
  }

  async fill(target: Buffer): Promise<void> {
    await this.#consume(target.length, (piece, at) => piece.copy(target, at));
  }

  async skip(byteLength: number): Promise<void> {
    await this.#consume(byteLength, () => undefined);
  }

  async #consume(byteLength: number, use: (piece: Buffer, at: number) => void): Promise<void> {
    for (let at = 0; at < byteLength; ) {
      if (this.#current.length === 0 && !(await this.#more())) throw new RangeError('the stream ended early');
      const piece = this.#current.subarray(0, byteLength - at);
      use(piece, at);
      at += piece.length;
      this.#current = this.#current.subarray(piece.length);
    }
  }

  /** Waits for the next chunk once the current one is used up. False at the end. */
  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    this.#current = next.done === true ? Buffer.alloc(0) : next.value;
    return next.done !== true;
  }
}
