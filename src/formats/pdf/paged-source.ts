import type { Source } from '../../core/source.js';

const PAGE_BYTES = 1 << 16;

/** Pages kept: references lead back and forth. */
const MOST_PAGES = 64;

/** Many small reads all over a source that may be a file: what lies around each is fetched with it. Long ones are passed on. */
export class PagedSource implements Source {
  readonly #pages = new Map<number, Uint8Array>();

  constructor(readonly source: Source) {}

  get byteLength(): number {
    return this.source.byteLength;
  }

  read(byteOffset: number, byteLength: number): Uint8Array {
    const first = Math.floor(byteOffset / PAGE_BYTES);
    const last = Math.floor((byteOffset + byteLength - 1) / PAGE_BYTES);
    const isShort = byteLength > 0 && byteLength <= PAGE_BYTES && byteOffset >= 0 && byteOffset + byteLength <= this.byteLength;
    if (!isShort || last > first) return this.source.read(byteOffset, byteLength);
    const at = byteOffset - first * PAGE_BYTES;
    return this.#page(first).subarray(at, at + byteLength);
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number);
    if (known !== undefined) return known;
    const start = number * PAGE_BYTES;
    const page = this.source.read(start, Math.min(PAGE_BYTES, this.byteLength - start));
    if (this.#pages.size >= MOST_PAGES) this.#pages.delete(this.#pages.keys().next().value as number);
    this.#pages.set(number, page);
    return page;
  }
}
