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
  /** Ids of originals that were left where they arrived, by their paths. */
  readonly #left = new Map<string, string>();
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
    this.#records.set(record.id, record);
    if (record.original === 'left') this.#left.set(keyOf(arrivedFile(record)), record.id);
  }

  drop(id: string): void {
    const record = this.#records.get(id);
    this.#records.delete(id);
    if (record?.original === 'left' && this.#left.get(keyOf(arrivedFile(record))) === id) this.#left.delete(keyOf(arrivedFile(record)));
  }

  /** The record of an original that was left here, if it is this very file. */
  waitingAt(
    path: Buffer,
    { dev, ino, size, mtimeNs }: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint },
  ): HeldRecord | undefined {
    const record = this.#records.get(this.#left.get(keyOf(path)) ?? '');
    if (record === undefined) return undefined;
    const { attributes } = record;
    const isSame = attributes.dev === String(dev) && attributes.ino === String(ino);
    return isSame && attributes.mtimeNs === String(mtimeNs) && attributes.sizeBytes === Number(size) ? record : undefined;
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

function keyOf(path: Buffer): string {
  return path.toString('latin1');
}
