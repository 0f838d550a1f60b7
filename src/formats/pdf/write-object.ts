import { latin1 } from '../../metadata/text.js';
import type { PdfNode } from './node.js';
import type { PdfObject } from './objects.js';

/** What is changed of an object's entries: a text in place of the value, or `undefined` for one that goes. */
export type Changes = ReadonlyMap<number, string | undefined>;

const NO_CHANGES: Changes = new Map();

/** A value as text, one character for each byte: strings, names and numbers as they were written, without comments. */
export function writeValue(
  object: PdfObject,
  gone: ReadonlySet<number>,
  changes: Changes = NO_CHANGES,
  leftOut?: ReadonlySet<string>,
): string {
  const write = (node: PdfNode): string => {
    if (node.kind === 'array') return `[${node.items.map((item) => (isGone(item) ? 'null' : write(item))).join(' ')}]`;
    if (node.kind !== 'dictionary') return latin1(object.bytes.subarray(node.start, node.end));
    const entries: string[] = [];
    for (const { key, start, value } of node.entries) {
      if ((node === object.value && leftOut?.has(key) === true) || isGone(value)) continue;
      const written = changes.has(start) ? changes.get(start) : write(value);
      if (written !== undefined) entries.push(`${writeName(key)} ${written}`);
    }
    return `<<${entries.join('\n')}>>`;
  };
  const isGone = (node: PdfNode): boolean => node.kind === 'reference' && gone.has(node.number);
  return write(object.value);
}

/** ISO 32000-2, 7.3.5: what is not regular, or no visible ASCII, by its code. */
function writeName(name: string): string {
  return `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (character) => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
}
