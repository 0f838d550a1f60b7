import type { Category } from '../../core/category.js';
import { UnsupportedError } from '../../core/error.js';
import type { ReadContext } from '../../core/format.js';
import { looksLikeAiPrompt } from '../../metadata/ai-prompt.js';
import { opaquePart, REVEALS_ANYTHING } from '../../metadata/reading.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { addressKind } from './addresses.js';
import { AttributeMarks, type Element } from './attribute-marks.js';
import { withEntities } from './doctype.js';
import type { XmlDocument } from './document.js';
import { LONGEST_VALUE, type Mark, MarkList } from './mark-list.js';
import { metadataPart, type Scope } from './metadata-element.js';
import { DRAWN, isKnownNamespace, NAMESPACE, SVG_ATTRIBUTES, SVG_ELEMENTS, TEXT_ELEMENTS } from './names.js';
import { localOf, type Survey } from './survey.js';
import { type Token, tokensOf } from './tokens.js';

type StartTag = Extract<Token, { kind: 'start' }>;

/** What an element is that goes as a whole. */
type WholeKind = 'metadata' | 'label' | 'editor' | 'manifest' | 'script' | 'unknown' | 'hidden' | 'page-data';

interface Whole {
  readonly kind: WholeKind;
  readonly start: number;
  readonly scope: Scope;
  depth: number;
}

/** Empty elements, of the same kind where people see it, that keep the count of a style sheet right. */
const PLACEHOLDERS: Readonly<Partial<Record<WholeKind, string>>> = { metadata: '<metadata/>' };

const DRAWABLE_ID =
  /<(?:\w+:)?(?:linearGradient|radialGradient|pattern|symbol|clipPath|mask|filter|marker|path|g|image|svg|use|rect|circle|style|text)\b[^>]{0,400}\sid\s*=\s*["']([^"']*)["']/g;

/** All marks of a document, in order and disjoint. Throws `UnsupportedError` for what cannot be judged. */
export function marksOf(document: XmlDocument, found: Survey, context: ReadContext): Mark[] {
  return new Marker(document, found, context).run();
}

class Marker {
  readonly #open: Element[] = [];
  readonly #list: MarkList;
  readonly #attributes: AttributeMarks;
  /** The element that goes as a whole, while within it. */
  #whole: Whole | undefined;

  constructor(
    readonly document: XmlDocument,
    readonly found: Survey,
    readonly context: ReadContext,
  ) {
    this.#list = new MarkList(document, context);
    this.#attributes = new AttributeMarks(this.#list, document, found);
  }

  run(): Mark[] {
    const { text, start } = this.document;
    const { root } = this.found;
    for (const token of tokensOf(text, start)) {
      if (token.start >= root.end) break;
      this.#token(token);
    }
    this.#behindRoot(root.end);
    return this.#list.marks.sort((a, b) => a.start - b.start);
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
        this.#list.comment(token.start, token.end);
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

  #instruction(start: number, end: number, target: string): void {
    if (target === 'xml' && start === this.document.start) return;
    const href = target === 'xml-stylesheet' ? /\bhref\s*=\s*["']([^"']*)["']/.exec(this.document.text.slice(start, end))?.[1] : undefined;
    if (href !== undefined) {
      const kind = addressKind(href, false);
      if (kind !== undefined) this.#list.says('stylesheet', start, end, kind.category, kind.alsoReveals, kind.note);
      return;
    }
    this.#list.opaque('instruction', start, end, 'a processing instruction');
  }

  #doctype(): void {
    const { doctype, entities } = this.found;
    if (doctype === undefined) return;
    if (!doctype.isPublic) {
      if (entities.size > 0) throw new UnsupportedError('svg-entity', doctype.start, 'the document type lies in another file');
      this.#list.opaque('doctype', doctype.start, doctype.end, 'a document type that lies elsewhere');
      return;
    }
    const { subset } = doctype;
    if (subset === undefined || subset.pieces.length === 0) return;
    const isNeeded = (name: string): boolean =>
      /^(?:xmlns|xlink|xml)(?::|$)/.test(name) || SVG_ATTRIBUTES.has(name) || this.found.looksAt(name);
    if (entities.size === 0 && !subset.pieces.some(({ defaults }) => defaults?.some(({ name }) => isNeeded(name)))) {
      this.#list.opaque('doctype', subset.start, subset.end, 'declarations that nothing refers to');
      return;
    }
    for (const piece of subset.pieces) {
      if (piece.kind === 'comment') this.#list.comment(piece.start, piece.end);
      else if (piece.kind === 'instruction') this.#list.opaque('instruction', piece.start, piece.end, 'a processing instruction');
      else if (piece.defaults !== undefined) {
        for (const { name, start, end } of piece.defaults)
          if (!isNeeded(name)) this.#list.opaque('attribute-default', start, end, 'a default for an attribute that no standard names');
      } else if (piece.kind === 'grammar') this.#list.opaque('grammar', piece.start, piece.end, 'a declaration that nothing is drawn by');
      else if (piece.kind === 'entity' && !(piece.name !== undefined && entities.has(piece.name)))
        this.#list.opaque('entity', piece.start, piece.end, 'an entity that nothing refers to');
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
    for (const attribute of token.attributes) this.#attributes.read(attribute, element);
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
    const before = this.#list.marks.length;
    this.#markWhole(kind, start, end, scope);
    const mark = this.#list.marks[before];
    if (mark === undefined) this.#list.blank(start, end);
    else if (kind !== 'editor' && this.#isDrawnFrom(start, end))
      throw new UnsupportedError('svg-drawn-metadata', start, 'something is drawn with what lies within metadata');
    else if (this.found.countsElements) this.#list.marks[before] = { ...mark, instead: PLACEHOLDERS[kind] ?? '<desc/>' };
  }

  /** Something within is referred to that can be drawn or drawn with. */
  #isDrawnFrom(start: number, end: number): boolean {
    for (const [, id] of this.document.text.slice(start, end).matchAll(DRAWABLE_ID)) if (this.found.refersTo(id as string)) return true;
    return false;
  }

  #markWhole(kind: WholeKind, start: number, end: number, scope: Scope): void {
    const { document, context } = this;
    const { text } = document;
    const told = (): readonly Category[] => toldInText(document.shown(start, Math.min(end, start + LONGEST_VALUE)), 'rendering');
    switch (kind) {
      case 'metadata': {
        const part = metadataPart(document, { start, end }, scope, this.#list.path('metadata'), context);
        if (part === undefined) return;
        const { payload } = part;
        this.#list.add(start, end, part, payload === undefined ? {} : { rewrite: (plan) => payload.rewrite(plan) ?? undefined });
        return;
      }
      case 'label': {
        const value = document.shown(text.indexOf('>', start) + 1, Math.max(start, text.lastIndexOf('</', end)));
        if (value.trim() === '' || end - start > LONGEST_VALUE * 4) {
          if (value.trim() !== '') this.#list.opaque('label', start, end, 'a long text that is not drawn');
          return;
        }
        this.#list.says(
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
        this.#list.says('editor', start, end, 'software', ['text', ...told()], 'what an editor keeps for itself');
        return;
      case 'manifest': {
        const part = opaquePart(this.#list.path('manifest'), 'JUMBF', document.regionOf(start, end), 'C2PA manifest store');
        this.#list.add(start, end, {
          ...part,
          category: 'provenance',
          alsoReveals: REVEALS_ANYTHING.filter((each) => each !== 'provenance'),
        });
        return;
      }
      case 'page-data':
        this.#list.says(
          'page-data',
          start,
          end,
          'text',
          ['hidden', 'person', 'software', ...told()],
          'what an embedded page says of itself',
        );
        return;
      case 'script':
        this.#list.opaque('script', start, end, 'a script');
        return;
      case 'hidden':
        this.#list.opaque('layer', start, end, 'a layer that is not shown');
        return;
      default:
        this.#list.opaque('element', start, end, 'an element that nothing draws');
    }
  }

  #text({ start, end }: Token): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    if (element.local === 'style') this.#list.css(start, end, true);
    else if (!element.isText && /\S/.test(this.document.text.slice(start, end)))
      this.#list.opaque('text', start, end, 'text that nothing draws');
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
      if (close === '-->') this.#list.comment(at, end);
      else this.#list.opaque('instruction', at, end, 'a processing instruction');
      at = end;
    }
    if (at < text.length && /\S/.test(text.slice(at))) this.#list.opaque('trailer', at, text.length, 'bytes after the end of the document');
  }
}
