import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { type Box, boxesIn } from '../../metadata/box.js';
import type { FileBox } from '../boxes/walk.js';
import { BoxFields } from './full-box.js';
import { type EntityGroup, readGroups } from './groups.js';
import { type Item, readItems } from './items.js';
import { type LocationTable, readLocations, resolveLocations } from './locations.js';
import { type Properties, pushTo, readProperties } from './properties.js';
import { type Reference, readReferences } from './references.js';

/** The meta box of a picture file (ISO/IEC 14496-12 8.11, ISO/IEC 23008-12), held in memory and taken apart. */
export interface MetaBox {
  readonly file: FileBox;
  /** The whole box; offsets of boxes count from its start. */
  readonly bytes: Uint8Array;
  /** Bytes of size, type, version and flags. */
  readonly headBytes: number;
  readonly children: readonly Box[];
  readonly primary: number;
  readonly items: readonly Item[];
  readonly iloc?: Box;
  readonly locations?: LocationTable;
  /** Where in the file each item's bytes lie. */
  readonly regions: ReadonlyMap<number, readonly Region[]>;
  readonly references: readonly Reference[];
  readonly properties?: Properties;
  readonly groups: readonly EntityGroup[];
  /** Content of `idat` in the file. */
  readonly idat?: Region;
}

/** Reads the meta box. Throws a reader's error where it does not hold. */
export function readMetaBox(source: Source, file: FileBox, limits: Limits): MetaBox {
  const byteLength = file.endOffset - file.byteOffset;
  if (byteLength > limits.payloadBytes) throw new LimitError('payloadBytes', file.byteOffset, `a meta box of ${byteLength} bytes`);
  // A copy: what it is rewritten to must not change with the source.
  const bytes = source.read(file.byteOffset, byteLength);
  const base = file.byteOffset;
  const headBytes = file.dataOffset - file.byteOffset + 4;
  const children: Box[] = [];
  let at = headBytes;
  for (const box of boxesIn(bytes, headBytes, byteLength)) {
    if (children.length >= limits.entryCount) throw new LimitError('entryCount', base + box.start, 'too many boxes in the meta box');
    children.push(box);
    at = box.end;
  }
  if (at !== byteLength) throw new FormatError('bad-meta-box', base + at, 'the meta box holds bytes that are no box');
  const only = (type: string): Box | undefined => {
    const found = children.filter((box) => box.type === type);
    if (found.length > 1) throw new FormatError('bad-meta-box', base + (found[1] as Box).start, `the meta box has two ${type} boxes`);
    return found[0];
  };
  const [pitm, iinf, iloc, iref, iprp, grpl, idatBox] = ['pitm', 'iinf', 'iloc', 'iref', 'iprp', 'grpl', 'idat'].map(only);
  if (pitm === undefined || iinf === undefined) throw new FormatError('no-primary-item', base, 'the meta box names no picture');
  const fields = new BoxFields(bytes, pitm, base);
  const primary = fields.uint(fields.versionAndFlags().version === 0 ? 2 : 4);
  const items = readItems(bytes, iinf, base, limits);
  if (new Set(items.map(({ id }) => id)).size !== items.length)
    throw new FormatError('bad-meta-box', base + iinf.start, 'two items have one id');
  if (!items.some(({ id }) => id === primary)) throw new FormatError('no-primary-item', base, 'the primary item is not there');
  const references = iref === undefined ? [] : readReferences(bytes, iref, base, limits);
  const sources = new Map<number, number[]>();
  for (const { type, from, to } of references) if (type === 'iloc') for (const id of to) pushTo(sources, from, id);
  const locations = iloc === undefined ? undefined : readLocations(bytes, iloc, base, limits);
  const idat = idatBox === undefined ? undefined : { byteOffset: base + idatBox.content, byteLength: idatBox.end - idatBox.content };
  const properties = iprp === undefined ? undefined : readProperties(bytes, iprp, base, limits);
  return {
    file,
    bytes,
    headBytes,
    children,
    primary,
    items,
    references,
    groups: grpl === undefined ? [] : readGroups(bytes, grpl, base),
    regions:
      locations === undefined
        ? new Map()
        : resolveLocations(locations, {
            fileBytes: source.byteLength,
            ...(idat === undefined ? {} : { idat }),
            sourcesOf: (id) => sources.get(id) ?? [],
            errorOffset: base,
            limits,
          }),
    ...(iloc === undefined ? {} : { iloc }),
    ...(locations === undefined ? {} : { locations }),
    ...(properties === undefined ? {} : { properties }),
    ...(idat === undefined ? {} : { idat }),
  };
}
