import type { Category } from '../../core/category.js';
import { looksLikeAiPrompt } from '../ai-prompt.js';
import { REVEALS_ANYTHING } from '../reading.js';
import { toldInText } from '../told-in-text.js';
import { type PropertyInfo, propertyInfo } from './properties.js';
import { isBlank, isNamed, isRdfStructure, type Leaf, leafText, type PropertyNode, RDF, XML } from './rdf.js';
import { isFewWords, isLanguage, isMoment, isNumeric, isRenderingValue, isTimeValue } from './shape.js';
import type { XmlAttribute, XmlElement } from './xml.js';

/** What a property can reveal by its name and by all that is in it. */
export interface Classified {
  readonly category: Category;
  readonly alsoReveals: readonly Category[];
  readonly note?: string;
  readonly leaves: readonly Leaf[];
  /** True where the value is one plain text, or an array of plain texts: nothing in it but the leaves. */
  readonly isSimple: boolean;
  readonly info?: PropertyInfo;
}

/** How much of a value is looked at to tell a prompt. */
const LOOK_CHARACTERS = 64 * 1024;

/** What a property can reveal. `isRepeated`: the packet has a property of this name before it. */
export function classify(node: PropertyNode, isRepeated: boolean): Classified {
  const info = propertyInfo(node.uri, node.local);
  const walk = new ValueWalk();
  if (info === undefined) {
    walk.value(node, undefined);
    return {
      category: 'hidden',
      alsoReveals: ANYTHING_BUT_HIDDEN,
      note: 'no schema defines this property',
      leaves: walk.leaves,
      isSimple: false,
    };
  }
  for (const category of info.alsoReveals) walk.reveals.add(category);
  walk.value(node, info);
  let { category } = info;
  let note: string | undefined = walk.isOdd ? 'holds something else than its schema allows' : undefined;
  if (walk.isOdd && category === 'rendering') category = 'hidden';
  if (isRepeated) {
    walk.reveals.add('hidden');
    note ??= 'the packet has this property twice';
  }
  if (walk.isOdd) for (const other of REVEALS_ANYTHING) walk.reveals.add(other);
  if (category !== 'ai-prompt' && looksLikeAiPrompt(startOf(walk.leaves))) {
    walk.reveals.add(category);
    category = 'ai-prompt';
    note ??= 'what an image generator was told';
  }
  if ((info.isNumber !== true || walk.reveals.has('text')) && category !== 'rendering')
    for (const told of toldInText(startOf(walk.leaves), category)) walk.reveals.add(told);
  walk.reveals.delete(category);
  const { reveals, leaves, isSimple } = walk;
  return { category, alsoReveals: [...reveals], leaves, isSimple: isSimple && !walk.isOdd, info, ...(note === undefined ? {} : { note }) };
}

const ANYTHING_BUT_HIDDEN: readonly Category[] = REVEALS_ANYTHING.filter((category) => category !== 'hidden');

function startOf(leaves: readonly Leaf[]): string {
  let text = '';
  for (const { value } of leaves) {
    if (text.length > LOOK_CHARACTERS) break;
    text += `${value.slice(0, LOOK_CHARACTERS)}\n`;
  }
  return text;
}

/** Looks at all of a value: what its fields reveal, and whether anything in it has no place there. */
class ValueWalk {
  readonly leaves: Leaf[] = [];
  readonly reveals = new Set<Category>();
  isOdd = false;
  isSimple = true;

  value(node: PropertyNode, info: PropertyInfo | undefined): void {
    if (node.kind === 'attribute') this.#leaf(node, node.value, info);
    else this.#element(node, info);
  }

  /** `info`: that of the property or field whose value this element is, or is within. Depth is bounded by the parser. */
  #element(element: XmlElement, info: PropertyInfo | undefined): void {
    const text = leafText(element);
    for (const attribute of element.attributes) this.#attribute(element, attribute, info);
    if (text !== undefined) {
      if (text !== '' || element.attributes.length === 0) this.#leaf(element, text, info);
      return;
    }
    for (const child of element.children) {
      if (child.kind === 'text') {
        if (!isBlank(child.value)) this.#odd(element, child.value);
      } else if (isRdfStructure(child)) {
        if (!isNamed(child, RDF, 'Seq', 'Bag', 'Alt', 'li')) this.isSimple = false;
        this.#element(child, info);
      } else this.#field(child);
    }
  }

  #attribute(element: XmlElement, attribute: XmlAttribute, info: PropertyInfo | undefined): void {
    const { value } = attribute;
    if (isNamed(attribute, XML, 'lang')) {
      if (!isLanguage(value)) this.#odd(attribute, value);
    } else if (isNamed(attribute, RDF, 'parseType')) {
      if (value !== 'Resource') this.#odd(attribute, value);
    } else if (isNamed(attribute, RDF, 'about')) {
      if (value !== '') this.#odd(attribute, value);
    } else if (isNamed(attribute, RDF, 'resource', 'value')) {
      this.isSimple = false;
      this.#leaf(attribute, value, info);
    } else if (attribute.uri === RDF || attribute.uri === XML || attribute.uri === '') {
      this.#odd(element, value);
    } else this.#field(attribute);
  }

  #field(node: PropertyNode): void {
    this.isSimple = false;
    const info = propertyInfo(node.uri, node.local);
    if (info === undefined) this.isOdd = true;
    else for (const category of [info.category, ...info.alsoReveals]) if (category !== 'rendering') this.reveals.add(category);
    this.value(node, info);
  }

  #leaf(owner: PropertyNode, value: string, info: PropertyInfo | undefined): void {
    this.leaves.push({ owner, value });
    if (info === undefined || value === '') return;
    // Whatever the property is for: when a licence began, or when what it was derived from was changed, is a time.
    if (info.category !== 'time' && isMoment(value)) this.reveals.add('time');
    const fits =
      info.category === 'rendering'
        ? isRenderingValue(value)
        : info.category === 'time'
          ? isTimeValue(value)
          : info.isNumber !== true || isNumeric(value);
    if (fits) return;
    // Some programs write what they show: `1/160 sec.`, `f/8.0`, `Auto exposure`. It is text then, and no more.
    if (info.category === 'camera' && isFewWords(value)) this.reveals.add('text');
    else this.isOdd = true;
  }

  #odd(owner: PropertyNode, value: string): void {
    this.isOdd = true;
    this.leaves.push({ owner, value });
  }
}
