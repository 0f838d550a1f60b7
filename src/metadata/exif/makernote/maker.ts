import type { Category } from '../../../core/category.js';
import type { TiffValue } from '../tiff-value.js';

/** How a maker lays its directory out within the note. */
export interface NoteForm {
  /** Where the directory starts in the note; `undefined` where the note is no directory. */
  readonly ifdOffset: number | undefined;
  /** What offsets count from: the TIFF header, or this byte of the note. */
  readonly base: 'tiff' | number;
  readonly littleEndian?: boolean;
}

/** A directory that an entry of the note's own directory holds or points to. */
export interface Subdirectory {
  /** Of the entry that leads to it. */
  readonly tag: number;
  readonly name: string;
  /** Tags that matter, as `tagTable` reads them. */
  readonly tags: string;
}

export interface Maker {
  readonly name: string;
  /** `make` is IFD0's Make. `head` are the first bytes of the note, one character each. `undefined` where it is not this maker's. */
  recognise(head: string, make: string): NoteForm | undefined;
  /** Tags that matter, as `tagTable` reads them. */
  readonly tags: string;
  readonly subdirectories?: readonly Subdirectory[];
  /** What this maker's notes can hold, in places this reader does not take apart too. */
  readonly holds: readonly Category[];
  /** True where this maker writes places into the listed tags only: a note without them tells none. */
  readonly placesInTags?: boolean;
  /** False where a tag of category `location` says that no place is set. Blank values are known without it. */
  isPlace?(tag: number, value: TiffValue): boolean;
}

export const form = (ifdOffset: number | undefined, base: NoteForm['base'] = 'tiff', littleEndian?: boolean): NoteForm => ({
  ifdOffset,
  base,
  ...(littleEndian === undefined ? {} : { littleEndian }),
});

export const startsWith =
  (marks: readonly string[], result: NoteForm): Maker['recognise'] =>
  (head) =>
    marks.some((mark) => head.startsWith(mark)) ? result : undefined;

export const madeBy =
  (pattern: RegExp, result: NoteForm): Maker['recognise'] =>
  (_head, make) =>
    pattern.test(make) ? result : undefined;

export const either =
  (...ways: readonly Maker['recognise'][]): Maker['recognise'] =>
  (head, make) => {
    for (const way of ways) {
      const found = way(head, make);
      if (found !== undefined) return found;
    }
    return undefined;
  };
