import type { Region } from '../../core/part.js';
import { objectOf, type PdfDocument, TRAILER } from './document.js';
import type { PdfNode } from './node.js';

/** Where an object that is in use lies. */
export interface LiveObject {
  readonly number: number;
  readonly generation: number;
  /** Its range in the file, where it stands there by itself. */
  readonly region?: Region;
  readonly stream?: Region;
  /** The object stream that it is packed into. */
  readonly container?: number;
}

export interface Detour {
  /** True for entries that are passed by, by their object and where their key starts. */
  skips?(object: number, entry: number): boolean;
  /** Objects that are passed by. */
  readonly gone?: ReadonlySet<number>;
}

/** Every object that can be reached from the newest trailer, but by what is passed by. Throws a reader's error. */
export function reach(document: PdfDocument, detour: Detour = {}): Map<number, LiveObject> {
  return reachFrom(document, [TRAILER], detour, new Map());
}

/** Those, and then all that can be reached by what was passed by: each object is read once. */
export function reachBoth(document: PdfDocument, skips: NonNullable<Detour['skips']>): Record<'bare' | 'all', Map<number, LiveObject>> {
  const passedBy: number[] = [];
  const bare = reachFrom(document, [TRAILER], { skips }, new Map(), passedBy);
  return { bare, all: reachFrom(document, passedBy, {}, new Map(bare)) };
}

function reachFrom(
  document: PdfDocument,
  waiting: number[],
  detour: Detour,
  live: Map<number, LiveObject>,
  passedBy: number[] = [],
): Map<number, LiveObject> {
  const seen = new Set<number>([TRAILER, ...live.keys()]);
  for (const number of waiting) seen.add(number);
  const follow = (node: PdfNode, object: number): void => {
    if (node.kind === 'reference') {
      if (seen.has(node.number) || detour.gone?.has(node.number) === true) return;
      seen.add(node.number);
      waiting.push(node.number);
    } else if (node.kind === 'array') for (const item of node.items) follow(item, object);
    else if (node.kind === 'dictionary')
      for (const { start, value } of node.entries) {
        if (detour.skips?.(object, start) !== true) follow(value, object);
        else collect(value);
      }
  };
  const collect = (node: PdfNode): void => {
    if (node.kind === 'reference') passedBy.push(node.number);
    else if (node.kind === 'array') for (const item of node.items) collect(item);
    else if (node.kind === 'dictionary') for (const { value } of node.entries) collect(value);
  };
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const object = objectOf(document, number);
    if (object === undefined) continue;
    if (number !== TRAILER && !live.has(number)) {
      const { generation, file, container } = object;
      live.set(number, {
        number,
        generation,
        ...(file === undefined ? {} : { region: { byteOffset: file.byteOffset, byteLength: file.endOffset - file.byteOffset } }),
        ...(file?.stream === undefined ? {} : { stream: file.stream }),
        ...(container === undefined ? {} : { container }),
      });
    }
    follow(object.value, number);
  }
  return live;
}
