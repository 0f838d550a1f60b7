import type { Category } from '../../core/category.js';
import { REVEALS_ANYTHING } from '../reading.js';
import { ADOBE_NAMES } from './names/adobe.js';
import { AGENCY_NAMES } from './names/agencies.js';
import { CAMERA_RAW_NAMES } from './names/camera-raw.js';
import { EXIF_NAMES } from './names/exif.js';
import { REGION_NAMES } from './names/regions.js';

/** What a property or the field of a structure can reveal. */
export interface PropertyInfo {
  readonly category: Category;
  readonly alsoReveals: readonly Category[];
  /** Only numbers belong here: anything else is something hidden. */
  readonly isNumber?: boolean;
  /** Degrees of latitude or longitude, which can be made coarse. */
  readonly isCoordinate?: boolean;
  /** A structure whose fields are decided one by one. */
  readonly isSplit?: boolean;
}

export interface NamespaceInfo {
  /** The prefix that a rewritten packet and paths use, whatever the input wrote. */
  readonly prefix: string;
  /** `*` is for names that are not listed, where all of a namespace is for one purpose. */
  readonly names: ReadonlyMap<string, PropertyInfo>;
}

/**
 * `@prefix URI` opens a namespace. Then one line per category, with what else it reveals after `+` (`any` for all of it): names,
 * with `~` for a coordinate, `{}` for a structure that is split, `*` for every other name. A `#` after the categories: only
 * numbers belong there. Indented lines go on.
 */
const TABLES = [ADOBE_NAMES, CAMERA_RAW_NAMES, EXIF_NAMES, AGENCY_NAMES, REGION_NAMES];

/** Google's dynamic depth has a namespace for each kind of element below that of the device. */
const DEVICE_NAMESPACE = 'http://ns.google.com/photos/dd/1.0/';

let registry: ReadonlyMap<string, NamespaceInfo> | undefined;

/** All namespaces by URI, without the separator at its end, which writers leave out or add. */
export function namespaces(): ReadonlyMap<string, NamespaceInfo> {
  registry ??= parseTables(TABLES);
  return registry;
}

/** `undefined` where no one says what the namespace is for. */
export function namespaceOf(uri: string): NamespaceInfo | undefined {
  const known = namespaces().get(trimmed(uri));
  if (known !== undefined) return known;
  return uri.startsWith(DEVICE_NAMESPACE) ? namespaces().get(`${DEVICE_NAMESPACE}device`) : undefined;
}

/** `undefined` for a name that no one has defined. */
export function propertyInfo(uri: string, local: string): PropertyInfo | undefined {
  const names = namespaceOf(uri)?.names;
  return names?.get(local) ?? names?.get('*');
}

function trimmed(uri: string): string {
  return uri.endsWith('/') || uri.endsWith('#') ? uri.slice(0, -1) : uri;
}

function parseTables(tables: readonly string[]): ReadonlyMap<string, NamespaceInfo> {
  const found = new Map<string, NamespaceInfo>();
  let names = new Map<string, PropertyInfo>();
  for (const line of tables
    .join('\n')
    .replace(/\n {2}/g, ' ')
    .split('\n')) {
    if (line.startsWith('@')) {
      const [prefix, uri] = line.slice(1).split(' ') as [string, string];
      names = new Map();
      found.set(trimmed(uri), { prefix, names });
    } else if (line !== '') {
      const [meaning, list] = line.split(': ') as [string, string];
      for (const word of list.split(/ +/)) names.set(word.replace(/[~{}]/g, ''), infoFrom(meaning, word));
    }
  }
  return found;
}

function infoFrom(meaning: string, word: string): PropertyInfo {
  const [category, ...others] = meaning.replace('#', '').split('+') as [Category, ...(Category | 'any')[]];
  const also = others.includes('any') ? REVEALS_ANYTHING : (others as Category[]);
  return {
    category,
    alsoReveals: also.filter((other) => other !== category),
    ...(meaning.endsWith('#') ? { isNumber: true } : {}),
    ...(word.endsWith('~') ? { isCoordinate: true } : {}),
    ...(word.endsWith('{}') ? { isSplit: true } : {}),
  };
}
