// The first bytes of the types that are read, away from their readers: a look at many files' heads loads nothing else.

export const PNG_SIGNATURE: readonly number[] = Object.freeze([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** T.81 B.1.1.3: SOI; every marker starts with 0xFF. */
export const isJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;

/** PNG 5.2. */
export const isPng = (head: Uint8Array): boolean => PNG_SIGNATURE.every((byte, index) => head[index] === byte);

/** WebP container specification, "file header". */
export const isWebp = (head: Uint8Array): boolean => {
  const ascii = Buffer.from(head.subarray(0, 12)).toString('latin1');
  return ascii.startsWith('RIFF') && ascii.startsWith('WEBP', 8);
};
