import { lstatSync } from 'node:fs';
import type { HoldClock } from './clock.js';
import { isLeftBehind, type NewestPlaces } from './newest.js';
import { arrivedFile, dueMs, type HeldRecord } from './record.js';
import type { ReleasedFiles } from './released.js';
import type { HeldRoom } from './room.js';

/** What others do in the room is looked for no more often. */
const REFRESH_MS = 5_000;

/** What is held, in memory: thousands of records are not read again at every tick. */
export class HeldIndex {
  readonly #records = new Map<string, HeldRecord>();
  /** Originals that were left where they arrived, by their paths and by their inodes. */
  readonly #leftByPath = new Map<string, HeldRecord>();
  readonly #leftByInode = new Map<string, HeldRecord>();
  #roomState = '';
  #refreshedMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly room: HeldRoom,
    readonly clock: HoldClock,
    readonly released: ReleasedFiles,
    readonly newest: NewestPlaces,
    /** True for the folders that are ours. */
    private readonly isOurs: (folder: string) => boolean,
  ) {}

  get size(): number {
    return this.#records.size;
  }

  add(record: HeldRecord): void {
    this.drop(record.id);
    this.#records.set(record.id, record);
    if (record.original !== 'left') return;
    this.#leftByPath.set(pathKey(arrivedFile(record)), record);
    this.#leftByInode.set(inodeKey(record.attributes), record);
  }

  drop(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#records.delete(id);
    forget(this.#leftByPath, pathKey(arrivedFile(record)), id);
    forget(this.#leftByInode, inodeKey(record.attributes), id);
  }

  /** The record of an original that was left and is this very file, whatever it is called now. */
  leftAs(file: { readonly dev: bigint; readonly ino: bigint }): HeldRecord | undefined {
    return this.#leftByInode.get(inodeKey(file));
  }

  /** The record of an original that was left under this name, whatever file that is now. */
  leftAt(path: Buffer): HeldRecord | undefined {
    return this.#leftByPath.get(pathKey(path));
  }

  /** Takes over what others have done in the room since the last time; costs one look where that is nothing. */
  refresh(): void {
    const nowMs = this.clock.nowMs();
    if (nowMs - this.#refreshedMs < REFRESH_MS) return;
    this.#refreshedMs = nowMs;
    const { mtimeNs } = lstatSync(this.room.folder, { bigint: true });
    const state = String(mtimeNs);
    if (state === this.#roomState) return;
    this.#roomState = state;
    const ids = this.room.ids();
    for (const id of ids) {
      if (this.#records.has(id)) continue;
      const record = this.room.read(id);
      if (record !== undefined && this.isOurs(record.folder)) this.add(record);
    }
    for (const id of [...this.#records.keys()]) if (!ids.has(id)) this.drop(id);
  }

  /** What may be released now. */
  due(): HeldRecord[] {
    const nowMs = this.clock.nowMs();
    return [...this.#records.values()].filter((record) => this.#isDue(record, nowMs));
  }

  /** How long until time alone releases the next; `undefined` where that releases none. */
  nextMs(): number | undefined {
    const nowMs = this.clock.nowMs();
    let next: number | undefined;
    for (const record of this.#records.values()) {
      const due = record.quarantined || record.ending?.kind === 'reject' ? undefined : dueMs(record);
      if (due !== undefined && due > nowMs && (next === undefined || due - nowMs < next)) next = due - nowMs;
    }
    return next;
  }

  #isDue(record: HeldRecord, nowMs: number): boolean {
    // What was begun is finished, whatever was said before.
    if (record.ending !== undefined) return record.ending.kind === 'release';
    const { hold, quarantined } = record;
    if (quarantined || hold === undefined) return false;
    if ((dueMs(record) as number) <= nowMs) return true;
    return this.isLeftBehind(record);
  }

  /** True where its folder has seen a newer picture that was taken far enough away. */
  isLeftBehind({ hold, spot, folder }: HeldRecord): boolean {
    return hold?.kind === 'away' && isLeftBehind(spot, this.newest.of(folder), hold.distanceM);
  }
}

function pathKey(path: Buffer): string {
  return path.toString('latin1');
}

function inodeKey({ dev, ino }: { readonly dev: bigint | string; readonly ino: bigint | string }): string {
  return `${dev}:${ino}`;
}

function forget(map: Map<string, HeldRecord>, key: string, id: string): void {
  if (map.get(key)?.id === id) map.delete(key);
}
