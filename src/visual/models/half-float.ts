/** IEEE 754 binary16, little-endian, as single precision. */
export function halfToFloat(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Float32Array(bytes.byteLength >> 1);
  for (let index = 0; index < floats.length; index++) {
    const half = view.getUint16(index * 2, true);
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? Infinity
            : NaN
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    floats[index] = half & 0x8000 ? -magnitude : magnitude;
  }
  return floats;
}
