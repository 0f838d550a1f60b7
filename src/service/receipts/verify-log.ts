import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LOG_NAME, lineHash, NO_LINE, readHead } from './log.js';

interface LogFault {
  /** The log's file, by its name alone. */
  readonly file: string;
  /** Counts from 1 within that file. */
  readonly line: number;
  readonly byteOffset: number;
  readonly message: string;
}

export interface LogReport {
  readonly files: number;
  readonly lines: number;
  readonly faults: readonly LogFault[];
  /** SHA-256 of the last line: written down elsewhere, it shows later that nothing before it was changed. */
  readonly lastSha256?: string;
}

const LINE_BYTES = 1024 * 1024;
/** A log that is wrong from here on is not told line by line. */
const MOST_FAULTS = 100;
const ROTATED = /^receipts-\d{12}\.ndjson$/;

/**
 * Goes through the log of receipts, or one file of it, and names each line that was changed, removed, added, moved or cut.
 * Throws what reading throws.
 */
export async function verifyLog(place: string): Promise<LogReport> {
  if (!statSync(place).isDirectory()) return verifyOne(place);
  const folder = place;
  const names = [
    ...readdirSync(folder)
      .filter((name) => ROTATED.test(name))
      .sort(),
    ...(existsSync(join(folder, LOG_NAME)) ? [LOG_NAME] : []),
  ];
  const chain = new Chain(readHead(folder)?.seq);
  for (const name of names) await chain.readFile(join(folder, name), name);
  chain.end(folder, names.at(-1) ?? LOG_NAME);
  return { files: names.length, lines: chain.lines, faults: chain.faults, ...(chain.lines === 0 ? {} : { lastSha256: chain.prev }) };
}

/** One file of the log, wherever it lies: it may begin with a later receipt. Where the log ends is told by the folder it lies in, if that does. */
async function verifyOne(path: string): Promise<LogReport> {
  const folder = dirname(path);
  const name = basename(path);
  const head = name === LOG_NAME ? readHead(folder) : undefined;
  const isLater = readdirSync(folder).some((other) => ROTATED.test(other) && other !== name);
  const chain = new Chain(head?.seq, ROTATED.test(name) ? Number.parseInt(name.slice(9), 10) : isLater ? undefined : 1);
  await chain.readFile(path, name);
  if (head !== undefined) chain.end(folder, name);
  return { files: 1, lines: chain.lines, faults: chain.faults, ...(chain.lines === 0 ? {} : { lastSha256: chain.prev }) };
}

class Chain {
  readonly faults: LogFault[] = [];
  lines = 0;
  prev = NO_LINE;
  #seq = 0;
  /** The digest of the line that the head points to: the head can lag behind the log. */
  #atHead: string | undefined;
  #last: Omit<LogFault, 'message'> = { file: LOG_NAME, line: 1, byteOffset: 0 };

  /** `first`: the number that the first line must have, 1 for a whole log; `undefined` where any may. */
  constructor(
    private readonly headSeq: number | undefined,
    private readonly first: number | undefined = 1,
  ) {
    if (first !== undefined) this.#seq = first - 1;
  }

  async readFile(path: string, file: string): Promise<void> {
    let line = 0;
    for await (const { bytes, byteOffset, whole } of linesOf(path)) {
      line++;
      this.#last = { file, line, byteOffset };
      if (!whole) this.#fault(bytes.length > LINE_BYTES ? 'the line is longer than any of ours' : 'the line is cut short');
      else this.#line(bytes);
    }
  }

  end(folder: string, file: string): void {
    const head = readHead(folder);
    if (head === undefined) {
      if (this.lines > 0) this.#fault('head.json, which says where the log ends, is missing or damaged');
      return;
    }
    this.#last = { ...this.#last, file };
    if (head.seq > this.#seq) this.#fault(`the log ends with receipt ${this.#seq}, but ${head.seq} were written: the end is missing`);
    else if (head.seq > 0 && this.#atHead !== head.sha256)
      this.#fault(`receipt ${head.seq} is not the one that was written: it was replaced, or the log was written anew`);
  }

  #line(bytes: Buffer): void {
    this.lines++;
    let entry: { seq?: unknown; prev?: unknown };
    try {
      entry = JSON.parse(bytes.toString()) as typeof entry;
    } catch {
      this.#fault('the line is no JSON');
      this.#next(bytes, this.#seq + 1);
      return;
    }
    const seq = Number.isSafeInteger(entry?.seq) ? (entry.seq as number) : undefined;
    if (this.lines === 1 && this.first !== 1) {
      // What came before lies elsewhere: the line says itself what it goes on from.
      if (typeof entry?.prev === 'string') this.prev = entry.prev;
      if (this.first === undefined) this.#seq = (seq ?? 1) - 1;
    }
    if (seq !== this.#seq + 1)
      this.#fault(`receipt ${this.#seq + 1} is expected here, and this is ${seq ?? 'no receipt'}: lines were removed, added or moved`);
    if (entry?.prev !== this.prev)
      this.#fault('the line before is not the one that this one was written after: it was changed, removed or added');
    this.#next(bytes, seq ?? this.#seq + 1);
  }

  #next(bytes: Buffer, seq: number): void {
    this.#seq = seq;
    this.prev = lineHash(bytes);
    if (seq === this.headSeq) this.#atHead = this.prev;
  }

  #fault(message: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ ...this.#last, message });
  }
}

interface Line {
  readonly bytes: Buffer;
  readonly byteOffset: number;
  /** False where it has no end. */
  readonly whole: boolean;
}

/** The lines of a file as bytes; what is longer than any line may be ends the reading. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let byteOffset = 0;
  for await (const chunk of createReadStream(path)) {
    let data = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (let end = data.indexOf(0x0a); end >= 0; end = data.indexOf(0x0a)) {
      yield { bytes: data.subarray(0, end), byteOffset, whole: true };
      byteOffset += end + 1;
      data = data.subarray(end + 1);
    }
    rest = data;
    if (rest.length > LINE_BYTES) break;
  }
  if (rest.length > 0) yield { bytes: rest, byteOffset, whole: false };
}
