import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../../core/display.js';
import { joinBytes, nameOf } from '../../io/path-bytes.js';
import type { StateFolder } from '../../io/state/state-folder.js';
import type { VaultSettings } from '../../policy/types.js';
import type { Delivery } from '../../service/delivery/delivery.js';
import { untilWords } from '../../service/hold/due-words.js';
import type { HeldIndex } from '../../service/hold/held-index.js';
import { HoldDelivery } from '../../service/hold/hold-delivery.js';
import { lookNow } from '../../service/hold/look-now.js';
import { openHeld } from '../../service/hold/open-room.js';
import { arrivedFile } from '../../service/hold/record.js';
import { recoverRoom } from '../../service/hold/recover.js';
import { type Release, releasePicture } from '../../service/hold/release.js';
import { ReceiptLog } from '../../service/receipts/log.js';
import { Vault } from '../../service/vault/vault.js';
import type { WatchLog } from './events.js';
import type { FolderSettings } from './folders.js';
import { HoldTimer } from './hold-timer.js';

export interface HoldsOptions {
  readonly folders: readonly FolderSettings[];
  readonly state: StateFolder;
  readonly vault: VaultSettings;
  readonly cwd: string;
  /** `--policy`: a file or a preset. */
  readonly policy?: string;
  readonly log: WatchLog;
  readonly onBug: (error: unknown) => void;
}

export interface HoldPlace {
  /** How the folder brings a file to its end that is not held. */
  readonly atOnce: Delivery;
  readonly outbox: Buffer | undefined;
  readonly vault?: Vault;
}

/** Everything that the watched folders hold back. */
export class Holds {
  readonly index: HeldIndex;
  readonly #timer: HoldTimer;
  readonly #vault: Vault;
  readonly #receipts: ReceiptLog;

  constructor(private readonly options: HoldsOptions) {
    const { folders, state, vault, log, onBug } = options;
    const watched = new Set(folders.map(({ path }) => path));
    this.index = openHeld(state, (folder) => watched.has(folder));
    this.#vault = new Vault(state.room('vault'), vault);
    this.#receipts = new ReceiptLog(state.room('receipts'));
    this.#timer = new HoldTimer({
      index: this.index,
      release: (id) => this.#release(id),
      log,
      onBug,
    });
  }

  /** Puts in order what a run that was stopped has left, and takes over what waits. Throws `IoError`. */
  async recover(): Promise<void> {
    await recoverRoom(this.index.room);
    await this.index.released.compact();
    this.index.refresh();
    if (this.index.size > 0) await this.index.clock.save();
  }

  start(): void {
    this.#timer.start();
  }

  stop(): Promise<void> {
    return this.#timer.stop();
  }

  /** `undefined` where the folder holds nothing back. */
  deliveryFor(folder: FolderSettings, { atOnce, outbox, vault }: HoldPlace): Delivery | undefined {
    const { mode, hold } = folder;
    if (mode !== 'quarantine' && hold === undefined) return undefined;
    const { cwd } = this.options;
    const policy = folder.policy ?? this.options.policy;
    return new HoldDelivery({
      index: this.index,
      atOnce,
      terms: {
        folder: folder.path,
        quarantined: mode === 'quarantine',
        ...(hold === undefined ? {} : { hold }),
        leavesOriginal: mode === 'outbox',
        ...(outbox === undefined ? {} : { outputOf: (path: Buffer) => mirrored(path, Buffer.from(folder.path), outbox) }),
        ...(policy === undefined ? {} : { policy: lasting(policy, cwd) }),
        policyFolder: cwd,
        ...(vault === undefined ? {} : { vaultSettings: this.options.vault }),
      },
      ...(vault === undefined ? {} : { vault }),
      onNewest: () => this.#timer.soon(),
      onHeld: (record, notes) => {
        this.options.log({
          kind: 'held',
          id: record.id,
          file: displayPath(arrivedFile(record)),
          until: untilWords(record, this.index.clock),
          notes,
        });
        this.#timer.soon();
      },
    });
  }

  #release(id: string): Promise<Release> {
    return releasePicture(id, {
      room: this.index.room,
      released: this.index.released,
      lookNow,
      receipts: this.#receipts,
      vaultFor: ({ vault }) => (vault === undefined ? undefined : this.#vault),
    });
  }
}

/** The same folders below the outbox as below the watched folder. */
function mirrored(path: Buffer, root: Buffer, outbox: Buffer): Buffer {
  const below = path.subarray(root.length + (root[root.length - 1] === 0x2f ? 0 : 1));
  return joinBytes(outbox, below.length === 0 ? nameOf(path) : below);
}

/** A policy file named from here is found from anywhere. */
function lasting(policy: string, cwd: string): string {
  const file = resolve(cwd, policy);
  return existsSync(file) ? file : policy;
}
