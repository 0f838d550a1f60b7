import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import { addReferred, type DocumentType, plainEntities, readDoctype } from './doctype.js';
import type { XmlDocument } from './document.js';
import { type Token, tokensOf } from './tokens.js';

/** What has to be known of a whole document before one of its elements can be judged. */
export interface Survey {
  readonly doctype?: DocumentType;
  /** Entities that are used, with the plain texts that stand for them. */
  readonly entities: ReadonlyMap<string, string>;
  /** Names that something refers to: `#name` in links and styles, `name.click` in timings. */
  readonly refersTo: (id: string) => boolean;
  /**
   * Something could show what is hidden: an animation, a style sheet. Scripts do not count here: a policy that removes anything
   * at all removes them.
   */
  readonly isLive: boolean;
  /** A style sheet may look at an attribute of this name. */
  readonly looksAt: (attribute: string) => boolean;
  /** A style sheet counts elements or looks at their neighbours: one that goes has to leave an empty one. */
  readonly countsElements: boolean;
  /** Where the root element starts and where it ends. */
  readonly root: { readonly start: number; readonly end: number; readonly width: number; readonly height: number };
}

const ELEMENTS_DEEP = 32;

/** Reads a document through once. Throws a reader's error where it is no well-formed SVG. */
export function survey(document: XmlDocument, limits: Limits): Survey {
  const { text, start } = document;
  let doctype: DocumentType | undefined;
  let isLive = false;
  let selectors = '';
  let countsElements = false;
  let root: { start: number; end: number; width: number; height: number } | undefined;
  const referred = new Set<string>();
  const ids = new Set<string>();
  const open: string[] = [];
  for (const token of tokensOf(text, start)) {
    if (token.kind === 'doctype') {
      if (doctype !== undefined || root !== undefined) throw wrong(token, 'it has a document type where none may be');
      doctype = readDoctype(text, token.start, token.end);
    } else if (token.kind === 'text') addReferred(text.slice(token.start, token.end), referred);
    else if (token.kind === 'start') {
      if (root !== undefined && open.length === 0) throw wrong(token, 'it has two root elements');
      const local = localOf(token.name);
      if (root === undefined) {
        if (local !== 'svg') throw wrong(token, 'its root element is not svg');
        root = { start: token.start, end: token.end, width: lengthOf(text, token, 'width'), height: lengthOf(text, token, 'height') };
      }
      if (/^(?:style|set|animate\w*)$/.test(local)) isLive = true;
      for (const { name, valueStart, valueEnd } of token.attributes) {
        const value = text.slice(valueStart, valueEnd);
        addReferred(value, referred);
        addIds(name, value, ids);
      }
      if (!token.empty) open.push(token.name);
      if (open.length > limits.nestingDepth * ELEMENTS_DEEP)
        throw new LimitError('nestingDepth', token.start, 'elements within elements, too deep');
    } else if (token.kind === 'end') {
      if (open.pop() !== token.name) throw wrong(token, 'an end tag closes another element');
      if (open.length === 0 && root !== undefined) root.end = token.end;
    }
    if ((token.kind === 'text' || token.kind === 'cdata') && localOf(open.at(-1) ?? '') === 'style') {
      const style = text.slice(token.start, token.end);
      addIds('style', style, ids);
      if (style.includes('[')) selectors += style;
      countsElements ||= /:(?:nth|first|last|only)-|:empty|:has\(|[+~]/.test(style);
    }
    if (root !== undefined && open.length === 0 && token.kind !== 'text' && token.kind !== 'comment') break;
  }
  if (root === undefined || open.length > 0)
    throw new FormatError('svg-not-well-formed', text.length, 'the document ends within an element');
  return {
    ...(doctype === undefined ? {} : { doctype }),
    entities: plainEntities(doctype, referred),
    refersTo: (id) => ids.has(id),
    isLive,
    countsElements,
    looksAt: (attribute) => selectors.includes(localOf(attribute)),
    root,
  };
}

function wrong({ start }: Token, what: string): FormatError {
  return new FormatError('svg-not-well-formed', start, `the document is no well-formed SVG: ${what}`);
}

/** Whole user units; 0 where the document leaves it to the viewer. */
function lengthOf(text: string, tag: Extract<Token, { kind: 'start' }>, name: string): number {
  const attribute = tag.attributes.find((each) => each.name === name);
  const value = attribute === undefined ? undefined : /^\s*([\d.]{1,20})/.exec(text.slice(attribute.valueStart, attribute.valueEnd))?.[1];
  return value === undefined ? 0 : Math.round(Number(value)) || 0;
}

export function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Names behind `#`, and in front of the event of a timing; of `aria-*` and `for`, every word. */
function addIds(name: string, value: string, ids: Set<string>): void {
  if (value.includes('#')) for (const [, id] of value.matchAll(/#([^\s"'()#,;<>]+)/g)) ids.add(id as string);
  if (name === 'begin' || name === 'end') for (const [, id] of value.matchAll(/([\w:-]+)\.\w/g)) ids.add(id as string);
  else if (name.startsWith('aria-') || name === 'for') for (const id of value.split(/\s+/)) ids.add(id);
}
