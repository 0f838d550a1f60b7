import { ByteWindow } from '../../bytes/window.js';
import type { Source } from '../../core/source.js';
import { endOfSubBlocks, type ImageBlock } from './blocks.js';

/** GIF89a appendix F: codes have at most 12 bits. */
const MAX_CODES = 4096;

/** GIF89a 22: 2 to 8 bits a pixel; some encoders write 1. */
const CODE_SIZES = { least: 1, most: 8 } as const;

/** Where the pixels of an image end within its sub-blocks. */
export interface PixelEnd {
  /** The size byte of the last sub-block that holds pixels. */
  readonly lastBlockOffset: number;
  /** How many of its bytes hold pixels. */
  readonly lastBlockBytes: number;
  /** What comes after the last pixel is not just the empty sub-block that ends the list, or zeros before it. */
  readonly hasTail: boolean;
}

/**
 * Follows the codes to the last pixel; only lengths are followed, no pixel is made. `undefined` where the codes break off or
 * break the rules: where viewers stop is then theirs to say, and the data is left as it is.
 */
export function findPixelEnd(source: Source, image: ImageBlock): PixelEnd | undefined {
  const window = new ByteWindow(source);
  const codeSize = window.u8(image.pixelsOffset);
  const pixelCount = image.width * image.height;
  if (codeSize < CODE_SIZES.least || codeSize > CODE_SIZES.most || pixelCount === 0) return undefined;
  const codes = new CodeReader(window, image.pixelsOffset + 1);
  if (!passPixels(codes, codeSize, pixelCount)) return undefined;
  return { lastBlockOffset: codes.blockOffset, lastBlockBytes: codes.usedBytes, hasTail: hasTail(window, codes) };
}

/** GIF89a appendix F. True where the codes give `pixelCount` pixels; the reader then stands after the end-of-information code. */
function passPixels(codes: CodeReader, codeSize: number, pixelCount: number): boolean {
  const clear = 1 << codeSize;
  const end = clear + 1;
  const lengths = new Uint32Array(MAX_CODES).fill(1, 0, clear);
  let [next, bits, previous, pixels] = [end + 1, codeSize + 1, -1, 0];
  for (;;) {
    const done = pixels >= pixelCount;
    if (done) codes.mark();
    const code = codes.read(bits);
    if (code === undefined) return done && codes.reset();
    if (code === end) return done;
    if (code === clear) {
      [next, bits, previous] = [end + 1, codeSize + 1, -1];
      continue;
    }
    if (done) return codes.reset();
    const mayAdd = previous >= 0 && next < MAX_CODES;
    // A code may be the one that this very step adds, never one after it.
    if (code > next || (code === next && !mayAdd)) return false;
    if (mayAdd) lengths[next] = (lengths[previous] as number) + 1;
    pixels += lengths[code] as number;
    if (mayAdd) next++;
    if (next === 1 << bits && bits < 12) bits++;
    previous = code;
  }
}

/** Codes of varying width, least significant bit first, across sub-blocks. */
class CodeReader {
  blockOffset: number;
  usedBytes = 0;
  #blockBytes: number;
  #buffer = 0;
  #bits = 0;
  #mark: { blockOffset: number; usedBytes: number; blockBytes: number } | undefined;

  constructor(
    readonly window: ByteWindow,
    start: number,
  ) {
    this.blockOffset = start;
    this.#blockBytes = window.u8(start);
  }

  get blockEnd(): number {
    return this.blockOffset + 1 + this.#blockBytes;
  }

  read(bits: number): number | undefined {
    while (this.#bits < bits) {
      if (this.#blockBytes === 0) return undefined;
      if (this.usedBytes === this.#blockBytes) {
        const next = this.blockEnd;
        const nextBytes = this.window.u8(next);
        if (nextBytes === 0) return undefined;
        this.blockOffset = next;
        this.#blockBytes = nextBytes;
        this.usedBytes = 0;
      }
      this.#buffer |= this.window.u8(this.blockOffset + 1 + this.usedBytes) << this.#bits;
      this.usedBytes++;
      this.#bits += 8;
    }
    const code = this.#buffer & ((1 << bits) - 1);
    this.#buffer >>>= bits;
    this.#bits -= bits;
    return code;
  }

  /** Remembers this place as the end of the pixels, the first time. */
  mark(): void {
    this.#mark ??= { blockOffset: this.blockOffset, usedBytes: this.usedBytes, blockBytes: this.#blockBytes };
  }

  /** Back to the mark: what was read since is not needed. */
  reset(): true {
    if (this.#mark !== undefined) {
      this.blockOffset = this.#mark.blockOffset;
      this.usedBytes = this.#mark.usedBytes;
      this.#blockBytes = this.#mark.blockBytes;
    }
    return true;
  }
}

/** Anything but zeros between the last pixel and the end of the sub-blocks. */
function hasTail(window: ByteWindow, codes: CodeReader): boolean {
  for (let at = codes.blockOffset + 1 + codes.usedBytes; at < codes.blockEnd; at++) if (window.u8(at) !== 0) return true;
  let found = false;
  endOfSubBlocks(window, codes.blockEnd, ({ byteOffset, dataBytes }) => {
    found ||= window.bytes(byteOffset + 1, dataBytes).some((byte) => byte !== 0);
  });
  return found;
}
