import { deflateSync } from 'node:zlib';
import { UnsupportedError } from '../../core/error.js';
import type { Edit, Part, Plan } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { objectOf, TRAILER } from './document.js';
import type { Piece } from './layout.js';
import type { Mark, Refusal } from './marks.js';
import { entryOf, type PdfNode } from './node.js';
import type { PdfObject } from './objects.js';
import { type LiveObject, reach } from './reach.js';
import type { PdfInspection } from './read-pdf.js';
import { isBlank } from './tile.js';
import { type Changes, writeValue } from './write-object.js';
import { largest, type NewPlace, writeStream, writeTable } from './write-xref.js';

/** Objects packed into one stream: readers unpack it whole to find one of them. */
const PACKED_TOGETHER = 100;

/** What a trailer says of the file that it stood in. */
const LEFT_OUT: ReadonlySet<string> = new Set(['Size', 'Prev', 'XRefStm', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms']);

const LINE = Buffer.from('\n');

/**
 * What a plan does to a document: every object that is still referred to stays where it is, or is written anew in its place;
 * all else is cut, and a new cross-reference section ends the file. Throws `UnsupportedError` where something cannot go.
 */
export function editPdf(source: Source, inspection: PdfInspection, plan: Plan): Edit[] {
  if (!inspection.parts.some((part) => plan.touches(part))) return [];
  return new PdfEditor(source, inspection, plan).edits();
}

class PdfEditor {
  readonly #edits: Edit[] = [];
  readonly #changes = new Map<number, Map<number, string | undefined>>();
  /** Of each stream that is written anew, only the stretch that differs: a picture's pixels are not held. */
  readonly #streams = new Map<number, Edit>();
  readonly #rewritten = new Set<number>();
  readonly #gone = new Set<number>();
  /** Bytes that the edits so far add. */
  #growth = 0;

  constructor(
    readonly source: Source,
    readonly inspection: PdfInspection,
    readonly plan: Plan,
  ) {}

  edits(): Edit[] {
    const { document, marks, pieces } = this.inspection;
    const held = marks.find(({ holdsAll }) => holdsAll === true);
    if (held !== undefined) throw refused(held.part, SIGNED);
    const refusals = this.#takeMarks(marks);
    this.#dropEmptyInfo();
    const live = reach(document, {
      skips: (object, entry) => this.#changes.get(object)?.has(entry) === true,
      gone: this.#gone,
    });
    for (const { mark, refusal } of refusals) if (live.has(mark.object) || mark.object === TRAILER) throw refused(mark.part, refusal);
    const places = this.#editPieces(pieces, live);
    this.#finish(places, live);
    return this.#edits;
  }

  /** What each mark changes; what cannot be done matters only where the object stays. */
  #takeMarks(marks: readonly Mark[]): { mark: Mark; refusal: Refusal }[] {
    const refusals: { mark: Mark; refusal: Refusal }[] = [];
    for (const mark of marks) {
      if (!this.plan.touches(mark.part)) continue;
      this.#rewritten.add(mark.object);
      if (mark.refusal !== undefined) refusals.push({ mark, refusal: mark.refusal });
      else if (mark.stream !== undefined) {
        const bytes = mark.stream(this.plan);
        if (bytes !== null) this.#replaceStream(mark.object, bytes);
        else if (mark.refusalWhereNull !== undefined) refusals.push({ mark, refusal: mark.refusalWhereNull });
        else this.#gone.add(mark.object);
      } else if (mark.entry !== undefined) this.#change(mark.object, mark.entry, this.#instead(mark));
    }
    return refusals;
  }

  #instead({ part, coarsen, instead }: Mark): string | undefined {
    const action = this.plan.actionOf(part);
    return (action.kind === 'coarsen' ? coarsen?.(action.precision) : undefined) ?? instead;
  }

  #change(object: number, entry: number, instead: string | undefined): void {
    const changes = this.#changes.get(object);
    if (changes === undefined) this.#changes.set(object, new Map([[entry, instead]]));
    else changes.set(entry, instead);
  }

  #replaceStream(number: number, bytes: Uint8Array): void {
    const region = this.inspection.document.objects.get(number)?.file?.stream;
    if (region === undefined) return;
    this.#streams.set(number, difference(this.source.read(region.byteOffset, region.byteLength), bytes, region.byteOffset));
    const length = entryOf(this.inspection.document.objects.get(number)?.value, 'Length');
    if (length !== undefined) this.#change(number, length.start, String(bytes.length));
  }

  /** An information dictionary in which nothing is left. */
  #dropEmptyInfo(): void {
    const { trailer, objects } = this.inspection.document;
    const entry = entryOf(trailer.value, 'Info');
    const { node, object } = objects.find(entry?.value) ?? {};
    if (entry === undefined || node?.kind !== 'dictionary') return;
    const changes = this.#changes.get((object ?? trailer).number);
    if (node.entries.every(({ start }) => changes?.has(start) === true && changes.get(start) === undefined))
      this.#change(TRAILER, entry.start, undefined);
  }

  /** Edits in file order; gives where each object that stands by itself is then. */
  #editPieces(pieces: readonly Piece[], live: ReadonlyMap<number, LiveObject>): Map<number, NewPlace> {
    const places = new Map<number, NewPlace>();
    const removed = new Map(this.inspection.parts.map((part) => [part.region.byteOffset, part]));
    for (const { byteOffset, endOffset, use } of pieces) {
      const cut = (): void => this.#replace(byteOffset, endOffset, byteOffset === 0 ? new Uint8Array(0) : LINE);
      if (use.kind === 'object' && live.has(use.object.number)) {
        places.set(use.object.number, { kind: 'offset', byteOffset: byteOffset + this.#growth, generation: use.object.generation });
        this.#editObject(use.object, endOffset);
      } else if (use.kind === 'gap') {
        const part = removed.get(byteOffset);
        const isPart = part?.path.startsWith('gap@');
        // An end of line is enough between two objects; a part that the plan keeps is kept.
        if (
          isPart === true && part !== undefined
            ? this.plan.actionOf(part).kind === 'remove'
            : !isBlank(this.source, { byteOffset, byteLength: endOffset - byteOffset })
        )
          cut();
      } else if (use.kind !== 'header') cut();
    }
    return places;
  }

  #editObject({ number, region, stream }: LiveObject, endOffset: number): void {
    const object = this.inspection.document.objects.get(number) as PdfObject;
    const isTouched = this.#rewritten.has(number) || this.#refersToGone(object);
    if (region === undefined || !isTouched) return;
    const head = `${number} ${object.generation} obj\n${this.#written(object)}\n`;
    if (stream === undefined) {
      this.#replace(region.byteOffset, endOffset, Buffer.from(`${head}endobj`, 'latin1'));
      return;
    }
    const dataEnd = stream.byteOffset + stream.byteLength;
    const edit = this.#streams.get(number);
    this.#replace(region.byteOffset, stream.byteOffset, Buffer.from(`${head}stream\n`, 'latin1'));
    if (edit !== undefined) this.#replace(edit.byteOffset, edit.byteOffset + edit.byteLength, edit.bytes);
    this.#replace(dataEnd, endOffset, Buffer.from('\nendstream\nendobj'));
  }

  #written(object: PdfObject, leftOut?: ReadonlySet<string>): string {
    return writeValue(object, this.#gone, this.#changes.get(object.number) as Changes | undefined, leftOut);
  }

  #refersToGone({ value }: PdfObject): boolean {
    if (this.#gone.size === 0) return false;
    const refers = (node: PdfNode): boolean =>
      node.kind === 'reference'
        ? this.#gone.has(node.number)
        : node.kind === 'array'
          ? node.items.some(refers)
          : node.kind === 'dictionary' && node.entries.some((entry) => refers(entry.value));
    return refers(value);
  }

  #replace(start: number, end: number, bytes: Uint8Array): void {
    this.#edits.push({ byteOffset: start, byteLength: end - start, bytes });
    this.#growth += bytes.length - (end - start);
  }

  /** Packed objects, the new cross-reference section, and the end of the file. */
  #finish(places: Map<number, NewPlace>, live: ReadonlyMap<number, LiveObject>): void {
    const { document, pieces } = this.inspection;
    const at = this.source.byteLength;
    const first = pieces[0];
    const prefixGone = first?.use.kind === 'gap' && this.#edits[0]?.byteOffset === 0;
    const base = prefixGone ? 0 : document.base;
    const packed = [...live.values()].filter(({ container }) => container !== undefined).sort((a, b) => a.number - b.number);
    let next = largest(live.keys()) + 1;
    for (let index = 0; index < packed.length; index += PACKED_TOGETHER, next++) {
      const group = packed.slice(index, index + PACKED_TOGETHER).map(({ number }) => number);
      places.set(next, { kind: 'offset', byteOffset: at + this.#growth, generation: 0 });
      for (const [position, number] of group.entries()) places.set(number, { kind: 'packed', container: next, index: position });
      this.#replace(at, at, this.#packedTogether(next, group));
    }
    const trailer = this.#written(document.trailer, LEFT_OUT);
    const write = packed.length > 0 ? writeStream : writeTable;
    const moved = new Map<number, NewPlace>();
    for (const [number, place] of places)
      moved.set(number, place.kind === 'offset' ? { ...place, byteOffset: place.byteOffset - base } : place);
    this.#replace(at, at, write(moved, trailer, at + this.#growth - base));
  }

  #packedTogether(number: number, group: readonly number[]): Buffer {
    const { document } = this.inspection;
    const values = group.map((each) => Buffer.from(`${this.#written(objectOf(document, each) as PdfObject)}\n`, 'latin1'));
    let offset = 0;
    const table = values.map((value, index) => {
      const pair = `${group[index]} ${offset}`;
      offset += value.length;
      return pair;
    });
    const head = Buffer.from(`${table.join(' ')}\n`);
    const data = deflateSync(Buffer.concat([head, ...values]));
    const dictionary = `<</Type /ObjStm /N ${group.length} /First ${head.length} /Filter /FlateDecode /Length ${data.length}>>`;
    return Buffer.concat([Buffer.from(`${number} 0 obj\n${dictionary}\nstream\n`), data, Buffer.from('\nendstream\nendobj\n')]);
  }
}

/** What has to be replaced of some bytes so that they become others. */
function difference(before: Uint8Array, after: Uint8Array, byteOffset: number): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return {
    byteOffset: byteOffset + start,
    byteLength: before.length - same - start,
    bytes: Buffer.from(after.subarray(start, after.length - same)),
  };
}

function refused({ region }: Part, { code, message, hint }: Refusal): UnsupportedError {
  return new UnsupportedError(code, region.byteOffset, message, hint);
}

const SIGNED: Refusal = {
  code: 'pdf-signed',
  message: 'the document is signed: any change would break the signature',
  hint: 'keep the signed original to yourself, and share a copy that is printed to a PDF',
};
