import type { Part } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { commentPart } from '../comment.js';
import type { Codestream, Spare } from './codestream.js';
import { MARKER } from './markers.js';

/** Rcom: 0 for bytes, 1 for text in ISO 8859-15 (A.9.2). */
const REGISTRATION_BYTES = 2;

const NAMES: Readonly<Record<number, string>> = { [MARKER.COM]: 'COM', [MARKER.PLT]: 'PLT', [MARKER.TLM]: 'TLM', [MARKER.CRG]: 'CRG' };

/** A codestream as parts: what can go, and the stretches between. */
export function codestreamParts(source: Source, { byteOffset, endOffset, spares }: Codestream, prefix: string): Part[] {
  const parts: Part[] = [];
  let at = byteOffset;
  let stretches = 0;
  const coded = (end: number): void => {
    if (end === at) return;
    const path = `${prefix}codestream#${stretches++}`;
    parts.push({ path, carrier: 'pixels', category: 'rendering', region: { byteOffset: at, byteLength: end - at }, required: true });
  };
  const ordinals = new Map<string, number>();
  for (const spare of spares) {
    coded(spare.region.byteOffset);
    const name = NAMES[spare.marker] ?? `0x${spare.marker.toString(16)}`;
    const ordinal = ordinals.get(name) ?? 0;
    ordinals.set(name, ordinal + 1);
    parts.push(sparePart(source, spare, `${prefix}${name}#${ordinal}`));
    at = spare.region.byteOffset + spare.region.byteLength;
  }
  coded(endOffset);
  return parts;
}

function sparePart(source: Source, { marker, region, data }: Spare, path: string): Part {
  if (marker === MARKER.COM && data.byteLength > REGISTRATION_BYTES)
    return commentPart(path, region, source.read(data.byteOffset + REGISTRATION_BYTES, data.byteLength - REGISTRATION_BYTES));
  if (marker === MARKER.COM) return opaquePart(path, 'comment', region, 'an empty comment');
  const isIndex = marker === MARKER.PLT || marker === MARKER.TLM;
  return opaquePart(path, 'unknown', region, isIndex ? 'lengths that are not those of the file' : 'a marker segment that no decoder needs');
}
