import { existsSync, realpathSync } from 'node:fs';
import { IoError } from '../../io/io-error.js';
import type { StateFolder } from '../../io/state/state-folder.js';
import { removeStrayTemps, type StrayReport } from '../../io/stray.js';
import type { VaultSettings } from '../../policy/types.js';
import type { Delivered, Delivery, DeliveryOptions } from '../../service/delivery/delivery.js';
import { InPlaceDelivery } from '../../service/delivery/in-place.js';
import { OutboxDelivery } from '../../service/delivery/outbox.js';
import type { Journal } from '../../service/journal/journal.js';
import { fileEntry } from '../../service/receipts/file-entry.js';
import { ReceiptLog } from '../../service/receipts/log.js';
import { Vault } from '../../service/vault/vault.js';
import { type FolderSettings, isBelow } from './folders.js';
import type { Holds } from './holds.js';

interface Place {
  readonly folder: FolderSettings;
  readonly root: Buffer;
  readonly outbox?: Buffer;
}

/** How each watched folder brings its files to their end. */
export class Deliveries {
  readonly #places: readonly Place[];
  readonly #receipts: ReceiptLog;
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

  /** Takes away what a run that was stopped has left where no sweep comes by. Folders that are gone have nothing left. */
  async recover(journal: Journal): Promise<StrayReport> {
    const report = { removed: [] as Buffer[], finished: [] as Buffer[], left: [] as StrayReport['left'][number][] };
    for (const folder of journal.unfinishedFolders()) {
      try {
        const { removed, finished, left } = await removeStrayTemps(folder);
        report.removed.push(...removed);
        report.finished.push(...finished);
        report.left.push(...left);
      } catch (error) {
        if (!(error instanceof IoError)) throw error;
        if (error.code !== 'not-found') report.left.push({ path: folder, reason: error.message });
      }
    }
    return report;
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

  /** Puts on record what was written. Throws `IoError`. */
  async onDelivered(path: Buffer, { done }: Delivered): Promise<void> {
    if (done === undefined) return;
    await this.#receipts.append(fileEntry(path, done, new Date()));
  }

  #placeOf(path: Buffer): Place | undefined {
    let innermost: Place | undefined;
    for (const place of this.#places)
      if (isBelow(path, place.root) && (innermost === undefined || place.root.length > innermost.root.length)) innermost = place;
    return innermost;
  }
}
