import type { Carrier } from '../../core/carrier.js';
import type { Category } from '../../core/category.js';
import type { Part, Region } from '../../core/part.js';
import type { PayloadPlace } from '../../metadata/reading.js';
import type { AppSegment } from './app-segment.js';

/** What one or more segments were found to hold. */
export interface Carried {
  /** Covers the leading segment and those right behind it that belong to it. */
  readonly part: Part;
  /** The other segments of the same content: cut or kept with `part`. */
  readonly continuations: readonly Part[];
  readonly members: readonly AppSegment[];
}

interface Run {
  readonly members: readonly AppSegment[];
  readonly region: Region;
}

/** One content over several segments (profiles, extended XMP, JUMBF, long Exif blocks), put together. */
export class Joined {
  readonly bytes: Uint8Array;
  /** Where the part goes that stands for all of it. */
  readonly leader: Run;
  readonly #others: readonly Run[];
  readonly #starts: number[] = [];

  /** `members` in the order of their content; `skipped` of each one's first bytes are no content. */
  constructor(
    readonly members: readonly AppSegment[],
    readonly skipped: (segment: AppSegment) => number,
  ) {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const segment of members) {
      this.#starts.push(at);
      const piece = segment.data.subarray(skipped(segment));
      pieces.push(piece);
      at += piece.length;
    }
    this.bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
    const runs = runsOf(members);
    this.leader = runs.find((run) => run.members.includes(members[0] as AppSegment)) as Run;
    this.#others = runs.filter((run) => run !== this.leader);
  }

  get path(): string {
    return (this.leader.members[0] as AppSegment).path;
  }

  /** A range of the joined content: its place in the file, or the leading part's region where it lies in several segments. */
  readonly locate: PayloadPlace['locate'] = (byteOffset, byteLength) => {
    const index = this.#memberAt(byteOffset);
    const segment = this.members[index] as AppSegment;
    const start = segment.piece.dataAt + this.skipped(segment) + byteOffset - (this.#starts[index] as number);
    const { region } = this.leader;
    const isWithin = start + byteLength <= segment.piece.end && start >= region.byteOffset && start < region.byteOffset + region.byteLength;
    return isWithin ? { byteOffset: start, byteLength } : region;
  };

  #memberAt(byteOffset: number): number {
    let [low, high] = [0, this.members.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= byteOffset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  carried(part: Omit<Part, 'path' | 'region'>): Carried {
    const { path } = this;
    return {
      part: { ...part, path, region: this.leader.region },
      continuations: this.#others.map((run) => continuation(run, part.carrier, path, part.category === 'rendering' ? undefined : part)),
      members: this.members,
    };
  }
}

/** A part that goes where another one goes. Where that one is decided as a whole, so is this, in the same way. */
function continuation(run: Run, carrier: Carrier, of: string, like: Pick<Part, 'category' | 'alsoReveals'> | undefined): Part {
  const category: Category = like?.category ?? 'rendering';
  return {
    path: (run.members[0] as AppSegment).path,
    carrier,
    category,
    ...(like?.alsoReveals === undefined ? {} : { alsoReveals: like.alsoReveals }),
    region: run.region,
    required: false,
    note: `continues ${of}`,
  };
}

/** Segments in file order, those right behind one another together. */
function runsOf(members: readonly AppSegment[]): Run[] {
  const runs: AppSegment[][] = [];
  for (const segment of [...members].sort((a, b) => a.index - b.index)) {
    const last = runs.at(-1);
    if (last !== undefined && (last.at(-1) as AppSegment).index + 1 === segment.index) last.push(segment);
    else runs.push([segment]);
  }
  return runs.map((run) => {
    const start = (run[0] as AppSegment).piece.start;
    return { members: run, region: { byteOffset: start, byteLength: (run.at(-1) as AppSegment).piece.end - start } };
  });
}
