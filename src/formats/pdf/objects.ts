import { FormatError, LimitError, UnsupportedError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { decode, filtersOf } from './filters.js';
import { countIn, lookUp, nameIn, type PdfNode } from './node.js';
import { type FileObject, readObjectAt } from './object-at.js';
import { Parser } from './parser.js';
import { type Place, RESAVE } from './xref.js';

/** An object as a viewer finds it by its number. */
export interface PdfObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfNode;
  /** What its nodes are indices into. */
  readonly bytes: Uint8Array;
  readonly hasComments: boolean;
  /** Set where it stands in the file by itself. */
  readonly file?: FileObject;
  /** Set where it is packed into an object stream: that one's number. */
  readonly container?: number;
}

/** An object stream (7.5.7), unpacked. */
export interface Container {
  readonly file: FileObject;
  readonly objects: readonly PackedObject[];
  /** True where there is something in it beside its objects. */
  readonly hasMore: boolean;
}

interface PackedObject {
  readonly number: number;
  readonly value: PdfNode;
  readonly bytes: Uint8Array;
  readonly hasComments: boolean;
}

/** Objects kept parsed, and bytes of unpacked object streams kept, while others are looked at. */
const CACHED_OBJECTS = 4096;
const CACHED_STREAM_BYTES = 16 * 2 ** 20;

/** Bytes unpacked while a document is read: each object stream is unpacked once or twice. */
const MOST_UNPACKED_BYTES = 192 * 2 ** 20;

/** How often the whole file is parsed at most: objects that lie in one another would be read ever again. */
const MOST_TIMES = 6;
const PARSED_BYTES = 16 * 2 ** 20;

/** Objects of a document by their numbers. What is parsed is held for a while only: documents may be large. */
export class Objects {
  readonly #cache = new Map<number, PdfObject>();
  readonly #containers = new Map<number, { container: Container; byteLength: number }>();
  readonly #opening = new Set<number>();
  #containerBytes = 0;
  #unpackedBytes = 0;
  #parsedBytes = 0;

  constructor(
    readonly source: Source,
    readonly places: ReadonlyMap<number, Place>,
    readonly limits: Limits,
  ) {}

  /** `undefined` where no object has the number: a reference to it stands for null. Throws a reader's error. */
  get(number: number): PdfObject | undefined {
    const cached = this.#cache.get(number);
    if (cached !== undefined) return cached;
    const place = this.places.get(number);
    if (place === undefined) return undefined;
    const object = place.kind === 'offset' ? this.#inFile(number, place) : this.#packed(number, place);
    if (object === undefined) return undefined;
    if (this.#cache.size >= CACHED_OBJECTS)
      for (const oldest of [...this.#cache.keys()].slice(0, CACHED_OBJECTS / 2)) this.#cache.delete(oldest);
    this.#cache.set(number, object);
    return object;
  }

  /** Follows a reference, and references that it leads to. */
  resolve(node: PdfNode | undefined): PdfNode | undefined {
    return this.find(node)?.node;
  }

  /** The value behind references, and what its nodes are indices into where it is another object. */
  find(node: PdfNode | undefined): { node: PdfNode; object: PdfObject | undefined } | undefined {
    let now = node;
    let object: PdfObject | undefined;
    for (let steps = 0; now?.kind === 'reference'; steps++) {
      if (steps > this.limits.nestingDepth) throw new FormatError('pdf-object', 0, 'references lead to references without an end');
      object = this.referred(now);
      now = object?.value;
    }
    return now === undefined ? undefined : { node: now, object };
  }

  referred({ number, generation }: { readonly number: number; readonly generation: number }): PdfObject | undefined {
    const object = this.get(number);
    // Of a wrong generation viewers make what they like.
    if (object !== undefined && object.generation !== generation)
      throw new FormatError('pdf-object', object.file?.byteOffset ?? 0, 'an object is referred to by the generation of another', RESAVE);
    return object;
  }

  /** The object stream of that number with all that it holds. */
  container(number: number): Container {
    const cached = this.#containers.get(number);
    if (cached !== undefined) return cached.container;
    const place = this.places.get(number);
    if (place?.kind !== 'offset') throw new FormatError('pdf-object', 0, 'an object stream is missing');
    if (this.#opening.has(number))
      throw new FormatError('pdf-object-stream', place.byteOffset, 'an object stream is needed to read itself');
    this.#opening.add(number);
    const { file } = this.#inFile(number, place);
    const { container, byteLength } = this.#unpack(file);
    this.#opening.delete(number);
    this.#containerBytes += byteLength;
    for (const [oldest, entry] of this.#containers) {
      if (this.#containerBytes <= CACHED_STREAM_BYTES) break;
      this.#containers.delete(oldest);
      this.#containerBytes -= entry.byteLength;
    }
    this.#containers.set(number, { container, byteLength });
    return container;
  }

  /** The bytes of a stream as they lie in the file. Throws `LimitError` past what a payload may have. */
  streamBytes({ byteOffset, byteLength }: Region): Uint8Array {
    if (byteLength > this.limits.payloadBytes) throw new LimitError('payloadBytes', byteOffset, 'a stream is too long to be looked at');
    return this.source.read(byteOffset, byteLength);
  }

  #inFile(number: number, { byteOffset, generation }: Place & { kind: 'offset' }): PdfObject & { file: FileObject } {
    const lengthOf = (node: PdfNode | undefined): number | undefined => {
      if (node?.kind !== 'reference') return countIn(node);
      // 7.5.7: the length of a stream that others are packed into stands by itself; so that none leads back to itself, all do.
      const place = this.places.get(node.number);
      if (place?.kind === 'packed') return countIn(this.get(node.number)?.value);
      return place === undefined ? undefined : countIn(readObjectAt(this.source, place.byteOffset, this.limits, () => undefined).value);
    };
    const file = readObjectAt(this.source, byteOffset, this.limits, lengthOf);
    this.#parsedBytes += file.bytes.length;
    if (this.#parsedBytes > PARSED_BYTES + MOST_TIMES * this.source.byteLength)
      throw new LimitError('payloadBytes', byteOffset, 'objects of the document lie in one another');
    if (file.number !== number || file.generation !== generation)
      throw new FormatError('pdf-xref', byteOffset, 'another object is where the cross-reference section says that one is', RESAVE);
    return { number, generation, value: file.value, bytes: file.bytes, hasComments: file.comments.length > 0, file };
  }

  #packed(number: number, { container: containerNumber, index }: Place & { kind: 'packed' }): PdfObject | undefined {
    const { objects } = this.container(containerNumber);
    const found = objects[index]?.number === number ? objects[index] : objects.find((each) => each.number === number);
    return found === undefined ? undefined : { ...found, generation: 0, container: containerNumber };
  }

  #unpack(file: FileObject): { container: Container; byteLength: number } {
    const at = file.byteOffset;
    const { value, stream } = file;
    const count = countIn(lookUp(value, 'N'));
    const first = countIn(lookUp(value, 'First'));
    if (stream === undefined || nameIn(lookUp(value, 'Type')) !== 'ObjStm' || count === undefined || first === undefined)
      throw new FormatError('pdf-object-stream', at, 'no object stream is where one is said to be');
    if (count > this.limits.entryCount) throw new LimitError('entryCount', at, `more than ${this.limits.entryCount} objects in one stream`);
    // Filters of an object stream that refer to other objects could lie in the stream itself.
    const filters = filtersOf(value, (node) => node);
    const bytes = filters && decode(this.streamBytes(stream), filters, this.limits.inflatedBytes, at);
    if (bytes === undefined)
      throw new UnsupportedError('pdf-filter', at, 'an object stream is compressed in a way that is not read', RESAVE);
    this.#unpackedBytes += bytes.length;
    if (this.#unpackedBytes > MOST_UNPACKED_BYTES) throw new LimitError('inflatedBytes', at, 'object streams inflate to too much');
    return { container: { file, ...unpackedObjects(bytes, count, first, at) }, byteLength: bytes.length };
  }
}

function unpackedObjects(bytes: Uint8Array, count: number, first: number, baseOffset: number): Omit<Container, 'file'> {
  if (first > bytes.length) throw new FormatError('pdf-object-stream', baseOffset, 'an object stream is too short');
  const head = new Parser(bytes.subarray(0, first), { baseOffset, isWhole: true });
  const starts: [number: number, start: number][] = [];
  for (let index = 0; index < count; index++) starts.push([head.count(), first + head.count()]);
  head.skip();
  let hasMore = head.at < first || head.comments.length > 0;
  const objects: PackedObject[] = [];
  let position = first;
  for (const [number, start] of starts) {
    if (start < position || start > bytes.length)
      throw new FormatError('pdf-object-stream', baseOffset, 'objects of a stream lie in one another or behind its end');
    hasMore ||= !isBlank(bytes.subarray(position, start));
    const parser = new Parser(bytes.subarray(start), { baseOffset, isWhole: true });
    const value = parser.value();
    objects.push({ number, value, bytes: parser.bytes, hasComments: parser.comments.length > 0 });
    position = start + parser.at;
  }
  return { objects, hasMore: hasMore || !isBlank(bytes.subarray(position)) };
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32);
}
