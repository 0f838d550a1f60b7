import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { FileSource } from '../../io/file-source.js';
import { IoError } from '../../io/io-error.js';
import { rewriteFile } from '../../io/replace-file.js';
import { fileEntry } from '../receipts/file-entry.js';
import type { Vault } from '../vault/vault.js';
import type { Delivered, Delivery, DeliveryOptions, Done, LookAt } from './delivery.js';

export interface InPlaceOptions extends DeliveryOptions {
  /** Where originals go. Without it they are gone once the clean file is there. */
  readonly vault?: Vault;
}

/** The clean file takes the original's place. */
export class InPlaceDelivery implements Delivery {
  constructor(private readonly options: InPlaceOptions) {}

  async deliver(path: Buffer, look: LookAt): Promise<Delivered> {
    const { journal, vault, rewriteOptions } = this.options;
    let undone = false;
    let done: Done | undefined;
    const { outcome, proof, identity, notes } = await rewriteFile<Judgement, Receipt>(
      path,
      async (source, stat) => {
        const seen = await look(source, stat);
        if (seen.replacement === undefined) return seen;
        undone = vault?.isUndone(path, source) === true;
        if (undone) return { outcome: seen.outcome };
        journal?.note('decided', path);
        return seen;
      },
      {
        ...rewriteOptions,
        onStep: (step) => {
          // That it is verified is noted with the receipt.
          if (step !== 'verified') journal?.note(step, path);
          rewriteOptions?.onStep?.(step);
        },
        keepOriginal: async (original, receipt) => {
          const { before, after } = receipt;
          const vaultId = await keep(vault, path, original, receipt);
          done = { at: new Date(), event: 'cleaned', before, after, receipt, ...(vaultId === undefined ? {} : { vaultId }) };
          await journal?.promise(path, fileEntry(path, done, done.at));
        },
      },
    );
    const seen = { outcome, identity, notes, ...(undone ? { undone: true as const } : {}) };
    return proof === undefined || done === undefined ? seen : { ...seen, done };
  }
}

async function keep(vault: Vault | undefined, path: Buffer, original: FileSource, { before, after }: Receipt): Promise<string | undefined> {
  try {
    return await vault?.keep(path, original, { before, after });
  } catch (error) {
    // Said of the vault: nobody must think that it is the picture that is not there.
    if (!(error instanceof IoError) || !/^(?:not-found|is-a-|exists)/.test(error.code)) throw error;
    throw new IoError(
      'vault-failed',
      `the original could not be put into the vault: ${error.message}`,
      'check the state folder; it is tried again',
    );
  }
}
