import { FormatError, LimitError } from '../../core/error.js';
import type { Limits } from '../../core/limits.js';
import type { Source } from '../../core/source.js';
import { type Frame, readFrame, readScanHeader, type ScanHeader } from './frame.js';
import { isFrameMarker, isRestartMarker, MARKER, markerName } from './markers.js';
import { readTables, type Table, TableStore } from './tables.js';
import { Window } from './window.js';

/** A marker segment: fill bytes, marker, length, data. Offsets count from the start of the source. */
export interface Segment {
  readonly kind: 'segment';
  readonly marker: number;
  readonly start: number;
  readonly dataAt: number;
  readonly end: number;
  /** True behind the first SOS: decoders have made up their mind about colours and orientation by then. */
  readonly afterScan: boolean;
  readonly tables?: readonly Table[];
}

export interface Scan {
  readonly kind: 'scan';
  readonly start: number;
  readonly end: number;
  readonly header: ScanHeader;
  /** The tables in force where the scan starts, and its restart interval in MCUs; 0 for none. */
  readonly tables: readonly (Table | undefined)[];
  readonly restartInterval: number;
}

/** What is neither: `fill` is a run of fill bytes too long to be of any use, `stray` a marker where it means nothing. */
export interface Filler {
  readonly kind: 'SOI' | 'EOI' | 'fill' | 'garbage' | 'stray';
  readonly start: number;
  readonly end: number;
}

export type Piece = Segment | Scan | Filler;

/** What the walk found: pieces that tile the source up to the end of EOI. */
export interface Stream {
  readonly pieces: readonly Piece[];
  readonly frame: Frame;
  /** Lines; from the frame or from DNL. */
  readonly height: number;
  readonly tables: TableStore;
  /** Segments that decoders go by, scans that they decode. Of the others they take no notice. */
  readonly needed: ReadonlySet<Piece>;
  readonly end: number;
}

/** As many fill bytes as align a segment to four stay with it; more of them are of no use to anyone. */
const FILL_BYTES = 3;

/** Frames from here on are coded arithmetically, or by differences. */
const FIRST_ARITHMETIC = 0xc9;

/**
 * Walks a JPEG stream (T.81 annex B) from SOI to EOI by declared length. Bytes that decoders skip are pieces of their own.
 * Throws `FormatError` where a decoder could not go on, `LimitError` past `partCount`.
 */
export function walk(source: Source, limits: Limits): Stream {
  return new Walker(source, limits).walk();
}

class Walker {
  readonly #window: Window;
  readonly #pieces: Piece[] = [];
  readonly #tables = new TableStore();
  #frame: Frame | undefined;
  #hierarchical = false;
  readonly #needed = new Set<Piece>();
  readonly #conditioning: Piece[] = [];
  #scanCount = 0;
  #isWholeInOne = false;
  #lines: { value: number; segment: Segment } | undefined;
  #restart: { value: number; segment: Segment } | undefined;
  #at = 0;

  constructor(
    readonly source: Source,
    readonly limits: Limits,
  ) {
    this.#window = new Window(source);
  }

  walk(): Stream {
    if (this.#window.u16(0) !== 0xffd8) throw new FormatError('no-soi', 0, 'the first bytes are no start of image');
    this.#push({ kind: 'SOI', start: 0, end: 2 });
    while (this.#step());
    const frame = this.#frame as Frame;
    const height = frame.height === 0 ? (this.#lines?.value ?? 0) : frame.height;
    if (height === 0) throw new FormatError('no-picture', this.#at, 'the picture is 0 lines high');
    if (this.#lines !== undefined && isConsistent(this.#lines.value, height, frame)) this.#needed.add(this.#lines.segment);
    if (frame.marker >= FIRST_ARITHMETIC) for (const segment of this.#conditioning) this.#needed.add(segment);
    return { pieces: this.#pieces, frame, height, tables: this.#tables, needed: this.#needed, end: this.#at };
  }

  #push(piece: Piece): void {
    if (this.#pieces.length >= this.limits.partCount)
      throw new LimitError('partCount', piece.start, `more than ${this.limits.partCount} segments in one stream`);
    this.#pieces.push(piece);
    this.#at = piece.end;
  }

  /** One marker and what comes before it. False once EOI is read. */
  #step(): boolean {
    const window = this.#window;
    const markerAt = window.findMarker(this.#at, false);
    if (markerAt === window.byteLength) throw this.#truncated();
    // Decoders look for the next marker and warn of extraneous bytes.
    if (markerAt > this.#at) this.#push({ kind: 'garbage', start: this.#at, end: markerAt });
    let codeAt = markerAt + 1;
    // T.81 B.1.1.2: any number of fill bytes may precede a marker.
    while (window.u8(codeAt) === 0xff) codeAt++;
    if (codeAt - 1 - markerAt > FILL_BYTES) this.#push({ kind: 'fill', start: markerAt, end: codeAt - 1 });
    const code = window.u8(codeAt);
    const end = codeAt + 1;
    if (code === MARKER.EOI) {
      if (this.#scanCount === 0) throw new FormatError('no-scan', codeAt - 1, 'the image ends before its first scan');
      this.#push({ kind: 'EOI', start: this.#at, end });
      return false;
    }
    if (code === MARKER.SOI) throw new FormatError('second-soi', codeAt - 1, 'a second image starts before the first one ends');
    if (isRestartMarker(code) || code === MARKER.TEM) this.#push({ kind: 'stray', start: this.#at, end });
    else this.#segment(code, end);
    return true;
  }

  #truncated(): FormatError {
    const what = this.#scanCount === 0 ? 'its first scan' : 'its end of image';
    return new FormatError('truncated', this.#window.byteLength, `the file ends before ${what}`);
  }

  #segment(marker: number, lengthAt: number): void {
    const length = this.#window.u16(lengthAt);
    const [start, dataAt, end] = [this.#at, lengthAt + 2, lengthAt + length];
    const name = markerName(marker);
    // T.81 B.1.1.4: the length counts its own two bytes.
    if (length < 2) throw new FormatError('bad-length', lengthAt, `a ${name} segment declares a length of ${length}`);
    if (end > this.#window.byteLength) throw new FormatError('truncated', lengthAt, `a ${name} segment ends past the end of the file`);
    const afterScan = this.#scanCount > 0;
    const segment: Segment = { kind: 'segment', marker, start, dataAt, end, afterScan };
    const data = (): Uint8Array => this.#window.bytes(dataAt, end - dataAt);
    if (marker === MARKER.DQT || marker === MARKER.DHT) {
      const tables = readTables(marker, data(), dataAt);
      this.#define(tables, dataAt);
      this.#push({ ...segment, tables });
      return;
    }
    this.#push(segment);
    if (isFrameMarker(marker) || marker === MARKER.DHP) {
      this.#needed.add(segment);
      this.#setFrame(marker, data(), dataAt);
    } else if (marker === MARKER.SOS) this.#scan(data(), segment);
    else if (marker === MARKER.DRI) this.#restart = { value: this.#number(data(), dataAt, name), segment };
    else if (marker === MARKER.DNL) this.#lines ??= { value: this.#number(data(), dataAt, name), segment };
    else if (marker === MARKER.DAC) this.#conditioning.push(segment);
    else if (marker === MARKER.EXP && this.#hierarchical) this.#needed.add(segment);
  }

  /** T.81 B.2.4.4, B.2.5: DRI and DNL hold one number. */
  #number(data: Uint8Array, byteOffset: number, name: string): number {
    if (data.length !== 2) throw new FormatError('bad-length', byteOffset - 2, `a ${name} segment has the wrong length`);
    return ((data[0] as number) << 8) | (data[1] as number);
  }

  #define(tables: readonly Table[], byteOffset: number): void {
    if (this.#tables.all.length + tables.length > this.limits.entryCount)
      throw new LimitError('entryCount', byteOffset, `more than ${this.limits.entryCount} tables in one stream`);
    this.#tables.define(tables);
    // Decoders differ in when they look at a quantization table that changes between scans.
    if (this.#scanCount > 0)
      for (const table of tables)
        if (table.kind === 0 && this.#frame?.components.some(({ quantization }) => quantization === table.destination)) table.used = true;
  }

  #setFrame(marker: number, data: Uint8Array, byteOffset: number): void {
    const frame = readFrame(marker, data, byteOffset);
    if (marker === MARKER.DHP) this.#hierarchical = true;
    else if (this.#frame !== undefined && !this.#hierarchical)
      throw new FormatError('second-frame', byteOffset - 2, 'a second frame header in one image');
    // T.81 B.3.2: DHP gives the size of the whole picture, the frames those of its steps.
    const whole = this.#frame ?? frame;
    this.#frame = { ...frame, width: Math.max(whole.width, frame.width), height: Math.max(whole.height, frame.height) };
  }

  #scan(data: Uint8Array, segment: Segment): void {
    const { dataAt } = segment;
    const frame = this.#frame;
    if (frame === undefined) throw new FormatError('no-frame', dataAt - 4, 'a scan comes before any frame header');
    const header = readScanHeader(frame, data, dataAt);
    this.#scanCount++;
    const start = this.#at;
    const end = this.#window.findMarker(start, true);
    if (end === this.#window.byteLength) throw this.#truncated();
    this.#requireMarker(end);
    const tables = header.components.flatMap(({ dc, ac }) => [this.#tables.get(1, dc), this.#tables.get(2, ac)]);
    const scan: Scan = { kind: 'scan', start, end, header, tables, restartInterval: this.#restart?.value ?? 0 };
    this.#push(scan);
    if (this.#isRepeated(frame, header)) return;
    this.#needed.add(segment).add(scan);
    if (this.#restart !== undefined) this.#needed.add(this.#restart.segment);
    this.#useTables(frame, header);
  }

  /** Decoders do not agree on what to show of a scan that is broken off by a code that is none of the standard's. */
  #requireMarker(byteOffset: number): void {
    let codeAt = byteOffset + 1;
    while (this.#window.u8(codeAt) === 0xff) codeAt++;
    if (this.#window.u8(codeAt) < MARKER.SOF0)
      throw new FormatError('damaged-scan', codeAt - 1, 'a scan is broken off by a reserved marker');
  }

  /**
   * T.81 4.8, B.2.3: a sequential frame holds each component once. Decoders that find all of them in the first scan are
   * done with it; otherwise they collect what all scans hold.
   */
  #isRepeated({ marker, components }: Frame, header: ScanHeader): boolean {
    if (this.#scanCount === 1) this.#isWholeInOne = marker <= MARKER.SOF1 && header.components.length === components.length;
    return this.#scanCount > 1 && this.#isWholeInOne;
  }

  #useTables({ marker }: Frame, { components, spectralStart }: ScanHeader): void {
    for (const { component, dc, ac } of components) {
      this.#tables.use(0, component.quantization);
      // T.81 G.1.2: a progressive scan holds DC or AC coefficients.
      if (marker !== MARKER.SOF2 || spectralStart === 0) this.#tables.use(1, dc);
      if (marker !== MARKER.SOF2 || spectralStart > 0) this.#tables.use(2, ac);
    }
  }
}

/** T.81 B.2.5: DNL may give another number of lines, of as many rows of MCUs. */
function isConsistent(lines: number, height: number, { components }: Frame): boolean {
  const mcuLines = 8 * Math.max(...components.map(({ vertical }) => vertical));
  return Math.ceil(lines / mcuLines) === Math.ceil(height / mcuLines);
}
