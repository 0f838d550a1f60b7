/** Longest code (GIF89a, appendix F). */
const MOST_BITS = 12;

/** Compresses indices of up to `bits` bits with variable-length LZW, as GIF89a's appendix F has it. */
export function lzw(indices: Uint8Array, bits: number): Buffer {
  const clear = 1 << bits;
  // No index takes more room in the data than its longest code.
  const out = Buffer.alloc(Math.ceil((indices.length * MOST_BITS) / 8) + Math.ceil(indices.length / 1000) * 2 + 16);
  let at = 0;
  let pending = 0;
  let held = 0;
  let size = bits + 1;
  let next = clear + 2;
  const codes = new Map<number, number>();
  const put = (code: number): void => {
    pending |= code << held;
    held += size;
    while (held >= 8) {
      out[at++] = pending & 255;
      pending >>>= 8;
      held -= 8;
    }
  };
  put(clear);
  let prefix = indices[0] ?? 0;
  for (let index = 1; index < indices.length; index++) {
    const value = indices[index] as number;
    const key = (prefix << 8) | value;
    const known = codes.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    put(prefix);
    prefix = value;
    if (next < 1 << MOST_BITS) {
      codes.set(key, next);
      // The reader is one code behind: the width grows when this one no longer fits.
      if (next === 1 << size) size++;
      next++;
    } else {
      put(clear);
      codes.clear();
      size = bits + 1;
      next = clear + 2;
    }
  }
  put(prefix);
  // The reader adds an entry for the last code too, and may widen before the end code.
  if (next === 1 << size && size < MOST_BITS) size++;
  put(clear + 1);
  if (held > 0) out[at++] = pending & 255;
  return out.subarray(0, at);
}
