import { readPieces } from '../../bytes/apply-edits.js';
import type { ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { commentPart } from '../comment.js';
import { structurePart } from '../structure-part.js';
import type { PdfDocument } from './document.js';
import { TRAILER } from './document.js';
import type { Piece } from './layout.js';
import type { Mark } from './marks.js';
import { Parser } from './parser.js';
import type { LiveObject } from './reach.js';
import type { Section } from './xref.js';

/** A comment alone between two objects is shown as what it says, up to so many bytes. */
const COMMENT_BYTES = 16 * 1024;

/** What every trailer of a cross-reference section says. */
const TRAILER_KEYS: ReadonlySet<string> = new Set([
  ...['Size', 'Prev', 'Root', 'Info', 'XRefStm', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms'],
]);

/** What an object stream says of itself (7.5.7). */
const CONTAINER_KEYS: ReadonlySet<string> = new Set(['Type', 'N', 'First', 'Extends', 'Length', 'Filter', 'DecodeParms']);

/** The parts of a document; stretches of it of which nothing is to be said become one. */
export class Tiler {
  readonly #parts: Part[] = [];
  readonly #marks = new Map<number, Part[]>();
  /** Where the stretch started that is not yet a part. */
  #start = 0;

  constructor(
    readonly source: Source,
    readonly document: PdfDocument,
    readonly live: ReadonlyMap<number, LiveObject>,
    readonly context: ReadContext,
  ) {}

  tile(pieces: readonly Piece[], marks: readonly Mark[]): Part[] {
    this.#group(marks);
    for (const piece of pieces) {
      const part = this.#part(piece);
      if (part === undefined) continue;
      this.#close(piece.byteOffset);
      this.#parts.push(part);
      this.#start = piece.endOffset;
    }
    this.#close(this.source.byteLength);
    return this.#parts;
  }

  #close(end: number): void {
    if (end > this.#start)
      this.#parts.push(structurePart(`document@${this.#start}`, { byteOffset: this.#start, byteLength: end - this.#start }));
  }

  /** Marks by the number of what holds them on the top level. */
  #group(marks: readonly Mark[]): void {
    for (const { object, part } of marks) {
      const holder = this.live.get(object)?.container ?? object;
      const group = this.#marks.get(holder);
      if (group === undefined) this.#marks.set(holder, [part]);
      else group.push(part);
    }
  }

  #part({ byteOffset, endOffset, use }: Piece): Part | undefined {
    const region = { byteOffset, byteLength: endOffset - byteOffset };
    if (use.kind === 'gap') return this.#gap(region);
    if (use.kind === 'object') return wrapper(`object ${use.object.number}`, region, this.#marks.get(use.object.number) ?? []);
    if (use.kind === 'container') return this.#container(use.number, region);
    return use.kind === 'section' ? this.#section(use.section, region) : undefined;
  }

  #container(number: number, region: Region): Part | undefined {
    const { file, objects, hasMore } = this.document.objects.container(number);
    const children = [...(this.#marks.get(number) ?? [])];
    const path = `object ${number}`;
    if (hasMore || objects.some((packed) => this.live.get(packed.number)?.container !== number))
      children.push(opaquePart(`${path}/left over`, 'unknown', region, 'objects that nothing refers to, or that were replaced'));
    if (file.comments.length > 0) children.push(opaquePart(`${path}/comments`, 'comment', region, 'comments that no viewer shows'));
    if (file.value.kind === 'dictionary' && file.value.entries.some(({ key }) => !CONTAINER_KEYS.has(key)))
      children.push(opaquePart(`${path}/private`, 'application', region, 'entries of no standard'));
    return wrapper(path, region, children);
  }

  #section(section: Section, region: Region): Part | undefined {
    const [newest] = this.document.sections;
    const path = section === newest ? 'trailer' : `trailer@${section.byteOffset}`;
    const children = section === newest ? [...(this.#marks.get(TRAILER) ?? [])] : this.#olderTrailer(section, path, region);
    if (section.hasComments) children.push(opaquePart(`${path}/comments`, 'comment', region, 'comments that no viewer shows'));
    return wrapper(path, region, children);
  }

  #olderTrailer({ trailer }: Section, path: string, region: Region): Part[] {
    if (trailer.kind !== 'dictionary') return [];
    const children: Part[] = [];
    const others = trailer.entries.filter(({ key }) => !TRAILER_KEYS.has(key));
    if (others.some(({ key }) => key === 'ID'))
      children.push({ path: `${path}/ID`, carrier: 'text', category: 'device', region, required: false, note: 'file ids' });
    if (others.some(({ key }) => key !== 'ID'))
      children.push(opaquePart(`${path}/private`, 'application', region, 'entries of no standard'));
    return children;
  }

  /** White space between objects is the writer's own; anything else no viewer looks at. */
  #gap(region: Region): Part | undefined {
    const { byteOffset, byteLength } = region;
    if (isBlank(this.source, region)) return undefined;
    const path = `gap@${byteOffset}`;
    if (byteOffset === 0) return opaquePart(path, 'unknown', region, 'bytes before the document');
    if (byteLength <= COMMENT_BYTES) {
      const bytes = this.source.read(byteOffset, byteLength);
      const comments = commentsAlone(bytes);
      if (comments?.every((comment) => comment === '%%EOF') === true) return undefined;
      const [only] = comments ?? [];
      // High bytes in front say that this is no text.
      if (comments?.length === 1) return commentPart(path, region, Buffer.from((only ?? '').replace(/^%+[\x80-\xff]*/, ''), 'latin1'));
      if (comments !== undefined) return commentPart(path, region, bytes);
    }
    const isLast = byteOffset + byteLength === this.source.byteLength;
    return opaquePart(
      path,
      isLast ? 'trailer' : 'unknown',
      region,
      isLast ? 'bytes after the document' : 'objects that nothing refers to, or that were replaced',
    );
  }
}

/** The comments of a stretch that has nothing else in it but white space. */
function commentsAlone(bytes: Uint8Array): string[] | undefined {
  const parser = new Parser(bytes, { baseOffset: 0, isWhole: true });
  parser.skip();
  if (parser.at < bytes.length) return undefined;
  return parser.comments.map(({ start, end }) => latin1(bytes.subarray(start, end)));
}

function wrapper(path: string, region: Region, children: readonly Part[]): Part | undefined {
  return children.length === 0 ? undefined : { ...structurePart(path, region), children };
}

/** True where there is white space alone. */
export function isBlank(source: Source, { byteOffset, byteLength }: Region): boolean {
  for (const piece of readPieces(source, byteOffset, byteOffset + byteLength))
    if (!piece.every((byte) => byte === 0x20 || (byte >= 9 && byte <= 13 && byte !== 11) || byte === 0)) return false;
  return true;
}
