import type { ReadContext } from '../../core/format.js';
import type { Region } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { type PdfDocument, TRAILER } from './document.js';
import { type EntryRule, HARMLESS_ACTIONS, INFO_KEYS, type Kind, rulesOf, type Special } from './kinds.js';
import { type Mark, MarkList, textIn } from './marks.js';
import { type DictionaryEntry, entryOf, lookUp, nameIn, type PdfNode } from './node.js';
import type { PdfObject } from './objects.js';
import { StreamReader } from './streams.js';

/** An object to be looked at, and what kind of value it is. It is read when its turn comes: documents may be large. */
interface Visit {
  readonly node: PdfNode & { readonly kind: 'reference' };
  readonly kind: Kind;
}

/** A value of an object, and what kind of value it is. */
interface Value {
  readonly object: PdfObject;
  readonly node: PdfNode;
  readonly kind: Kind;
}

export interface Survey {
  readonly marks: readonly Mark[];
  /** Of the streams that hold something besides what is drawn, the regions that are drawn; all of any other is. */
  readonly drawn: ReadonlyMap<number, readonly Region[]>;
}

/**
 * Looks at every object that can be reached from the newest trailer, and marks what says more than what is drawn.
 * Throws a reader's error where an object cannot be read.
 */
export function survey(document: PdfDocument, context: ReadContext): Survey {
  return new Surveyor(document, context).survey();
}

class Surveyor {
  readonly #list: MarkList;
  readonly #streams: StreamReader;
  /** What is known to be of a kind comes before what may be of any: it is then not looked at again. */
  readonly #typed: Visit[] = [];
  readonly #untyped: Visit[] = [];
  readonly #seen = new Map<number, Set<Kind>>();
  readonly #comments = new Set<number>();
  readonly #compressed = new Set<number>();

  constructor(
    readonly document: PdfDocument,
    readonly context: ReadContext,
  ) {
    this.#list = new MarkList(document, context);
    this.#streams = new StreamReader(this.#list);
  }

  survey(): Survey {
    const { trailer } = this.document;
    this.#push({ object: trailer, node: trailer.value, kind: 'Trailer' });
    for (let visit = this.#next(); visit !== undefined; visit = this.#next()) this.#visit(visit);
    // Streams that hold a payload of their own have been read by now.
    for (const number of this.#compressed) {
      const object = this.document.objects.get(number);
      if (object !== undefined) this.#streams.data(object);
    }
    return { marks: this.#list.marks, drawn: this.#streams.drawn };
  }

  #next(): Visit | undefined {
    return this.#typed.pop() ?? this.#untyped.pop();
  }

  #visit({ node, kind }: Visit): void {
    if (this.#wasSeen(node.number, kind)) return;
    const object = this.document.objects.referred(node);
    if (object === undefined) return;
    this.#commentsOf(object);
    this.#push({ object, node: object.value, kind });
  }

  /** What is referred to waits for its turn; what lies in the object is looked at now. */
  #push({ object, node, kind }: Value): void {
    if (node.kind === 'reference') (kind === 'any' ? this.#untyped : this.#typed).push({ node, kind });
    else if (node.kind === 'array') this.#array(object, node.items, kind);
    else if (node.kind === 'dictionary') this.#dictionary(object, node, kind);
  }

  #wasSeen(number: number, kind: Kind): boolean {
    const kinds = this.#seen.get(number);
    if (kinds === undefined) this.#seen.set(number, new Set([kind]));
    else if (kind === 'any' || kinds.has(kind)) return true;
    else kinds.add(kind);
    return false;
  }

  #commentsOf(object: PdfObject): void {
    if (!object.hasComments || this.#comments.has(object.number) || object.number === TRAILER) return;
    this.#comments.add(object.number);
    const region = this.#list.regionOf(object, 0, (object.file?.endOffset ?? 0) - (object.file?.byteOffset ?? 0));
    const part = opaquePart(this.#list.path(object.number, 'comments'), 'comment', region, 'comments that no viewer shows');
    this.#list.add({ object: object.number, part });
  }

  #array(object: PdfObject, items: readonly PdfNode[], kind: Kind): void {
    const [first, second] = items;
    if (nameIn(first) === 'ICCBased' && second?.kind === 'reference') this.#profile(second);
    for (const node of items)
      if (node.kind !== 'atom' && node.kind !== 'name' && node.kind !== 'string') this.#push({ object, node, kind });
  }

  #profile(node: PdfNode): void {
    const { object } = this.document.objects.find(node) ?? {};
    if (object !== undefined) this.#streams.profile(object);
  }

  #dictionary(object: PdfObject, node: PdfNode & { kind: 'dictionary' }, claimed: Kind): void {
    const isStream = object.file?.stream !== undefined && node === object.value;
    const kind = kindOf(node, claimed, isStream);
    if (isStream && entryOf(node, 'Filter') !== undefined) this.#compressed.add(object.number);
    if (kind === 'Image' && isStream) this.#streams.picture(object);
    if (entryOf(node, 'ByteRange') !== undefined && entryOf(node, 'Contents') !== undefined) this.#signature(object, node);
    const { isClosed, entries } = rulesOf(kind);
    for (const entry of node.entries) {
      if (kind === 'Info' && !isStream) this.#info(object, entry);
      else {
        // Without these a stream has no data, whatever else it is.
        const rule = entries.get(entry.key);
        if (isStream && STREAM_KEYS.has(entry.key)) this.#push({ object, node: entry.value, kind: 'any' });
        else if (rule !== undefined) this.#apply(rule, object, node, entry, kind);
        else if (isClosed) this.#list.opaque(object, entry, 'private', 'an entry of no standard');
        else this.#push({ object, node: entry.value, kind: entry.key === 'Resources' ? 'Resources' : childKind(kind) });
      }
      if (entry.key === 'DestOutputProfile') this.#profile(entry.value);
    }
  }

  #apply(rule: EntryRule, object: PdfObject, holder: PdfNode, entry: DictionaryEntry, kind: Kind): void {
    if (rule.rule === 'walk') this.#push({ object, node: entry.value, kind: rule.kind });
    else if (rule.rule === 'map') this.#map(object, entry.value, rule.kind);
    else if (rule.rule === 'opaque') {
      // The sign of an attachment is drawn only where one is named.
      this.#list.opaque(object, entry, entry.key, rule.note, entry.key === 'FS' ? { instead: '()' } : {});
    } else if (rule.rule === 'special') this.#special(rule.name, object, entry);
    else if (kind === 'Annot' && isNeeded(holder, entry.key)) this.#push({ object, node: entry.value, kind: 'any' });
    else {
      this.#list.tells(object, entry, rule.category, kind === 'OCG' ? { instead: '()' } : {});
      // What stays may hold more: a thumbnail is a picture as others are.
      this.#push({ object, node: entry.value, kind: 'any' });
    }
  }

  /** The keys are the writer's own; each value is looked at. */
  #map(object: PdfObject, node: PdfNode, kind: Kind): void {
    const found = this.document.objects.find(node);
    if (found?.node.kind !== 'dictionary') return;
    const holder = found.object ?? object;
    this.#commentsOf(holder);
    for (const { value } of found.node.entries) this.#push({ object: holder, node: value, kind });
  }

  #special(name: Special, object: PdfObject, entry: DictionaryEntry): void {
    const { objects } = this.document;
    const found = objects.find(entry.value);
    if (name === 'metadata') this.#metadata(object, entry);
    else if (name === 'action') this.#action(object, entry);
    else if (name === 'actions') {
      if (found?.node.kind !== 'dictionary') return;
      for (const each of found.node.entries) this.#action(found.object ?? object, each);
    } else if (name === 'signature') this.#list.opaque(object, entry, entry.key, 'a digital signature', SIGNED);
    else if (name === 'forms')
      this.#list.opaque(object, entry, 'XFA', 'a form in XML', this.#needsForms() ? { refusal: DYNAMIC_FORM } : {});
    else if (name === 'private') this.#private(object, entry);
    else if (name === 'outlines') {
      this.#list.tells(object, entry, 'text', { note: 'bookmarks' });
      this.#push({ object, node: entry.value, kind: 'Outlines' });
    } else {
      const text = found === undefined ? undefined : textIn(found.node, (found.object ?? object).bytes);
      if (text !== undefined && toldInText(text, 'text').length > 0) this.#list.tells(object, entry, 'text', { instead: '()' });
    }
  }

  #metadata(object: PdfObject, entry: DictionaryEntry): void {
    const found = this.document.objects.find(entry.value);
    if (found?.object?.file?.stream === undefined) {
      this.#list.opaque(object, entry, 'Metadata', 'metadata that is no stream');
      return;
    }
    this.#commentsOf(found.object);
    this.#streams.metadata(found.object);
    // Its dictionary is a stream's and no more.
    for (const each of found.node.kind === 'dictionary' ? found.node.entries : [])
      if (!/^(?:Type|Subtype|Length|Filter|DecodeParms)$/.test(each.key))
        this.#list.opaque(found.object, each, 'private', 'an entry of no standard');
  }

  /** 12.6: what leads elsewhere tells of that; what runs is nothing that is drawn. */
  #action(object: PdfObject, entry: DictionaryEntry): void {
    const found = this.document.objects.find(entry.value);
    // A destination in the document itself.
    if (found?.node.kind !== 'dictionary') {
      this.#push({ object, node: entry.value, kind: 'any' });
      return;
    }
    const type = nameIn(this.document.objects.resolve(lookUp(found.node, 'S'))) ?? '';
    const holder = found.object ?? object;
    if (type === 'URI') this.#address(object, entry, holder, found.node);
    else if (!HARMLESS_ACTIONS.has(type)) {
      this.#list.opaque(object, entry, entry.key, type === 'JavaScript' ? 'a script' : 'an action that opens or sends something');
      return;
    } else this.#push({ object, node: entry.value, kind: 'any' });
    const next = entryOf(found.node, 'Next');
    if (next !== undefined) this.#list.opaque(holder, next, 'Next', 'a chain of actions');
  }

  #address(object: PdfObject, entry: DictionaryEntry, holder: PdfObject, action: PdfNode): void {
    const address = this.document.objects.find(lookUp(action, 'URI'));
    const text = address === undefined ? '' : (textIn(address.node, (address.object ?? holder).bytes) ?? '');
    // The address that a link is for is there to be read.
    const alsoReveals = /^\s*(?:mailto|tel):/i.test(text) ? [] : toldInText(text, 'text');
    this.#list.tells(object, entry, 'text', { note: 'a link to an address', alsoReveals });
    this.#push({ object, node: entry.value, kind: 'any' });
  }

  #signature(object: PdfObject, node: PdfNode): void {
    const region = this.#list.regionOf(object, node.start, node.end);
    const part = opaquePart(this.#list.path(object.number, 'signature'), 'application', region, 'a digital signature');
    this.#list.add({ object: object.number, part: { ...part, category: 'provenance' }, ...SIGNED });
  }

  /** 14.5. */
  #private(object: PdfObject, entry: DictionaryEntry): void {
    const found = this.document.objects.find(entry.value);
    const isDrawing = entryOf(found?.node, 'Illustrator') !== undefined;
    this.#list.opaque(object, entry, 'PieceInfo', 'private data of programs', isDrawing ? { refusal: ILLUSTRATOR } : {});
  }

  #needsForms(): boolean {
    const { objects, trailer } = this.document;
    const needs = objects.resolve(lookUp(objects.resolve(lookUp(trailer.value, 'Root')), 'NeedsRendering'));
    return needs?.kind === 'atom' && needs.text === 'true';
  }

  #info(object: PdfObject, entry: DictionaryEntry): void {
    const { objects } = this.document;
    const category = INFO_KEYS.get(entry.key);
    const kind = objects.resolve(entry.value)?.kind;
    if (category === 'rendering' && (kind === 'name' || kind === 'string')) return;
    if (category === undefined || kind !== 'string') this.#list.opaque(object, entry, 'private', 'an entry of the writer’s own');
    else this.#list.tells(object, entry, category);
  }
}

/** What a dictionary is by its own word, where the way to it does not tell. */
function kindOf(node: PdfNode, claimed: Kind, isStream: boolean): Kind {
  const subtype = nameIn(lookUp(node, 'Subtype'));
  if (claimed === 'Pages') return nameIn(lookUp(node, 'Type')) === 'Page' || entryOf(node, 'Kids') === undefined ? 'Page' : 'Pages';
  if (claimed !== 'any' && claimed !== 'Appearance') return claimed;
  if (isStream && subtype === 'Image') return 'Image';
  if (isStream && subtype === 'Form') return 'Form';
  const type = nameIn(lookUp(node, 'Type'));
  if (type === 'Font' || type === 'FontDescriptor' || type === 'Page' || type === 'Annot' || type === 'OCG') return type;
  return type === 'StructElem' ? type : claimed;
}

/** Kind of what lies under the keys of a dictionary that are not listed. */
function childKind(kind: Kind): Kind {
  return kind === 'Appearance' ? 'Appearance' : 'any';
}

/** Of an annotation's texts, those that a viewer draws: a field's name, and the text on the page where no picture of it is there. */
function isNeeded(annotation: PdfNode, key: string): boolean {
  const subtype = nameIn(lookUp(annotation, 'Subtype'));
  if (key === 'T') return subtype === undefined || subtype === 'Widget';
  return (key === 'Contents' || key === 'RC') && subtype === 'FreeText' && entryOf(annotation, 'AP') === undefined;
}

const STREAM_KEYS: ReadonlySet<string> = new Set(['Length', 'Filter', 'DecodeParms']);

const SIGNED: Pick<Mark, 'holdsAll'> = { holdsAll: true };

const DYNAMIC_FORM = {
  code: 'pdf-xfa',
  message: 'the document is a form in XML: nothing would be left to show without it',
  hint: 'print it to a PDF, then run again',
};

const ILLUSTRATOR = {
  code: 'pdf-illustrator',
  message: 'the document holds the drawing once more in the form that Illustrator edits: taking it out would lose work',
  hint: 'save a copy as PDF without the editing capabilities of Illustrator, then run again',
};
