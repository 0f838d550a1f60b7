import type { Category } from '../../core/category.js';
import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Plan } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { looksLikeAiPrompt } from '../../metadata/ai-prompt.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { commentPart } from '../comment.js';
import { type AddressKind, addressKind } from './addresses.js';
import { cssFinds } from './css.js';
import { readDataUri } from './data-uri.js';
import { withEntities } from './doctype.js';
import type { XmlDocument } from './document.js';
import { metadataPart, type Scope } from './metadata-element.js';
import { DRAWN, isKnownNamespace, NAMESPACE, SVG_ATTRIBUTES, SVG_ELEMENTS, TEXT_ELEMENTS, XLINK_TEXT } from './names.js';
import { localOf, type Survey } from './survey.js';
import { type Attribute, type Token, tokensOf } from './tokens.js';

/** A stretch of a document that says more than what is drawn. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly part: Part;
  /** What stands in its place when it goes; nothing where not given. ASCII. */
  readonly instead?: string;
  /** Its text without what a plan removes from it, in the encoding of the document. */
  readonly rewrite?: (plan: Plan) => Uint8Array | undefined;
}

interface Element {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly scope: Scope;
  /** Its character data is drawn. */
  readonly isText: boolean;
}

type StartTag = Extract<Token, { kind: 'start' }>;

/** What an element is that goes as a whole. */
type WholeKind = 'metadata' | 'label' | 'editor' | 'manifest' | 'script' | 'unknown' | 'hidden' | 'page-data';

interface Whole {
  readonly kind: WholeKind;
  readonly start: number;
  readonly scope: Scope;
  depth: number;
}

/** An address of no data. */
const NO_DATA = 'data:,';

/** Attributes of editors in which people's words stand. */
const WORDED = /name|label|title|desc|comment|text|ref|author|note/i;

const LONGEST_VALUE = 16 * 1024;

/** All marks of a document, in order and disjoint. Throws `UnsupportedError` for what cannot be judged. */
export function marksOf(document: XmlDocument, found: Survey, context: ReadContext): Mark[] {
  return new Marker(document, found, context).run();
}

class Marker {
  readonly #marks: Mark[] = [];
  readonly #open: Element[] = [];
  readonly #ordinals = new Map<string, number>();
  /** The element that goes as a whole, while within it. */
  #whole: Whole | undefined;

  constructor(
    readonly document: XmlDocument,
    readonly found: Survey,
    readonly context: ReadContext,
  ) {}

  run(): Mark[] {
    const { text, start } = this.document;
    const { root } = this.found;
    for (const token of tokensOf(text, start)) {
      if (token.start >= root.end) break;
      this.#token(token);
    }
    this.#behindRoot(root.end);
    return this.#marks.sort((a, b) => a.start - b.start);
  }

  #path(kind: string): string {
    const ordinal = this.#ordinals.get(kind) ?? 0;
    this.#ordinals.set(kind, ordinal + 1);
    return `${kind}#${ordinal}`;
  }

  #add(start: number, end: number, part: Part, more: Partial<Mark> = {}): void {
    this.#marks.push({ start, end, part, ...more });
  }

  #opaque(kind: string, start: number, end: number, note: string, more: Partial<Mark> = {}): void {
    this.#add(start, end, opaquePart(this.#path(kind), 'unknown', this.document.regionOf(start, end), note), more);
  }

  #says(
    kind: string,
    start: number,
    end: number,
    category: Category,
    alsoReveals: readonly Category[],
    note?: string,
    value?: string,
  ): void {
    const part: Part = {
      path: this.#path(kind),
      carrier: 'text',
      category,
      ...(alsoReveals.length === 0 ? {} : { alsoReveals: alsoReveals.filter((each) => each !== category) }),
      region: this.document.regionOf(start, end),
      required: false,
      ...(note === undefined ? {} : { note }),
      ...(value === undefined ? {} : { value: seal(value) }),
    };
    this.#add(start, end, part);
  }

  #token(token: Token): void {
    if (this.#whole !== undefined) {
      this.#within(token);
      return;
    }
    switch (token.kind) {
      case 'start':
        this.#start(token);
        return;
      case 'end':
        this.#open.pop();
        return;
      case 'comment':
        this.#comment(token.start, token.end);
        return;
      case 'instruction':
        this.#instruction(token.start, token.end, token.target);
        return;
      case 'doctype':
        this.#doctype();
        return;
      default:
        this.#text(token);
    }
  }

  /** Within an element that goes as a whole only its end is looked for. */
  #within(token: Token): void {
    const whole = this.#whole as Whole;
    if (token.kind === 'start' && !token.empty) whole.depth++;
    if (token.kind === 'end' && --whole.depth === 0) {
      this.#whole = undefined;
      this.#wholeElement(whole.kind, whole.start, token.end, whole.scope);
    }
  }

  #comment(start: number, end: number): void {
    const { document } = this;
    const shown = Buffer.from(document.shown(start + 4, end - 3), 'utf8');
    if (shown.toString().trim() === '') return;
    this.#add(start, end, commentPart(this.#path('comment'), document.regionOf(start, end), shown));
  }

  #instruction(start: number, end: number, target: string): void {
    if (target === 'xml' && start === this.document.start) return;
    const href = target === 'xml-stylesheet' ? /\bhref\s*=\s*["']([^"']*)["']/.exec(this.document.text.slice(start, end))?.[1] : undefined;
    if (href !== undefined) {
      const kind = addressKind(href, false);
      if (kind !== undefined) this.#says('stylesheet', start, end, kind.category, kind.alsoReveals, kind.note);
      return;
    }
    this.#opaque('instruction', start, end, 'a processing instruction');
  }

  #doctype(): void {
    const { doctype, entities } = this.found;
    if (doctype === undefined) return;
    if (!doctype.isPublic) {
      if (entities.size > 0) throw new UnsupportedError('svg-entity', doctype.start, 'the document type lies in another file');
      this.#opaque('doctype', doctype.start, doctype.end, 'a document type that lies elsewhere');
      return;
    }
    const { subset } = doctype;
    if (subset === undefined || subset.pieces.length === 0) return;
    if (entities.size === 0 && !subset.pieces.some(({ kind }) => kind === 'grammar')) {
      this.#opaque('doctype', subset.start, subset.end, 'declarations that nothing refers to');
      return;
    }
    for (const piece of subset.pieces) {
      if (piece.kind === 'comment') this.#comment(piece.start, piece.end);
      else if (piece.kind === 'instruction') this.#opaque('instruction', piece.start, piece.end, 'a processing instruction');
      else if (piece.kind === 'entity' && !(piece.name !== undefined && entities.has(piece.name)))
        this.#opaque('entity', piece.start, piece.end, 'an entity that nothing refers to');
    }
  }

  #start(token: StartTag): void {
    const parent = this.#open.at(-1);
    const scope = this.#scopeOf(token, parent?.scope ?? new Map([['xml', NAMESPACE.xml]]));
    const colon = token.name.indexOf(':');
    const uri = scope.get(colon < 0 ? '' : token.name.slice(0, colon)) ?? (colon < 0 ? '' : '?');
    const local = localOf(token.name);
    if (parent === undefined && uri !== NAMESPACE.svg && uri !== '')
      throw new UnsupportedError('svg-namespace', token.start, 'the root element is not of the namespace of SVG: no viewer draws it');
    const kind = parent === undefined ? undefined : this.#wholeKind(token, local, uri);
    if (kind !== undefined) {
      if (token.empty) this.#wholeElement(kind, token.start, token.end, scope);
      else this.#whole = { kind, start: token.start, depth: 1, scope };
      return;
    }
    const element: Element = { name: token.name, local, uri, scope, isText: (parent?.isText ?? false) || TEXT_ELEMENTS.has(local) };
    for (const attribute of token.attributes) this.#attribute(attribute, element);
    if (!token.empty) this.#open.push(element);
  }

  #scopeOf(token: StartTag, outer: Scope): Scope {
    let scope: Map<string, string> | undefined;
    for (const { name, valueStart, valueEnd } of token.attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      scope ??= new Map(outer);
      scope.set(name === 'xmlns' ? '' : name.slice(6), withEntities(this.document.text.slice(valueStart, valueEnd), this.found.entities));
    }
    return scope ?? outer;
  }

  #wholeKind(token: StartTag, local: string, uri: string): WholeKind | undefined {
    if (!DRAWN.has(uri)) {
      if (uri === NAMESPACE.c2pa) return 'manifest';
      if (uri === NAMESPACE.rdf && local === 'RDF') return 'metadata';
      return /inkscape|sodipodi/.test(uri) && isKnownNamespace(uri) ? 'editor' : 'unknown';
    }
    if (uri === NAMESPACE.xhtml)
      return local === 'meta' || local === 'link' || local === 'title' ? 'page-data' : local === 'script' ? 'script' : undefined;
    if (uri === NAMESPACE.mathml) return undefined;
    if (local === 'metadata') return 'metadata';
    if (local === 'title' || local === 'desc') return 'label';
    if (local === 'script' || local === 'handler' || local === 'listener') return 'script';
    if (!SVG_ELEMENTS.has(local)) return 'unknown';
    return this.#isHiddenLayer(token) ? 'hidden' : undefined;
  }

  /** `display` none, where nothing refers into it and nothing could show it. */
  #isHiddenLayer(token: StartTag): boolean {
    if (token.empty || this.found.isLive || this.#open.length === 0) return false;
    const { text } = this.document;
    const value = (name: string): string | undefined => {
      const attribute = token.attributes.find((each) => each.name === name);
      return attribute === undefined ? undefined : text.slice(attribute.valueStart, attribute.valueEnd);
    };
    const style = /(?:^|;)\s*display\s*:\s*([\w-]+)/.exec(value('style') ?? '')?.[1];
    if ((style ?? value('display')) !== 'none') return false;
    let depth = 0;
    for (const inner of tokensOf(text, token.start)) {
      if (inner.kind === 'start') {
        const id = inner.attributes.find(({ name }) => name === 'id');
        if (id !== undefined && this.found.refersTo(text.slice(id.valueStart, id.valueEnd))) return false;
        if (!inner.empty) depth++;
      } else if (inner.kind === 'end' && --depth === 0) return true;
    }
    return false;
  }

  #wholeElement(kind: WholeKind, start: number, end: number, scope: Scope): void {
    const { document, context } = this;
    const { text } = document;
    const told = (): readonly Category[] => toldInText(document.shown(start, Math.min(end, start + LONGEST_VALUE)), 'rendering');
    switch (kind) {
      case 'metadata': {
        const part = metadataPart(document, { start, end }, scope, this.#path('metadata'), context);
        if (part === undefined) return;
        const { payload } = part;
        this.#add(start, end, part, payload === undefined ? {} : { rewrite: (plan) => payload.rewrite(plan) ?? undefined });
        return;
      }
      case 'label': {
        const value = document.shown(text.indexOf('>', start) + 1, Math.max(start, text.lastIndexOf('</', end)));
        if (value.trim() === '' || end - start > LONGEST_VALUE * 4) {
          if (value.trim() !== '') this.#opaque('label', start, end, 'a long text that is not drawn');
          return;
        }
        this.#says(
          'label',
          start,
          end,
          looksLikeAiPrompt(value) ? 'ai-prompt' : 'text',
          told(),
          'a title or description, which readers of screens read out',
          value,
        );
        return;
      }
      case 'editor':
        this.#says('editor', start, end, 'software', ['text', ...told()], 'what an editor keeps for itself');
        return;
      case 'manifest': {
        const part = opaquePart(this.#path('manifest'), 'JUMBF', document.regionOf(start, end), 'C2PA manifest store');
        this.#add(start, end, { ...part, category: 'provenance', alsoReveals: REVEALS_ANYTHING.filter((each) => each !== 'provenance') });
        return;
      }
      case 'page-data':
        this.#says('page-data', start, end, 'text', ['hidden', 'person', 'software', ...told()], 'what an embedded page says of itself');
        return;
      case 'script':
        this.#opaque('script', start, end, 'a script');
        return;
      case 'hidden':
        this.#opaque('layer', start, end, 'a layer that is not shown');
        return;
      default:
        this.#opaque('element', start, end, 'an element that nothing draws');
    }
  }

  #attribute(attribute: Attribute, element: Element): void {
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
    if (/^on[a-z]/i.test(name)) this.#opaque('event', start, end, 'a script');
    else if (name === 'href' || name === 'src') this.#address(attribute, element, value);
    else if (name === 'style') this.#css(valueStart, valueEnd, false);
    else if (name === 'id') this.#id(attribute, value);
    else if (name.startsWith('data-') || name.startsWith('aria-')) this.#label(attribute, value);
    else if (element.uri === NAMESPACE.xhtml || element.uri === NAMESPACE.mathml) {
      if (name === 'title' || name === 'alt' || name === 'content') this.#label(attribute, value);
    } else if (!SVG_ATTRIBUTES.has(name) && !this.found.looksAt(name))
      this.#opaque('attribute', start, end, 'an attribute that no standard names');
    else if (name === 'class' || name === 'font-family' || name === 'name') {
      const told = toldInText(value, 'rendering');
      if (told.length > 0 && name !== 'font-family' && !this.found.isLive) this.#says('attribute', start, end, told[0] as Category, told);
    } else if (/url\(/i.test(value)) this.#css(valueStart, valueEnd, false);
  }

  /** A name that says more than a name, where nothing refers to it. */
  #id({ start, end }: Attribute, value: string): void {
    const told = toldInText(value, 'rendering');
    if (told.length > 0 && !this.found.refersTo(value))
      this.#says('id', start, end, told[0] as Category, told, 'a name that nothing refers to');
  }

  #label({ name, start, end }: Attribute, value: string): void {
    if (
      value.trim() === '' ||
      this.found.looksAt(name) ||
      /^aria-(?:hidden|level|expanded|labelledby|describedby|roledescription|live)$/.test(name)
    )
      return;
    const shown = this.document.shown(start, end);
    if (value.length > LONGEST_VALUE) this.#opaque('attribute', start, end, 'a long text that is not drawn');
    else this.#says('attribute', start, end, 'text', toldInText(shown, 'text'), 'a text that is not drawn', shown.trim());
  }

  /** The declaration of a namespace that is not well known goes with what is in it: any policy that removes something removes both. */
  #namespace({ start, end }: Attribute): void {
    this.#opaque('namespace', start, end, 'a namespace of an unknown owner');
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
      this.#opaque('attribute', start, end, 'an attribute of an unknown namespace');
      return;
    }
    const told = toldInText(this.document.shown(start, end), 'rendering');
    if (value.length > LONGEST_VALUE) this.#opaque('attribute', start, end, 'a long text that an editor keeps for itself');
    else
      this.#says(
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
    if (value === NO_DATA) this.#blank(valueStart, valueEnd);
    else if (/^\s*data:/i.test(value)) this.#embedded(valueStart, valueEnd);
    if (/^\s*data:/i.test(value)) return;
    const kind = addressKind(withEntities(value, this.found.entities), element.local === 'a');
    if (kind !== undefined) this.#external(kind, start, end);
  }

  #external({ category, alsoReveals, note }: AddressKind, start: number, end: number): void {
    this.#says('address', start, end, category, alsoReveals, note, this.document.shown(start, end).trim());
  }

  /** What stands for something that went: no part of the drawing, so that it is the same before and after. */
  #blank(start: number, end: number): void {
    const region = this.document.regionOf(start, end);
    this.#add(start, end, { path: this.#path('blank'), carrier: 'structure', category: 'rendering', region, required: true });
  }

  #embedded(valueStart: number, valueEnd: number): void {
    const { document, context } = this;
    const path = this.#path('embedded');
    const picture = readDataUri(
      document.text.slice(valueStart, valueEnd).trimStart(),
      path,
      document.regionOf(valueStart, valueEnd),
      context,
    );
    if (picture === undefined) return;
    this.#add(valueStart, valueEnd, picture.part, {
      instead: NO_DATA,
      rewrite: (plan) => {
        const bytes = picture.rewrite(plan);
        return bytes === null ? undefined : document.encode(`${picture.head}${Buffer.from(bytes).toString('base64')}`);
      },
    });
  }

  #css(start: number, end: number, isSheet: boolean): void {
    const { text } = this.document;
    for (const find of cssFinds(text, start, end)) {
      if (find.kind === 'comment') {
        const shown = Buffer.from(this.document.shown(find.start + 2, Math.max(find.start + 2, find.end - 2)));
        if (shown.toString().trim() === '') {
          this.#blank(find.start, find.end);
          continue;
        }
        const part = commentPart(this.#path('comment'), this.document.regionOf(find.start, find.end), shown);
        // Between two words it parts them.
        this.#add(find.start, find.end, part, { instead: '/**/' });
      } else if (find.kind === 'import') {
        const address = /["']([^"']*)["']|url\(([^)]*)\)/.exec(text.slice(find.start, find.end));
        const kind = addressKind(address?.[1] ?? address?.[2] ?? '', false);
        if (kind !== undefined && isSheet) this.#external(kind, find.start, find.end);
      } else if (find.value !== undefined) {
        const value = text.slice(find.value.start, find.value.end);
        if (/^data:/i.test(value)) {
          this.#embedded(find.value.start, find.value.end);
          continue;
        }
        const kind = addressKind(value, false);
        if (kind !== undefined) this.#external(kind, find.value.start, find.value.end);
      }
    }
  }

  #text({ start, end }: Token): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    if (element.local === 'style') this.#css(start, end, true);
    else if (!element.isText && /\S/.test(this.document.text.slice(start, end)))
      this.#opaque('text', start, end, 'text that nothing draws');
  }

  /** XML 1.0, 2.8: comments, instructions and white space. Anything else no parser takes. */
  #behindRoot(from: number): void {
    const { text } = this.document;
    let at = from;
    for (;;) {
      at += /^\s*/.exec(text.slice(at, at + 4096))?.[0].length ?? 0;
      const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
      const found = close === undefined ? -1 : text.indexOf(close, at + 2);
      if (close === undefined || found < 0) break;
      const end = found + close.length;
      if (close === '-->') this.#comment(at, end);
      else this.#opaque('instruction', at, end, 'a processing instruction');
      at = end;
    }
    if (at < text.length && /\S/.test(text.slice(at))) this.#opaque('trailer', at, text.length, 'bytes after the end of the document');
  }
}
