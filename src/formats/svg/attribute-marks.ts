import type { Category } from '../../core/category.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { addressKind } from './addresses.js';
import { withEntities } from './doctype.js';
import type { XmlDocument } from './document.js';
import { LONGEST_VALUE, type MarkList, NO_DATA } from './mark-list.js';
import type { Scope } from './metadata-element.js';
import { isKnownNamespace, NAMESPACE, SVG_ATTRIBUTES, XLINK_TEXT } from './names.js';
import { localOf, type Survey } from './survey.js';
import type { Attribute } from './tokens.js';

/** An element that is open. */
export interface Element {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly scope: Scope;
  /** Its character data is drawn. */
  readonly isText: boolean;
}

/** Attributes of editors in which people's words stand. */
const WORDED = /name|label|title|desc|comment|text|ref|author|note/i;

/** Marks what the attributes of an element say. */
export class AttributeMarks {
  constructor(
    readonly list: MarkList,
    readonly document: XmlDocument,
    readonly found: Survey,
  ) {}

  read(attribute: Attribute, element: Element): void {
    const { name, start, end, valueStart, valueEnd } = attribute;
    const { text } = this.document;
    const value = text.slice(valueStart, valueEnd);
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      if (!isKnownNamespace(withEntities(value, this.found.entities)) && value !== '') this.#namespace(attribute);
      return;
    }
    const colon = name.indexOf(':');
    if (colon > 0) {
      this.#prefixed(attribute, element, element.scope.get(name.slice(0, colon)) ?? '?', value);
      return;
    }
    if (/^on[a-z]/i.test(name)) this.list.opaque('event', start, end, 'a script');
    else if (name === 'href' || name === 'src') this.#address(attribute, element, value);
    else if (name === 'style') this.list.css(valueStart, valueEnd, false);
    else if (name === 'id') this.#id(attribute, value);
    else if (name.startsWith('data-') || name.startsWith('aria-')) this.#label(attribute, value);
    else if (name === 'title' && element.local !== 'style') this.#label(attribute, value);
    else if (element.uri === NAMESPACE.xhtml || element.uri === NAMESPACE.mathml) {
      if (name === 'alt' || name === 'content') this.#label(attribute, value);
    } else if (!SVG_ATTRIBUTES.has(name) && !this.found.looksAt(name))
      this.list.opaque('attribute', start, end, 'an attribute that no standard names');
    else if (name === 'class' || name === 'font-family' || name === 'name') {
      const told = toldInText(value, 'rendering');
      if (told.length > 0 && name !== 'font-family' && !this.found.isLive)
        this.list.says('attribute', start, end, told[0] as Category, told);
    } else if (/url\(/i.test(value)) this.list.css(valueStart, valueEnd, false);
  }

  /** A name that says more than a name, where nothing refers to it. */
  #id({ start, end }: Attribute, value: string): void {
    const told = toldInText(value, 'rendering');
    if (told.length > 0 && !this.found.refersTo(value))
      this.list.says('id', start, end, told[0] as Category, told, 'a name that nothing refers to');
  }

  #label({ name, start, end }: Attribute, value: string): void {
    if (
      value.trim() === '' ||
      this.found.looksAt(name) ||
      /^aria-(?:hidden|level|expanded|labelledby|describedby|roledescription|live)$/.test(name)
    )
      return;
    const shown = this.document.shown(start, end);
    if (value.length > LONGEST_VALUE) this.list.opaque('attribute', start, end, 'a long text that is not drawn');
    else this.list.says('attribute', start, end, 'text', toldInText(shown, 'text'), 'a text that is not drawn', shown.trim());
  }

  /** The declaration of a namespace that is not well known goes with what is in it: any policy that removes something removes both. */
  #namespace({ start, end }: Attribute): void {
    this.list.opaque('namespace', start, end, 'a namespace of an unknown owner');
  }

  #prefixed(attribute: Attribute, element: Element, uri: string, value: string): void {
    const { name, start, end } = attribute;
    const local = localOf(name);
    if (uri === NAMESPACE.xlink) {
      if (local === 'href') this.#address(attribute, element, value);
      else if (XLINK_TEXT.has(local)) this.#label(attribute, value);
      return;
    }
    if (uri === NAMESPACE.xml) {
      if (local === 'base') this.#address(attribute, element, value);
      return;
    }
    if (this.found.looksAt(name)) return;
    if (uri === '?' || !isKnownNamespace(uri)) {
      this.list.opaque('attribute', start, end, 'an attribute of an unknown namespace');
      return;
    }
    const told = toldInText(this.document.shown(start, end), 'rendering');
    if (value.length > LONGEST_VALUE) this.list.opaque('attribute', start, end, 'a long text that an editor keeps for itself');
    else
      this.list.says(
        'attribute',
        start,
        end,
        'software',
        [...(WORDED.test(local) ? (['text'] as const) : []), ...told],
        'what an editor keeps for itself',
        this.document.shown(start, end).trim(),
      );
  }

  #address({ start, end, valueStart, valueEnd }: Attribute, element: Element, value: string): void {
    if (value === NO_DATA) this.list.blank(valueStart, valueEnd);
    else if (/^\s*data:/i.test(value)) this.list.embedded(valueStart, valueEnd);
    if (/^\s*data:/i.test(value)) return;
    const kind = addressKind(withEntities(value, this.found.entities), element.local === 'a');
    if (kind !== undefined) this.list.external(kind, start, end);
  }
}
