import { Composer, CST, type Document, isMap, isScalar, isSeq, Lexer, type Node, type Pair, Parser, type YAMLParseError } from 'yaml';
import { shownWord } from './nearest.js';
import { MAX_POLICY_BYTES, MAX_PROBLEMS, type PolicyText, type Span } from './policy-text.js';

/** A YAML value with its place in the text. */
export type Tree = MapTree | ListTree | ScalarTree;

interface MapTree extends Span {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly key: Span; readonly value: Tree }>;
}

interface ListTree extends Span {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

interface ScalarTree extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** Maps within lists within maps; a policy needs five. */
const MAX_DEPTH = 12;

/** `-` and `?` on one line: each opens a level, so that they are bounded before the parser recurses into them. */
const MAX_INDICATORS = MAX_DEPTH;

/** Words, marks and spaces of one policy: bounds the parser's time, whatever they are. A thousand exceptions need half of it. */
const MAX_LEXEMES = 65_536;

const LEADING_INDENT_TABS = /^ *\t[ \t]*/;

/**
 * Reads one plain YAML 1.2 document: maps, lists and scalars. What YAML has beyond that is refused, before anything
 * is built from it: aliases, anchors, tags, directives, a second document, deep nesting. Throws `PolicyError`.
 */
export function readTree(text: PolicyText): Tree {
  checkCharacters(text);
  const document = compose(text);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    text.fail({ start: 0, end: 0 }, 'the policy is empty', 'begin with: version: 1');
  }
  const tree = treeOf(contents, text, 0);
  text.throwProblems();
  return tree;
}

function checkCharacters(text: PolicyText): void {
  if (Buffer.byteLength(text.text) > MAX_POLICY_BYTES)
    text.fail(
      { start: 0, end: 0 },
      `the policy is larger than ${MAX_POLICY_BYTES} bytes`,
      'split it, and put the parts together by extends',
    );
  // YAML 1.2.2, 5.1: what is printable. U+FFFD is what a decoder puts where bytes are not UTF-8.
  const wrong = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd-\uffff]|\p{Cs}|\r(?!\n)/u.exec(text.text);
  if (wrong === null) return;
  const span = { start: wrong.index, end: wrong.index + 1 };
  if (wrong[0] === '\ufffd') text.fail(span, 'the text is not UTF-8', 'save the file as UTF-8');
  text.fail(span, 'a control character has no place here', 'delete it, or save the file as plain UTF-8 text with line ends LF or CRLF');
}

/** Parses with every lexeme looked at before the parser sees it. */
function compose(text: PolicyText): Document.Parsed {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const guard = new LexemeGuard(text);
  for (const lexeme of new Lexer().lex(text.text)) {
    guard.look(lexeme);
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  text.throwProblems();
  // Keys are compared by us: the library compares each with each, which takes quadratic time.
  const composer = new Composer({ uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent' });
  const [document, second] = [...composer.compose(tokens, true, text.text.length)] as Document.Parsed[];
  if (document === undefined) return text.fail({ start: 0, end: 0 }, 'the policy is empty', 'begin with: version: 1');
  if (second !== undefined) {
    const start = second.range[0];
    text.fail(
      { start, end: start + 3 },
      'a second document begins here',
      'a policy is one document: delete the --- and what does not belong',
    );
  }
  for (const error of document.errors.slice(0, MAX_PROBLEMS)) reportSyntax(text, error);
  text.throwProblems();
  return document;
}

class LexemeGuard {
  #offset = 0;
  #flowDepth = 0;
  #indicators = 0;
  #isScalar = false;
  #count = 0;

  constructor(readonly text: PolicyText) {}

  look(lexeme: string): void {
    this.#count++;
    if (this.#count > MAX_LEXEMES) {
      this.text.fail(
        { start: this.#offset, end: this.#offset + 1 },
        'the policy has too many words',
        'split it, and put the parts together by extends',
      );
    }
    if (this.#isScalar) {
      this.#isScalar = false;
      this.#offset += lexeme.length;
      return;
    }
    const type = CST.tokenType(lexeme);
    if (type === 'scalar') this.#isScalar = true;
    // Marks that the lexer puts in are no characters of the text.
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') return;
    const span = { start: this.#offset, end: this.#offset + lexeme.length };
    this.#offset = span.end;
    this.#check(type, span);
  }

  #check(type: ReturnType<typeof CST.tokenType>, span: Span): void {
    switch (type) {
      case 'alias':
      case 'anchor':
        this.text.fail(span, 'aliases and anchors are refused', 'write the value out; put a word that begins with * or & in quotes');
        break;
      case 'tag':
        this.text.fail(span, 'tags are refused', 'write the plain value; put a word that begins with ! in quotes');
        break;
      case 'directive-line':
        this.text.fail(span, 'YAML directives are refused', 'delete the line; put a word that begins with % in quotes');
        break;
      case 'newline':
        this.#indicators = 0;
        break;
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#flowDepth++;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#flowDepth--;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        this.#indicators++;
        break;
    }
    if (this.#flowDepth > MAX_DEPTH || this.#indicators > MAX_INDICATORS) tooDeep(this.text, span);
  }
}

function tooDeep(text: PolicyText, span: Span): never {
  return text.fail(span, `the policy is nested more than ${MAX_DEPTH} deep`, 'no policy needs that; exifence policy schema shows its form');
}

const SYNTAX_HELP: Readonly<Partial<Record<YAMLParseError['code'], readonly [message: string, hint: string]>>> = {
  BAD_INDENT: ['the indentation does not fit', 'give all keys of one mapping the same number of spaces'],
  BAD_SCALAR_START: ['a plain word cannot begin with this character', 'put the text in quotes'],
  BLOCK_IN_FLOW: ['this cannot stand within { } or [ ]', 'write it on lines of its own, indented'],
  KEY_OVER_1024_CHARS: ['the key is far too long', 'look for a colon that is missing or one too many'],
  MULTILINE_IMPLICIT_KEY: ['a key must stand on one line', 'look for a colon that is missing'],
  TAB_AS_INDENT: ['a tab cannot indent', 'use spaces'],
};

function syntaxHelp(error: YAMLParseError): readonly [message: string, hint: string] | undefined {
  if (error.code === 'BAD_INDENT' && error.message.startsWith('Flow'))
    return ['a { or [ is not closed before this', 'close it with } or ]'];
  return SYNTAX_HELP[error.code];
}

function reportSyntax(text: PolicyText, error: YAMLParseError): void {
  const [start, end] = error.pos;
  const line = text.position(Math.min(start, text.text.length));
  const lineStart = start - line.column + 1;
  const tabs = LEADING_INDENT_TABS.exec(text.text.slice(lineStart, start + 1));
  if (tabs !== null) {
    const at = lineStart + tabs[0].indexOf('\t');
    text.report({ start: at, end: at + 1 }, 'a tab cannot indent', 'use spaces');
    return;
  }
  const [message, hint] = syntaxHelp(error) ?? [`this is not YAML: ${shownWord(error.message, 120)}`, undefined];
  text.report({ start, end: Math.max(end, start + 1) }, message, hint);
}

function treeOf(node: Node | null, text: PolicyText, depth: number): Tree {
  const [start, end] = node?.range ?? [0, 0];
  if (depth > MAX_DEPTH) tooDeep(text, { start, end });
  if (isMap(node)) return mapOf(node.items as Pair<Node, Node | null>[], { start, end }, text, depth);
  if (isSeq(node)) return { kind: 'list', start, end, items: node.items.map((item) => treeOf(item as Node, text, depth + 1)) };
  const value = isScalar(node) ? node.value : null;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', start, end, value };
  }
  return text.fail({ start, end }, 'this value is of no kind that a policy has', 'write a word, a number, a list or a mapping');
}

function mapOf(pairs: readonly Pair<Node, Node | null>[], span: Span, text: PolicyText, depth: number): MapTree {
  const entries = new Map<string, { key: Span; value: Tree }>();
  for (const { key, value } of pairs) {
    const [start, end] = key.range ?? [span.start, span.start + 1];
    const keySpan = { start, end };
    if (!isScalar(key)) {
      text.report(keySpan, 'a key must be one word', 'look for a colon too many, or a value that lost its key');
      continue;
    }
    // A key such as `1` or `true` is no word of ours either: its text is what the message must show.
    const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
    const first = entries.get(name);
    if (first !== undefined) {
      text.report(
        keySpan,
        `${shownWord(name)} is written twice`,
        `it stands in line ${text.position(first.key.start).line} already; keep one of them`,
      );
      continue;
    }
    const child = value === null ? ({ kind: 'scalar', ...keySpan, value: null } as const) : treeOf(value, text, depth + 1);
    // Where nothing follows the colon, the key is what can be shown.
    entries.set(name, { key: keySpan, value: child.end === child.start ? { ...child, ...keySpan } : child });
  }
  return { kind: 'map', ...span, entries };
}
