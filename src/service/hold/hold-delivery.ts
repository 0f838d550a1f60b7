import type { Judgement } from '../../core/judgement.js';
import { type FileSource, openFileSource } from '../../io/file-source.js';
import { identityOf } from '../../io/identity.js';
import { attempt } from '../../io/io-error.js';
import type { Hold, VaultSettings } from '../../policy/types.js';
import type { Delivered, Delivery, LookAt } from '../delivery/delivery.js';
import { pathFields } from '../receipts/entry.js';
import type { Vault } from '../vault/vault.js';
import type { HeldIndex } from './held-index.js';
import { isLeftBehind } from './newest.js';
import { arrivedFile, dueMs, type HeldRecord } from './record.js';
import { isOriginalAtItsPlace } from './recover.js';
import { type Spot, spotOf } from './spot.js';
import { sha256InTurns, takeIn } from './take-in.js';

/** What an original has that was left where it arrived. */
const PRIVATE = 0o600;

/** What the policy says of the folder, and what is needed to release its pictures later. */
interface HoldTerms {
  /** The watched folder; absolute. */
  readonly folder: string;
  readonly quarantined: boolean;
  readonly hold?: Hold;
  /** The original stays where it arrived, and its clean copy goes to the outbox. */
  readonly leavesOriginal: boolean;
  /** Where the clean copy of a file is to appear, if that is elsewhere. */
  readonly outputOf?: (path: Buffer) => Buffer;
  readonly policy?: string;
  readonly policyFolder: string;
  readonly vaultSettings?: VaultSettings;
}

export interface HoldDeliveryOptions {
  readonly index: HeldIndex;
  readonly terms: HoldTerms;
  /** How the folder brings to their end what is not to be held: its time was over before it was seen. */
  readonly atOnce: Delivery;
  readonly vault?: Vault;
  /** Told when the folder's newest picture with a place is another one. */
  readonly onNewest: () => void;
  /** Told when a picture was taken in. */
  readonly onHeld: (record: HeldRecord, notes: readonly string[]) => void;
}

/** Takes pictures out of sight as they arrive, and keeps them there until their time is over. */
export class HoldDelivery implements Delivery {
  /** Also pictures that need no scrubbing are taken: no program may be writing them. */
  readonly takesAll = true;

  constructor(private readonly options: HoldDeliveryOptions) {}

  async deliver(path: Buffer, look: LookAt): Promise<Delivered> {
    const { index, terms, vault } = this.options;
    const source = openFileSource(path, index.room.ops);
    try {
      const released = index.released.kindOf(source.stat);
      // The original of what was released to the outbox: it stays as it is, private.
      if (released === 'original') return nothingDone(path, source, look);
      if (released === 'clean' && !terms.leavesOriginal) return await this.#atOnce(path, look);
      if (await this.#waitsAlready(path, source)) return nothingDone(path, source, look);
      const seen = (await look(source, source.stat)).outcome;
      if (seen.verdict.kind === 'not-an-image') return { outcome: seen, identity: source.identity, notes: [] };
      if (vault?.isUndone(path, source) === true) return { outcome: seen, identity: source.identity, notes: [], undone: true };
      const spot = spotOf(seen);
      const arrivedMs = index.clock.nowMs() - this.#restedMs(source);
      if (await this.#isOver(spot, arrivedMs)) return await this.#atOnce(path, look);
      return await this.#hold(path, source, seen, spot, arrivedMs);
    } finally {
      source.close();
    }
  }

  /** True for an original that was left and is as it was; one that has another name by now keeps its delay. */
  async #waitsAlready(path: Buffer, { stat, byteLength }: FileSource): Promise<boolean> {
    const { index, terms } = this.options;
    const record = terms.leavesOriginal ? index.leftAs(stat) : undefined;
    if (record === undefined || record.attributes.mtimeNs !== String(stat.mtimeNs) || record.attributes.sizeBytes !== byteLength)
      return false;
    if (arrivedFile(record).equals(path) || isOriginalAtItsPlace(record)) return true;
    const { fileHex: _, outputHex: __, ...rest } = record;
    const output = terms.outputOf?.(path);
    const renamed: HeldRecord = { ...rest, ...pathFields('file', path), ...(output === undefined ? {} : pathFields('output', output)) };
    await index.room.write(renamed);
    index.add(renamed);
    return true;
  }

  /** What comes of it does not arrive again. */
  async #atOnce(path: Buffer, look: LookAt): Promise<Delivered> {
    const { index, terms, atOnce } = this.options;
    const delivered = await atOnce.deliver(path, look);
    const { dev, ino, sizeBytes, mtimeNs } = delivered.identity;
    if (delivered.done !== undefined)
      index.released.add({ dev, ino, size: sizeBytes, mtimeNs }, terms.leavesOriginal ? 'original' : 'clean');
    return delivered;
  }

  /** True where nothing keeps the picture back any more: it lay there long enough, or was left behind before it was seen. */
  async #isOver(spot: Spot, arrivedMs: number): Promise<boolean> {
    const { index, terms, onNewest } = this.options;
    const { hold, folder, quarantined } = terms;
    if (hold?.kind === 'away' && (await index.newest.note(folder, spot, index.clock.wallMs()))) onNewest();
    if (quarantined || hold === undefined) return false;
    const due = dueMs({ arrivedMs, hold } as HeldRecord);
    if (due !== undefined && due <= index.clock.nowMs()) return true;
    return hold.kind === 'away' && isLeftBehind(spot, index.newest.of(folder), hold.distanceM);
  }

  /**
   * How long the file lay there before the daemon was started, by the time that the system gave it and that nobody can set. A
   * file that came since has not waited at all, whatever the wall clock was set to meanwhile.
   */
  #restedMs({ stat }: FileSource): number {
    const { clock } = this.options.index;
    const changedMs = Number(stat.ctimeNs / 1_000_000n);
    return Math.max(0, Math.min(clock.wallMs(), clock.startedWallMs) - changedMs);
  }

  async #hold(path: Buffer, source: FileSource, outcome: Judgement, spot: Spot, arrivedMs: number): Promise<Delivered> {
    const { index, terms, onHeld } = this.options;
    const { clock, room } = index;
    const { stat } = source;
    const output = terms.outputOf?.(path);
    // It was changed or replaced while it waited: it waits anew, and its permissions are those that it had at first.
    const earlier = terms.leavesOriginal ? [index.leftAs(stat), index.leftAt(path)].filter((one) => one !== undefined) : [];
    const mode = Number(stat.mode) & 0o7777;
    const { record, notes } = await takeIn(room, source, {
      schema: 'exifence/held@1',
      id: room.newId(),
      ...pathFields('file', path),
      folder: terms.folder,
      ...(output === undefined ? {} : pathFields('output', output)),
      original: terms.leavesOriginal ? 'left' : 'moved',
      quarantined: terms.quarantined,
      ...(terms.hold === undefined ? {} : { hold: terms.hold }),
      arrivedAt: new Date(clock.wallMs() - (clock.nowMs() - arrivedMs)).toISOString(),
      arrivedMs,
      attributes: {
        dev: String(stat.dev),
        ino: String(stat.ino),
        mode: mode === PRIVATE ? (earlier[0]?.attributes.mode ?? mode) : mode,
        mtimeNs: String(stat.mtimeNs),
        sizeBytes: source.byteLength,
      },
      spot,
      ...(terms.policy === undefined ? {} : { policy: terms.policy }),
      policyFolder: terms.policyFolder,
      ...(terms.vaultSettings === undefined ? {} : { vault: terms.vaultSettings }),
    });
    for (const { id } of earlier) {
      await room.forget(id);
      index.drop(id);
    }
    index.add(record);
    onHeld(record, notes);
    const sha256 = record.sha256 ?? (await sha256InTurns(source));
    const identity = identityOf(attempt('looking at it', () => room.ops.fstat(source.fd)));
    return { outcome, identity, notes, done: { event: 'held', before: { sha256, sizeBytes: source.byteLength } } };
  }
}

/** It is known, and waits or is done. */
async function nothingDone(_path: Buffer, source: FileSource, look: LookAt): Promise<Delivered> {
  const { outcome } = await look(source, source.stat);
  return { outcome, identity: source.identity, notes: [], known: true };
}
