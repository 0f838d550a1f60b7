const MAX_SEGMENTS = 400;

/** Width and height in the frame header of a JPEG that starts at `start`; `undefined` where that is none. */
export function jpegSize(bytes: Uint8Array, start: number): { width: number; height: number } | undefined {
  let at = start + 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    // T.81 B.1.1.2: any number of 0xFF fill bytes may precede a marker.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined || at + 9 > bytes.length) return undefined;
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const height = ((bytes[at + 5] as number) << 8) | (bytes[at + 6] as number);
      const width = ((bytes[at + 7] as number) << 8) | (bytes[at + 8] as number);
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    // A scan before a frame, another start, or a length that is none: not what it looked like.
    if (marker < 0xc0 || marker === 0xd8 || marker === 0xd9 || marker === 0xda || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}
