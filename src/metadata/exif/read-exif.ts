import type { Payload, Region } from '../../core/part.js';
import { opaquePart, type PayloadPlace, type PayloadReading } from '../reading.js';
import { sharedWith, unclaimedWithin } from './claims.js';
import { type Classified, classify } from './classify.js';
import { type NoteReading, readNotes } from './makernote/read-note.js';
import type { Claim, Directory, Entry, Tree } from './model.js';
import { PartsBuilder } from './parts.js';
import { hasStandardShape } from './shape.js';
import { TAG } from './tags.js';
import { numbersOf } from './tiff-value.js';
import { readTree } from './tree.js';
import { writeExif } from './write-exif.js';

export interface ExifReading extends PayloadReading {
  /** 1 to 8, from IFD0. `undefined` where the block gives none that is valid. */
  readonly orientation: number | undefined;
  /** Exif 3.0 4.6.6.2.1: 1 sRGB, 65535 uncalibrated. */
  readonly colorSpace: number | undefined;
}

/**
 * Reads an Exif block. `bytes` start at its TIFF header (Exif 3.0 4.5.2). Never throws for broken bytes: an entry that cannot
 * be read is an opaque part, and so is a block without a readable first directory. Values are sealed.
 */
export function readExif(bytes: Uint8Array, place: PayloadPlace): ExifReading {
  const tree = readTree(bytes, place.context.limits);
  if (tree === undefined) return unreadable(bytes, place);
  const classified = new Map<Entry, Classified>();
  for (const { entries } of tree.directories) for (const entry of entries) classified.set(entry, classify(entry));
  const notes = readNotes(tree);
  const outlying = outlyingOf(notes, tree);
  const claims: Claim[] = [...tree.claims];
  for (const [entry, regions] of outlying) {
    for (const { byteOffset, byteLength } of regions) claims.push({ start: byteOffset, end: byteOffset + byteLength, entry });
  }
  const shared = sharedWith(claims, (entry) => {
    const { category, alsoReveals } = classified.get(entry) as Classified;
    return entry.data === undefined ? [category, ...alsoReveals] : ['preview'];
  });
  const builder = new PartsBuilder(tree, place, classified, shared, notes, outlying, claims);
  const parts = builder.build();
  const payload: Payload = { rewrite: (plan) => writeExif(tree, builder, plan) };
  return { parts, payload, orientation: numberIn(tree, 'IFD0', TAG.orientation), colorSpace: numberIn(tree, 'ExifIFD', TAG.colorSpace) };
}

/** What each maker note points to outside of itself and no entry of the block accounts for. */
function outlyingOf(notes: ReadonlyMap<Entry, NoteReading>, tree: Tree): ReadonlyMap<Entry, readonly Region[]> {
  const found = new Map<Entry, readonly Region[]>();
  for (const [entry, { outlying }] of notes) {
    if (outlying.length > 0) found.set(entry, unclaimedWithin(outlying, tree.claims, tree.bytes.byteLength));
  }
  return found;
}

/** A block whose header or first directory cannot be read. */
function unreadable(bytes: Uint8Array, place: PayloadPlace): ExifReading {
  const part = opaquePart(`${place.path}/unreadable`, 'Exif', place.locate(0, bytes.byteLength), 'not a TIFF structure that can be read');
  const payload: Payload = { rewrite: (plan) => (plan.actionOf(part).kind === 'keep' ? bytes : null) };
  return { parts: [part], payload, orientation: undefined, colorSpace: undefined };
}

function numberIn(tree: Tree, kind: Directory['kind'], tag: number): number | undefined {
  for (const directory of tree.directories) {
    if (directory.kind !== kind) continue;
    const entry = directory.first.get(tag);
    if (entry !== undefined && entry.fault === undefined && hasStandardShape(kind, tag, entry.value)) return numbersOf(entry.value, 1)?.[0];
  }
  return undefined;
}
