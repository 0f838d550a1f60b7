/** What a new TIFF takes over from the old one's first IFD. */
export interface SourceTags {
  /** 1: colours are multiplied by alpha; 2: they are not (TIFF 6.0, section 18). */
  readonly alpha: 1 | 2;
  readonly resolution?: { readonly x: readonly [number, number]; readonly y: readonly [number, number]; readonly unit: number };
}

const PLAIN: SourceTags = Object.freeze({ alpha: 2 });
const MOST_ENTRIES = 512;

/** Reads resolution and the meaning of alpha. A file of another shape (BigTIFF, broken) has neither: the picture was decoded already. */
export function sourceTags(source: Uint8Array): SourceTags {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    if (view.getUint16(2, little) !== 42) return PLAIN;
    const ifd = view.getUint32(4, little);
    const count = Math.min(view.getUint16(ifd, little), MOST_ENTRIES);
    const at = new Map<number, number>();
    for (let index = 0; index < count; index++) {
      const entry = ifd + 2 + index * 12;
      at.set(view.getUint16(entry, little), entry + 8);
    }
    const short = (tag: number): number | undefined => {
      const place = at.get(tag);
      return place === undefined ? undefined : view.getUint16(place, little);
    };
    const rational = (tag: number): readonly [number, number] | undefined => {
      const place = at.get(tag);
      if (place === undefined) return undefined;
      const value = view.getUint32(place, little);
      return [view.getUint32(value, little), view.getUint32(value + 4, little)];
    };
    const [x, y, unit] = [rational(282), rational(283), short(296) ?? 2];
    const alpha = short(338) === 1 ? 1 : 2;
    return x === undefined || y === undefined || unit < 1 || unit > 3 ? { alpha } : { alpha, resolution: { x, y, unit } };
  } catch (error) {
    if (error instanceof RangeError) return PLAIN;
    throw error;
  }
}
