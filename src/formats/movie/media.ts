import { boxRegion, type FileBox, walkBoxes } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { handlerBox, handlerTypeOf } from './handler.js';
import { headerBox } from './header-box.js';
import { metaBox } from './meta.js';
import { type BoxPlace, group, opaqueBox, type Piece, slack, spare, structure } from './piece.js';
import { type SampleEntry, sampleEntries } from './sample-entries.js';
import { type SampleOptions, type SampleTables, sampleCountOf } from './samples.js';
import { type DataReferences, dataReferences, groupingBox, numberBox } from './tables.js';
import { userData } from './user-data.js';

/** The media of one track: how they are handled, described and found. */
export interface Media extends SampleOptions {
  readonly piece: Piece;
  readonly handler: string;
  readonly tables: SampleTables;
  readonly entries: readonly SampleEntry[];
}

/** No language tag is longer (RFC 5646 4.4.1). */
const LANGUAGE_BYTES = 40;

/** A reader of one box among others; `true` says that there is one of its kind. */
type Reader = readonly [read: (box: FileBox) => Piece, isSingle: boolean];

/** Reads a `mdia` box. */
export function mediaBox(place: BoxPlace, box: FileBox): Media {
  return new MediaReader(place).read(box);
}

class MediaReader {
  #handler = '';
  #entries: readonly SampleEntry[] = [];
  #references: DataReferences | undefined;
  readonly #tables: { stsc?: FileBox; sizes?: FileBox; offsets?: FileBox } = {};

  constructor(readonly place: BoxPlace) {}

  read(box: FileBox): Media {
    const { source, counter } = this.place;
    // The handler says how the rest is read, wherever it stands.
    const { boxes } = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
    const handler = boxes.find(({ type }) => type === 'hdlr');
    this.#handler = (handler === undefined ? undefined : handlerTypeOf(this.place, handler)) ?? '';
    const piece = this.#children(box, {
      mdhd: [(inner) => headerBox(this.place, inner), true],
      hdlr: [(inner) => handlerBox(this.place, inner), true],
      elng: [(inner) => this.#language(inner), true],
      minf: [(inner) => this.#information(inner), true],
    });
    return {
      piece,
      handler: this.#handler,
      tables: this.#tables,
      entries: this.#entries,
      isInFile: (index) => this.#references?.isInFile(this.#entries[index - 1]?.dataReference ?? 0) ?? true,
      soundBytes: (count, index) => this.#entries[index - 1]?.soundBytes?.(count) ?? 0,
    };
  }

  /** Reads what is in a box; what no reader is given for may hold anything. */
  #children(box: FileBox, readers: Readonly<Record<string, Reader>>): Piece {
    const { source, counter } = this.place;
    const run = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
    const seen = new Set<string>();
    const pieces = run.boxes.map((inner): Piece => {
      const [read, isSingle] = readers[inner.type] ?? COMMON[inner.type]?.(this.place) ?? [];
      if (read === undefined) return opaqueBox(inner, 'a box of a track that is not known');
      // Players heed one; which of two is theirs to choose.
      if (isSingle === true && seen.has(inner.type)) return opaqueBox(inner, 'a second box of its kind');
      seen.add(inner.type);
      return read(inner);
    });
    const rest = { byteOffset: run.endOffset, byteLength: box.endOffset - run.endOffset };
    pieces.push(...slack(source, `${box.path}/slack`, rest, 'bytes that are no box'));
    return group(structurePart(box.path, boxRegion(box)), pieces);
  }

  #language(box: FileBox): Piece {
    const room = box.endOffset - box.dataOffset;
    const text = room > LANGUAGE_BYTES ? '' : Buffer.from(this.place.source.read(box.dataOffset, room)).toString('latin1');
    return /^\0{4}[A-Za-z0-9-]*\0?$/.test(text) ? structure(box) : opaqueBox(box, 'a language that is none');
  }

  #information(box: FileBox): Piece {
    const numbers: Reader = [(inner) => numberBox(this.place, inner), true];
    return this.#children(box, {
      vmhd: numbers,
      smhd: numbers,
      hmhd: numbers,
      nmhd: numbers,
      sthd: numbers,
      gmhd: [(inner) => shortBox(inner), true],
      hdlr: [(inner) => handlerBox(this.place, inner), true],
      dinf: [(inner) => this.#dataInformation(inner), true],
      stbl: [(inner) => this.#sampleTable(inner), true],
    });
  }

  /** `sdtp`: a byte for each sample, behind version and flags. */
  #perSample(box: FileBox, sizes: FileBox | undefined): Piece {
    const used = 4 + sampleCountOf(this.place.source, sizes === undefined ? {} : { sizes });
    const rest = { byteOffset: box.dataOffset + used, byteLength: Math.max(0, box.endOffset - box.dataOffset - used) };
    return group(
      structurePart(box.path, boxRegion(box)),
      slack(this.place.source, `${box.path}/slack`, rest, 'bytes behind the last sample'),
    );
  }

  #dataInformation(box: FileBox): Piece {
    return this.#children(box, {
      dref: [
        (inner) => {
          const start = Math.min(inner.dataOffset + 8, inner.endOffset);
          const { boxes } = walkBoxes(this.place.source, start, inner.endOffset, `${inner.path}/`, this.place.counter);
          this.#references = dataReferences(this.place, inner, boxes);
          return this.#references.piece;
        },
        true,
      ],
    });
  }

  #sampleTable(box: FileBox): Piece {
    const numbers: Reader = [(inner) => numberBox(this.place, inner), true];
    const table = (role: 'stsc' | 'sizes' | 'offsets'): Reader => [
      (inner) => {
        this.#tables[role] ??= inner;
        return numberBox(this.place, inner);
      },
      true,
    ];
    const protection: Reader = [
      (inner) =>
        this.#entries.some(({ box }) => box.type.startsWith('enc'))
          ? structure(inner)
          : opaqueBox(inner, 'keys of samples that are in the clear'),
      false,
    ];
    const { source, counter } = this.place;
    const { boxes } = walkBoxes(source, box.dataOffset, box.endOffset, `${box.path}/`, counter);
    const sizes = boxes.find(({ type }) => type === 'stsz' || type === 'stz2');
    const grouping: Reader = [(inner) => groupingBox(this.place, inner), false];
    return this.#children(box, {
      stsd: [
        (inner) => {
          const read = sampleEntries(this.place, inner, this.#handler);
          this.#entries = read.entries;
          return read.piece;
        },
        true,
      ],
      stsc: table('stsc'),
      stsz: table('sizes'),
      stz2: table('sizes'),
      stco: table('offsets'),
      co64: table('offsets'),
      stts: numbers,
      ctts: numbers,
      cslg: numbers,
      stss: numbers,
      stps: numbers,
      stsh: numbers,
      sdtp: [(inner) => this.#perSample(inner, sizes), true],
      saiz: protection,
      saio: protection,
      senc: protection,
      sgpd: grouping,
      sbgp: grouping,
    });
  }
}

/** No honest header of media without a standard is longer. */
const SHORT_BYTES = 256;

function shortBox(box: FileBox): Piece {
  return box.endOffset - box.byteOffset <= SHORT_BYTES ? structure(box) : opaqueBox(box, 'a header that is too long');
}

/** What may stand in any box of a track. */
const COMMON: Readonly<Record<string, (place: BoxPlace) => Reader>> = {
  free: (place) => [(box) => spare(place, box), false],
  skip: (place) => [(box) => spare(place, box), false],
  wide: (place) => [(box) => spare(place, box), false],
  udta: (place) => [(box) => userData(place, box), false],
  meta: (place) => [(box) => metaBox(place, box), false],
};
