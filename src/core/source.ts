/** Random access to the bytes of one file or blob. Offsets and lengths in bytes. */
export interface Source {
  readonly byteLength: number;
  /**
   * Exactly the bytes of the range. The result may share memory with the source: do not write to it.
   * Throws `FormatError` (`truncated`) when the range does not lie within the source.
   */
  read(byteOffset: number, byteLength: number): Uint8Array;
}
