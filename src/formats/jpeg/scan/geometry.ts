import type { Component, Frame, ScanHeader } from '../frame.js';

/** How a scan's blocks follow one another (T.81 A.2). */
export interface ScanGeometry {
  readonly mcuCount: number;
  /** For each block of an MCU the index of its component in the scan. */
  readonly blocks: readonly number[];
  /** Blocks in a row of MCUs, and of the component's own rows, where the scan holds one component alone. */
  readonly columns: number;
}

const BLOCK = 8;

export function geometryOf(frame: Frame, { components }: ScanHeader): ScanGeometry {
  const widest = Math.max(...frame.components.map(({ horizontal }) => horizontal));
  const tallest = Math.max(...frame.components.map(({ vertical }) => vertical));
  if (components.length === 1) {
    // T.81 A.2.2: a scan of one component holds its blocks one by one, whatever its sampling factors.
    const { component } = components[0] as { component: Component };
    const columns = Math.ceil(Math.ceil((frame.width * component.horizontal) / widest) / BLOCK);
    const rows = Math.ceil(Math.ceil((frame.height * component.vertical) / tallest) / BLOCK);
    return { mcuCount: columns * rows, blocks: [0], columns };
  }
  const columns = Math.ceil(frame.width / (BLOCK * widest));
  const rows = Math.ceil(frame.height / (BLOCK * tallest));
  const blocks = components.flatMap(({ component }, index) => new Array<number>(component.horizontal * component.vertical).fill(index));
  return { mcuCount: columns * rows, blocks, columns };
}
