/** Boxes that decoders need or that only describe the picture (ISO/IEC 15444-1 I, 15444-2 M). */
const STRUCTURE: ReadonlySet<string> = new Set([
  'jP  ',
  'ftyp',
  'rreq',
  'prfl',
  'ihdr',
  'bpcc',
  'colr',
  'pclr',
  'cmap',
  'cdef',
  'resc',
  'resd',
  'opct',
  'creg',
  'copt',
  'inst',
  'roid',
]);

export function isStructure(type: string): boolean {
  return STRUCTURE.has(type);
}

/** Boxes that hold boxes, which are decided one by one. */
const SUPERBOXES: ReadonlySet<string> = new Set(['jp2h', 'res ', 'jpch', 'jplh', 'cgrp', 'comp', 'drep']);

export function isSuperbox(type: string): boolean {
  return SUPERBOXES.has(type);
}

/** Boxes of 15444-2 M.11 that find data by its offset in this file or in another. */
const BY_OFFSET: ReadonlySet<string> = new Set(['ftbl', 'flst', 'cref']);

export function pointsIntoFile(type: string): boolean {
  return BY_OFFSET.has(type);
}

/** Enumerated colour spaces that have parameters behind them (15444-2 M.11.7.4.1): CIELab and CIEJab. */
const WITH_PARAMETERS: ReadonlySet<number> = new Set([14, 19]);

const ENUMERATED = 1;

/** How long the content of a box is by what it says itself; `undefined` where that is not told, or the content is shorter. */
export function contentBytes(type: string, content: Buffer): number | undefined {
  const length = declaredBytes(type, content);
  return length === undefined || length > content.length ? undefined : length;
}

function declaredBytes(type: string, content: Buffer): number | undefined {
  switch (type) {
    case 'jP  ':
      return 4;
    case 'ihdr':
      return 14;
    case 'resc':
    case 'resd':
      return 10;
    case 'colr':
      // I.5.3.3: method, precedence, approximation, then the number of a colour space.
      return content[0] === ENUMERATED && content.length >= 7 && !WITH_PARAMETERS.has(content.readUInt32BE(3)) ? 7 : undefined;
    case 'cdef':
      return content.length < 2 ? undefined : 2 + 6 * content.readUInt16BE();
    case 'pclr':
      return paletteBytes(content);
    case 'rreq':
      return requirementBytes(content);
    default:
      return undefined;
  }
}

/** I.5.3.4: entries, columns, the depth of each column, then the entries. */
function paletteBytes(content: Buffer): number | undefined {
  const columns = content[2];
  if (columns === undefined || content.length < 3 + columns) return undefined;
  let entryBytes = 0;
  for (let column = 0; column < columns; column++) entryBytes += Math.ceil((((content[3 + column] as number) & 0x7f) + 1) / 8);
  return 3 + columns + content.readUInt16BE() * entryBytes;
}

/** 15444-2 M.11.1: masks of a stated length, then standard and vendor features with a mask each. */
function requirementBytes(content: Buffer): number | undefined {
  const maskBytes = content[0];
  if (maskBytes === undefined) return undefined;
  const standardAt = 1 + 2 * maskBytes;
  if (standardAt + 2 > content.length) return undefined;
  const vendorAt = standardAt + 2 + content.readUInt16BE(standardAt) * (2 + maskBytes);
  if (vendorAt + 2 > content.length) return undefined;
  return vendorAt + 2 + content.readUInt16BE(vendorAt) * (16 + maskBytes);
}
