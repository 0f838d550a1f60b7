/** Boxes that decoders need or that only describe the picture (ISO/IEC 15444-1 I, 15444-2 M). */
const STRUCTURE: ReadonlySet<string> = new Set([
  'jP  ',
  'ftyp',
  'rreq',
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

/** Enumerated colour spaces that may have parameters behind them, in bytes (15444-2 M.11.7.4): CIELab and CIEJab. */
const PARAMETERS: ReadonlyMap<number, number> = new Map([
  [14, 28],
  [19, 24],
]);

const ENUMERATED = 1;

/** Brands of parts 1, 2, 3, 6 and 15, and the profiles of part 1 that some files name. */
const BRANDS: ReadonlySet<string> = new Set(['jp2 ', 'jpx ', 'jpxb', 'jph ', 'jpm ', 'mjp2', 'mj2s', 'J2P0', 'J2P1', 'JP20']);

/** Brand, minor version and list of a file type box as they are, without brands that nobody knows; minor versions are 0. */
export function knownBrands(content: Buffer): Buffer {
  const kept = [content.subarray(0, 4), Buffer.alloc(Math.max(0, Math.min(8, content.length) - 4))];
  for (let at = 8; at + 4 <= content.length; at += 4) {
    const brand = content.subarray(at, at + 4);
    if (BRANDS.has(brand.toString('latin1'))) kept.push(brand);
  }
  return Buffer.concat(kept);
}

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
      return colourBytes(content);
    case 'copt':
      return 10;
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

/** I.5.3.3: method, precedence, approximation, then the number of a colour space. */
function colourBytes(content: Buffer): number | undefined {
  if (content[0] !== ENUMERATED || content.length < 7) return undefined;
  const parameters = PARAMETERS.get(content.readUInt32BE(3));
  return parameters === undefined || content.length < 7 + parameters ? 7 : 7 + parameters;
}

/** Depths go up to 38 bits, less one, with the sign in the highest bit (I.5.3.2). */
const DEEPEST = 37;

/** True where a box of numbers can be what its type says: no text passes for depths or kinds of channels. */
export function isSound(type: string, content: Buffer): boolean {
  switch (type) {
    case 'pclr':
      return declaredBytes(type, content) !== undefined && contentBytes(type, content) !== undefined;
    case 'bpcc':
      return content.every((byte) => (byte & 0x7f) <= DEEPEST);
    case 'cmap':
      // I.5.3.5: a component, how it is mapped (0 or 1), and a column of the palette.
      return content.length % 4 === 0 && everyNth(content, 4, (at) => (content[at + 2] as number) <= 1);
    case 'cdef':
      return content.length >= 2 && everyNth(content.subarray(2), 6, (at) => CHANNEL_KINDS.has(content.readUInt16BE(at + 4)));
    default:
      return true;
  }
}

/** I.5.3.6: colour, opacity, premultiplied opacity, unspecified. */
const CHANNEL_KINDS: ReadonlySet<number> = new Set([0, 1, 2, 0xffff]);

function everyNth(content: Buffer, step: number, holds: (at: number) => boolean): boolean {
  for (let at = 0; at + step <= content.length; at += step) if (!holds(at)) return false;
  return true;
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
