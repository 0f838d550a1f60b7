import { existsSync, realpathSync } from 'node:fs';
import { isReaderError } from '../../core/error.js';
import { sha256Of } from '../../engine/digest.js';
import { openFileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import type { StateFolder } from '../../io/state/state-folder.js';
import { removeStrays, removeStrayTemps, type StrayReport } from '../../io/stray.js';
import { walk } from '../../io/walk.js';
import type { VaultSettings } from '../../policy/types.js';
import type { Delivered, Delivery, DeliveryOptions } from '../../service/delivery/delivery.js';
import { InPlaceDelivery } from '../../service/delivery/in-place.js';
import { OutboxDelivery } from '../../service/delivery/outbox.js';
import type { Journal } from '../../service/journal/journal.js';
import { type FileEntry, pathOf } from '../../service/receipts/entry.js';
import { fileEntry } from '../../service/receipts/file-entry.js';
import { ReceiptLog } from '../../service/receipts/log.js';
import { Vault } from '../../service/vault/vault.js';
import { isBelow } from './below.js';
import type { FolderSettings } from './folders.js';
import type { Holds } from './holds.js';

interface Place {
  readonly folder: FolderSettings;
  readonly root: Buffer;
  readonly outbox?: Buffer;
}

/** What was put in order at the start. */
export interface Recovered extends StrayReport {
  /** How many receipts were owed, and are written now. */
  readonly receipts: number;
  /** How long the half line was that was taken off the log of receipts. */
  readonly tornBytes: number;
}

/** Receipts that wait for space on the disk. */
const MOST_OWED = 10_000;

/** How each watched folder brings its files to their end. */
export class Deliveries {
  readonly #places: readonly Place[];
  readonly #receipts: ReceiptLog;
  readonly #owed: FileEntry[] = [];
  readonly #vault: Vault | undefined;
  readonly #state: Buffer;

  constructor(
    folders: readonly FolderSettings[],
    state: StateFolder,
    vault: VaultSettings,
    /** Keeps pictures back in the folders that say so. */
    private readonly holds?: Holds,
  ) {
    this.#places = folders.map((folder) => ({
      folder,
      root: Buffer.from(folder.path),
      ...(folder.outbox === undefined ? {} : { outbox: Buffer.from(realpathSync.native(folder.outbox)) }),
    }));
    this.#state = existsSync(state.path) ? Buffer.from(realpathSync.native(state.path)) : Buffer.from(state.path);
    this.#receipts = new ReceiptLog(state.room('receipts'));
    this.#vault = folders.some((folder) => folder.vault) ? new Vault(state.room('vault'), vault) : undefined;
  }

  /** Removes what the vault keeps no longer. Returns how many originals went. Throws `IoError`. */
  tidyVault(): Promise<number> {
    return this.#vault?.tidy() ?? Promise.resolve(0);
  }

  /**
   * Takes away what a run that was stopped has left where no sweep comes by, and writes the receipts that it owed. Folders that are gone
   * have nothing left. Throws `IoError` where journal or receipts cannot be read.
   */
  async recover(journal: Journal): Promise<Recovered> {
    const report = { removed: [] as Buffer[], finished: [] as Buffer[], left: [] as StrayReport['left'][number][] };
    const { folders, promised } = journal.unfinished();
    const add = ({ removed, finished, left }: StrayReport): void => {
      report.removed.push(...removed);
      report.finished.push(...finished);
      report.left.push(...left);
    };
    for (const folder of folders) {
      try {
        add(await removeStrayTemps(folder));
      } catch (error) {
        if (!(error instanceof IoError)) throw error;
        if (error.code !== 'not-found') report.left.push({ path: folder, reason: error.message });
      }
    }
    const outboxes = this.#places.flatMap(({ outbox }) => outbox ?? []);
    if (outboxes.length > 0) add(await removeStrays(await temporariesBelow(outboxes)));
    const tornBytes = await this.#receipts.mend();
    let receipts = 0;
    for (const { path, entry, isRenamed } of promised) {
      const isDone = isRenamed || digestOf(pathOf(entry.output ?? entry.file, entry.outputHex ?? entry.fileHex)) === entry.after?.sha256;
      if (isDone && !this.#receipts.isRecorded(entry)) {
        await this.#receipts.append(entry);
        receipts++;
      }
      journal.note(isDone ? 'recorded' : 'left', path);
    }
    return { ...report, receipts, tornBytes };
  }

  /** The settings that hold for a path: those of the innermost watched folder around it. */
  folderOf(path: Buffer): FolderSettings | undefined {
    return this.#placeOf(path)?.folder;
  }

  deliveryFor(path: Buffer, options: DeliveryOptions): Delivery | undefined {
    const place = this.#placeOf(path);
    // Originals and held pictures stay where they are, also where the state folder is within the folder that is watched.
    if (place === undefined || isBelow(path, this.#state)) return undefined;
    // What lies in an outbox is what came out, also where that is within the folder that is watched.
    if (place.outbox !== undefined && isBelow(path, place.outbox)) return undefined;
    const { folder, root, outbox } = place;
    const vault = folder.vault ? this.#vault : undefined;
    const atOnce =
      folder.mode === 'outbox' && outbox !== undefined
        ? new OutboxDelivery({ ...options, root, outbox })
        : new InPlaceDelivery({ ...options, ...(vault === undefined ? {} : { vault }) });
    return this.holds?.deliveryFor(folder, { atOnce, outbox, ...(vault === undefined ? {} : { vault }) }) ?? atOnce;
  }

  /** Puts on record what was written. Throws `IoError`: it is tried again with the next, by `payDebts`, and at the next start. */
  async onDelivered(path: Buffer, { done }: Delivered): Promise<void> {
    if (done === undefined) return;
    const entry = fileEntry(path, done, done.at);
    try {
      await this.payDebts();
      await this.#receipts.append(entry);
    } catch (error) {
      if (this.#owed.length < MOST_OWED) this.#owed.push(entry);
      throw error;
    }
  }

  /** Writes the receipts that could not be written yet. Throws `IoError`. */
  async payDebts(): Promise<void> {
    while (this.#owed.length > 0) {
      const entry = this.#owed.shift() as FileEntry;
      try {
        await this.#receipts.append(entry);
      } catch (error) {
        this.#owed.unshift(entry);
        throw error;
      }
    }
  }

  #placeOf(path: Buffer): Place | undefined {
    let innermost: Place | undefined;
    for (const place of this.#places)
      if (isBelow(path, place.root) && (innermost === undefined || place.root.length > innermost.root.length)) innermost = place;
    return innermost;
  }
}

async function temporariesBelow(folders: readonly Buffer[]): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const item of walk(folders, { recursive: true })) if (item.kind === 'temp') found.push(item.path);
  return found;
}

/** `undefined` where nothing can be read under that name. */
function digestOf(path: Buffer): string | undefined {
  try {
    const source = openFileSource(path);
    try {
      return sha256Of(source);
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof IoError || isReaderError(error)) return undefined;
    throw error;
  }
}
