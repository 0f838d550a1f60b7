import type { Category } from '../../core/category.js';
import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { type Box, boxAt, boxesIn } from '../box.js';
import { type PayloadPlace, type PayloadReading, REVEALS_ANYTHING } from '../reading.js';
import { asBuffer, isZero, latin1, shownText } from '../text.js';
import { labelInfo } from './labels.js';

/** What any manifest tells: who signed, with which key, when, and which tool on which device made the claim. */
const EVERY_MANIFEST: readonly Category[] = ['provenance', 'person', 'device', 'time', 'software'];
/** Deeper than a manifest's data lies (store, manifest, assertions, assertion, content), with room for what wraps it. */
const MAX_DEPTH = 8;
/** Only content up to this size is looked through; a larger one may hold anything. */
const SEARCHED_BYTES = 1 << 20;

const WORDS_OF_PLACE = /gps|latitude|longitude|location|altitude|geo|city|country|province|sublocation/i;
/** Metadata of an image's own inside a thumbnail. */
const NESTED_METADATA = /Exif\0|eXIf|ns\.adobe\.com|Photoshop 3|\x89PNG|RIFF.{4}WEBP/;

/**
 * Reads JUMBF boxes (ISO/IEC 19566-5; C2PA): one atomic part for all of it, since a signature covers every byte of it,
 * with a child for each box. Kept whole or removed whole. Never throws.
 */
export function readJumbf(bytes: Uint8Array, place: PayloadPlace): PayloadReading {
  const path = `${place.path}/JUMBF`;
  const walk = new Walk(bytes, { ...place, path });
  walk.boxes(path, 0, bytes.length, 0);
  const part: Part = {
    path,
    carrier: 'JUMBF',
    category: 'provenance',
    alsoReveals: [...walk.reveals],
    region: place.locate(0, bytes.length),
    required: false,
    note: walk.isC2pa ? 'C2PA manifest store' : 'JUMBF boxes',
    children: walk.parts,
    atomic: true,
  };
  return { parts: [part], payload: { rewrite: (plan) => (plan.actionOf(part).kind === 'keep' ? bytes : null) } };
}

class Walk {
  readonly parts: Part[] = [];
  readonly reveals = new Set<Category>(EVERY_MANIFEST);
  isC2pa = false;

  constructor(
    readonly bytes: Uint8Array,
    readonly place: PayloadPlace,
  ) {}

  boxes(path: string, start: number, end: number, depth: number): void {
    let at = start;
    let count = 0;
    for (const box of boxesIn(this.bytes, start, end)) {
      if (this.parts.length >= this.place.context.limits.entryCount) break;
      at = box.end;
      this.#box(`${path}/${shownType(box.type)}#${count++}`, box, depth);
    }
    if (at < end && !isZero(this.bytes.subarray(at, end))) this.#unread(`${path}/stray`, at, end, 'bytes that are no box');
  }

  #box(path: string, box: Box, depth: number): void {
    if (box.type !== 'jumb') {
      this.#content(path, box);
      return;
    }
    if (depth >= MAX_DEPTH) {
      this.#unread(path, box.start, box.end, 'nested too deep');
      return;
    }
    const { label, kind } = this.#description(box);
    const info = label === undefined ? undefined : labelInfo(label);
    if (label === 'c2pa') this.isC2pa = true;
    // C2PA's own containers hold boxes that are judged one by one; an assertion of somebody's own may tell anything.
    this.#add(info?.reveals ?? (kind.startsWith('c2') ? [] : REVEALS_ANYTHING));
    this.parts.push({
      ...this.#leaf(path, box.start, box.end, info?.prefix ?? 'superbox'),
      // A label may be a manifest's own id.
      ...(label === undefined ? {} : { value: seal(label) }),
    });
    this.boxes(path, box.content, box.end, depth + 1);
  }

  /** ISO/IEC 19566-5 B.3: a superbox begins with a description: type UUID, toggles and, by bit 1, a label. */
  #description(superbox: Box): { readonly kind: string; readonly label?: string } {
    const box = boxAt(this.bytes, superbox.content, superbox.end);
    if (box === undefined || box.type !== 'jumd' || box.end - box.content < 17) return { kind: '' };
    const kind = latin1(this.bytes.subarray(box.content, box.content + 4));
    const text = this.bytes.subarray(box.content + 17, box.end);
    const nul = text.indexOf(0);
    const isLabelled = ((this.bytes[box.content + 16] as number) & 2) !== 0;
    return isLabelled && nul >= 0 ? { kind, label: shownText(text.subarray(0, nul)) } : { kind };
  }

  #content(path: string, { type, start, content, end }: Box): void {
    switch (type) {
      case 'jumd':
      case 'bfdb':
      case 'json':
      case 'cbor':
      case 'xml ':
      case 'c2sh':
        this.#search(content, end, WORDS_OF_PLACE);
        this.parts.push(this.#leaf(path, start, end, CONTENT_NOTES[type] ?? 'content'));
        return;
      case 'bidb':
        this.#search(content, end, NESTED_METADATA);
        this.parts.push(this.#leaf(path, start, end, CONTENT_NOTES[type] ?? 'content'));
        return;
      default:
        // `brob` holds a compressed manifest (C2PA 2.1 11.2.5), the others anything.
        this.#unread(path, start, end, 'box that is not read');
    }
  }

  #search(start: number, end: number, pattern: RegExp): void {
    if (end - start > SEARCHED_BYTES) this.#add(REVEALS_ANYTHING);
    else if (pattern.test(asBuffer(this.bytes).toString('latin1', start, end)))
      this.#add(pattern === WORDS_OF_PLACE ? ['location'] : REVEALS_ANYTHING);
  }

  #unread(path: string, start: number, end: number, note: string): void {
    this.#add(REVEALS_ANYTHING);
    this.parts.push(this.#leaf(path, start, end, note));
  }

  #leaf(path: string, start: number, end: number, note: string): Part {
    return { path, carrier: 'JUMBF', category: 'provenance', region: this.place.locate(start, end - start), required: false, note };
  }

  #add(categories: readonly Category[]): void {
    for (const category of categories) this.reveals.add(category);
  }
}

const CONTENT_NOTES: Readonly<Record<string, string>> = {
  jumd: 'description',
  json: 'JSON content',
  cbor: 'CBOR content',
  'xml ': 'XML content',
  bfdb: 'embedded file description',
  bidb: 'embedded file',
  c2sh: 'salt',
};

function shownType(type: string): string {
  return /^\w{4}$/.test(type.trimEnd().padEnd(4, '_')) ? type.trimEnd() : `0x${Buffer.from(type, 'latin1').toString('hex')}`;
}
