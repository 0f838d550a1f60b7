import type { Edit } from '../../core/part.js';

/** Edits as plain data. Each buffer is there once: long runs of zeros are many edits of one. */
export interface CarriedEdits {
  readonly buffers: readonly Uint8Array[];
  readonly edits: readonly { readonly byteOffset: number; readonly byteLength: number; readonly buffer: number }[];
}

export function carryEdits(edits: readonly Edit[]): CarriedEdits {
  const buffers: Uint8Array[] = [];
  const places = new Map<Uint8Array, number>();
  const placeOf = (bytes: Uint8Array): number => {
    const known = places.get(bytes);
    if (known !== undefined) return known;
    places.set(bytes, buffers.length);
    // A view would take all that it is a view of along.
    return buffers.push(bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)) - 1;
  };
  return {
    edits: edits.map(({ byteOffset, byteLength, bytes }) => ({ byteOffset, byteLength, buffer: placeOf(bytes) })),
    buffers,
  };
}

export function editsOf({ buffers, edits }: CarriedEdits): Edit[] {
  return edits.map(({ byteOffset, byteLength, buffer }) => ({ byteOffset, byteLength, bytes: buffers[buffer] as Uint8Array }));
}
