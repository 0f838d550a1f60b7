import type { Category } from '../../core/category.js';
import type { Part, Region } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { opaquePart } from '../reading.js';
import { type Classified, classify } from './classify.js';
import { coarsenableOf } from './coarsen-xmp.js';
import type { Packet } from './packet.js';
import { namespaceOf } from './properties.js';
import { isNamed, isPlainStruct, type Leaf, type Oddity, type PropertyNode, type RdfContent, structFields, XMP_NOTE } from './rdf.js';
import type { Span, XmlName } from './xml.js';

/** One thing in a packet that a policy decides on, and what it is to the writer. */
export interface Entry {
  readonly part: Part;
  readonly role: 'property' | 'about' | 'toolkit' | 'link' | 'other';
  readonly node?: PropertyNode;
  /** Texts that are made less precise together. */
  readonly leaves?: readonly Leaf[];
  /** Fields that are decided one by one; the property stays while one of them does. */
  readonly fields?: readonly Entry[];
  /** The value of an `about`, a `toolkit` or a `link`. */
  readonly value?: string;
}

/** Where the entries of a packet lie and how their parts are named. */
export interface EntryPlace {
  readonly path: string;
  locate(span: Span): Region;
  /** Given where the packet that this one refers to is there. */
  readonly hasExtended: boolean;
  /** Names of properties met so far, of the other packet of a pair too: what comes again is shown by no reader. */
  readonly seen: Set<string>;
}

/** A name that is safe to show: of a known namespace, and of a form that its writers use. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,47}$/;
const UUID = /^(?:(?:uuid|xmp\.[id]id|urn:uuid|adobe:docid:[a-z]{2,12}):)?[0-9a-f-]{16,40}$/i;
const GUID = /^[0-9A-F]{32}$/i;
/** `Adobe XMP Core 5.6-c140 79.160451, 2017/05/06-01:08:21` and the like. */
const LONGEST_TOOLKIT = 128;

/** Every property of a packet, and whatever else is in it, with the part that it makes. */
export function entriesOf(packet: Packet, { properties, oddities }: RdfContent, place: EntryPlace): Entry[] {
  return new EntryMaker(place).make(packet, properties, oddities);
}

class EntryMaker {
  readonly #place: EntryPlace;
  readonly #counts = new Map<string, number>();

  constructor(place: EntryPlace) {
    this.#place = place;
  }

  make(packet: Packet, properties: readonly PropertyNode[], oddities: readonly Oddity[]): Entry[] {
    const { seen } = this.#place;
    const entries = properties.map((node) => {
      const name = `${node.uri} ${node.local}`;
      const isRepeated = seen.has(name);
      seen.add(name);
      return isNamed(node, XMP_NOTE, 'HasExtendedXMP') ? this.#link(node, isRepeated) : this.#property(node, isRepeated);
    });
    for (const oddity of oddities) entries.push(this.#oddity(oddity));
    for (const aside of packet.asides) entries.push(this.#opaque(aside.kind, aside, 'nothing that XMP gives a meaning'));
    for (const stray of packet.strays) entries.push(this.#opaque('outside', stray, 'bytes around the packet'));
    return entries;
  }

  #property(node: PropertyNode, isRepeated: boolean): Entry {
    const classified = classify(node, isRepeated);
    const path = this.#path(nameOf(node, classified));
    const isSplit = classified.info?.isSplit === true && !isRepeated && node.kind === 'element' && isPlainStruct(node);
    if (!isSplit) return this.#leafEntry(node, path, classified);
    const fields = structFields(node).map((field) => {
      const known = classify(field, false);
      return this.#leafEntry(field, this.#uniquePath(`${path}/${nameOf(field, known)}`), known);
    });
    if (fields.length === 0) return this.#leafEntry(node, path, classified);
    const part: Part = {
      path,
      carrier: 'XMP',
      category: 'rendering',
      region: this.#place.locate(node),
      required: false,
      children: fields.map((field) => field.part),
    };
    return { part, role: 'property', node, fields };
  }

  #leafEntry(node: PropertyNode, path: string, classified: Classified): Entry {
    const { category, alsoReveals, note, leaves } = classified;
    const coarsenable = coarsenableOf(classified);
    const unknown = classified.info === undefined ? `${node.prefix}:${node.local} ` : '';
    const part: Part = {
      path,
      carrier: 'XMP',
      category,
      ...(alsoReveals.length === 0 ? {} : { alsoReveals }),
      region: this.#place.locate(node),
      required: false,
      value: seal(unknown + shownValue(leaves)),
      ...(note === undefined ? {} : { note }),
      ...(coarsenable === undefined ? {} : { coarsenable }),
    };
    return { part, role: 'property', node, leaves };
  }

  /** XMP part 3, 1.1.3.1: the digest of an extended packet, which says nothing while that packet is there. */
  #link(node: PropertyNode, isRepeated: boolean): Entry {
    const value = classify(node, false)
      .leaves.map((leaf) => leaf.value)
      .join('');
    if (isRepeated || !GUID.test(value)) return this.#opaque('xmpNote:HasExtendedXMP', node, 'no digest of extended XMP');
    const dangles = !this.#place.hasExtended;
    const part: Part = {
      path: this.#path('xmpNote:HasExtendedXMP'),
      carrier: 'XMP',
      category: dangles ? 'hidden' : 'rendering',
      region: this.#place.locate(node),
      required: false,
      note: dangles ? 'the digest of extended XMP that is not there' : 'the digest of the extended XMP',
    };
    return { part, role: 'link', node, value };
  }

  #oddity(oddity: Oddity): Entry {
    const { kind, value } = oddity;
    const plain = (name: string, category: Category, role: Entry['role']): Entry => ({
      part: { path: this.#path(name), carrier: 'XMP', category, region: this.#place.locate(oddity), required: false, value: seal(value) },
      role,
      value,
    });
    if (kind === 'about' && UUID.test(value)) return plain('rdf:about', 'device', 'about');
    if (kind === 'toolkit' && value.length <= LONGEST_TOOLKIT) return plain('x:xmptk', 'software', 'toolkit');
    return this.#opaque(kind, oddity, 'no place that XMP has for it');
  }

  #opaque(name: string, span: Span, note: string): Entry {
    return { part: opaquePart(this.#path(name), 'XMP', this.#place.locate(span), note), role: 'other' };
  }

  #path(name: string): string {
    return this.#uniquePath(`${this.#place.path}/${name}`);
  }

  #uniquePath(path: string): string {
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    return count === 0 ? path : `${path}#${count}`;
  }
}

/** An unknown name may itself be private, so that it is shown only with the value. */
function nameOf({ uri, local }: XmlName, { info }: Classified): string {
  const prefix = info === undefined ? undefined : namespaceOf(uri)?.prefix;
  return prefix === undefined || !PLAIN_NAME.test(local) ? 'unknown' : `${prefix}:${local}`;
}

/** Characters of a value that are put together to be shown. */
const SHOWN = 512;

function shownValue(leaves: readonly Leaf[]): string {
  let shown = '';
  for (const { value } of leaves) {
    if (shown.length > SHOWN) break;
    shown += `${shown === '' ? '' : ', '}${value.slice(0, SHOWN).replace(/\s+/g, ' ').trim()}`;
  }
  return shown;
}
