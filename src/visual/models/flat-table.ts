/** A table of a FlatBuffers file (the encoding that TFLite models are written in). Every offset is checked by `DataView` itself. */
export class FlatTable {
  constructor(
    readonly view: DataView,
    readonly at: number,
  ) {}

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where the field lies; 0 where the table leaves it out. */
  #field(index: number): number {
    const vtable = this.at - this.view.getInt32(this.at, true);
    const slot = 4 + 2 * index;
    if (slot >= this.view.getUint16(vtable, true)) return 0;
    const offset = this.view.getUint16(vtable + slot, true);
    return offset === 0 ? 0 : this.at + offset;
  }

  #vector(index: number): { at: number; length: number } {
    const field = this.#field(index);
    if (field === 0) return { at: 0, length: 0 };
    const vector = field + this.view.getUint32(field, true);
    return { at: vector + 4, length: this.view.getUint32(vector, true) };
  }

  int8(index: number): number {
    const field = this.#field(index);
    return field === 0 ? 0 : this.view.getInt8(field);
  }

  int32(index: number): number {
    const field = this.#field(index);
    return field === 0 ? 0 : this.view.getInt32(field, true);
  }

  has(index: number): boolean {
    return this.#field(index) !== 0;
  }

  table(index: number): FlatTable | undefined {
    const field = this.#field(index);
    return field === 0 ? undefined : new FlatTable(this.view, field + this.view.getUint32(field, true));
  }

  tables(index: number): FlatTable[] {
    const { at, length } = this.#vector(index);
    this.#requireInside(at, length * 4);
    return Array.from({ length }, (_, nth) => new FlatTable(this.view, at + 4 * nth + this.view.getUint32(at + 4 * nth, true)));
  }

  int32s(index: number): number[] {
    const { at, length } = this.#vector(index);
    this.#requireInside(at, length * 4);
    return Array.from({ length }, (_, nth) => this.view.getInt32(at + 4 * nth, true));
  }

  bytes(index: number): Uint8Array {
    const { at, length } = this.#vector(index);
    this.#requireInside(at, length);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + at, length);
  }

  text(index: number): string {
    return new TextDecoder().decode(this.bytes(index));
  }

  #requireInside(at: number, byteLength: number): void {
    if (at + byteLength > this.view.byteLength) throw new RangeError('a vector runs past the end of the file');
  }
}
