import { type Box, boxesIn } from '../../metadata/box.js';
import { isZero } from '../../metadata/text.js';
import type { MetaBox } from './meta-box.js';

/** Bytes of a box of the meta box that no reader looks at, counted from the start of the meta box. */
export interface Excess {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly note: string;
}

/** 8.4.3.2: twelve reserved bytes follow the handler's type, four go before it. */
const HANDLER_RESERVED = [
  [4, 8],
  [12, 24],
] as const;

/** The end of `pitm` (ISO/IEC 14496-12 8.11.4). */
export function primaryEnd({ bytes }: MetaBox, pitm: Box): number {
  return pitm.content + (bytes[pitm.content] === 0 ? 6 : 8);
}

/** `hdlr` with zeros where it has nothing to say. */
export function writeHandler({ bytes }: MetaBox, hdlr: Box, isNamed: boolean, isReserved: boolean): Buffer {
  const content = Buffer.from(bytes.subarray(hdlr.content, isNamed ? hdlr.end : Math.min(hdlr.end, hdlr.content + 24)));
  if (!isReserved) for (const [start, end] of HANDLER_RESERVED) content.fill(0, start, end);
  return isNamed ? content : Buffer.concat([content, Uint8Array.of(0)]);
}

export const RESERVED_PATH = 'meta/hdlr/reserved';

/** What is written behind the fields of tables, or between their entries. All of it goes when the meta box is written anew. */
export function excessOf(meta: MetaBox): Excess[] {
  const found: Excess[] = [];
  const look = (path: string, start: number, end: number, note: string): void => {
    if (start < end && !isZero(meta.bytes.subarray(start, end))) found.push({ path, start, end, note });
  };
  const behind = 'bytes behind the last field of a box';
  for (const child of meta.children) {
    if (child.type === 'pitm') look('meta/pitm/rest', primaryEnd(meta, child), child.end, behind);
    if (child.type === 'hdlr')
      for (const [start, end] of HANDLER_RESERVED)
        look(
          found.some(({ path }) => path === RESERVED_PATH) ? `${RESERVED_PATH}#1` : RESERVED_PATH,
          child.content + start,
          Math.min(child.end, child.content + end),
          'reserved bytes that are not zero',
        );
    if (child.type === 'iinf') lookBetween(meta, child, look);
  }
  if (meta.iloc !== undefined && meta.locations !== undefined) look('meta/iloc/rest', meta.locations.end, meta.iloc.end, behind);
  meta.properties?.tables.forEach(({ box, end }, index) => {
    look(`meta/iprp/ipma#${index}/rest`, end, box.end, behind);
  });
  if (meta.properties !== undefined)
    for (const box of boxesIn(meta.bytes, meta.properties.iprp.content, meta.properties.iprp.end))
      if (box.type === 'free') look(`meta/iprp/free@${box.start}`, box.content, box.end, 'free space that holds something');
  return found;
}

/** Boxes among the entries of items that are none. */
function lookBetween(meta: MetaBox, iinf: Box, look: (path: string, start: number, end: number, note: string) => void): void {
  const from = iinf.content + (meta.bytes[iinf.content] === 0 ? 6 : 8);
  for (const box of boxesIn(meta.bytes, from, iinf.end))
    if (box.type !== 'infe') look(`meta/iinf/stranger@${box.start}`, box.start, box.end, 'a box that is no item entry');
}
