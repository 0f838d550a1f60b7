import type { JpegFile } from './segments.js';

/** The blocks of one component: coefficients in zigzag order, rows of blocks padded to whole MCUs. */
export interface Plane {
  /** Blocks in a row, padding included. */
  readonly columns: number;
  readonly rows: number;
  /** Blocks in a row and in a column that a scan of this component alone holds (T.81 A.2.2). */
  readonly ownColumns: number;
  readonly ownRows: number;
  readonly coefficients: Int16Array;
}

export interface Layout {
  /** Pixels that an MCU spans. */
  readonly mcuWidth: number;
  readonly mcuHeight: number;
  readonly mcuColumns: number;
  readonly mcuRows: number;
  readonly planes: readonly Plane[];
}

const BLOCK = 8;
export const BLOCK_SIZE = 64;

/** Room for all coefficients. The caller has bounded the size of the picture. */
export function layoutOf({ width, height, components }: JpegFile): Layout {
  const widest = Math.max(...components.map(({ horizontal }) => horizontal));
  const tallest = Math.max(...components.map(({ vertical }) => vertical));
  const mcuColumns = Math.ceil(width / (BLOCK * widest));
  const mcuRows = Math.ceil(height / (BLOCK * tallest));
  const planes = components.map(({ horizontal, vertical }) => {
    const columns = mcuColumns * horizontal;
    const rows = mcuRows * vertical;
    return {
      columns,
      rows,
      ownColumns: Math.ceil(Math.ceil((width * horizontal) / widest) / BLOCK),
      ownRows: Math.ceil(Math.ceil((height * vertical) / tallest) / BLOCK),
      coefficients: new Int16Array(columns * rows * BLOCK_SIZE),
    };
  });
  return { mcuWidth: BLOCK * widest, mcuHeight: BLOCK * tallest, mcuColumns, mcuRows, planes };
}
