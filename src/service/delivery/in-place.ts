import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import { rewriteFile } from '../../io/replace-file.js';
import type { Vault } from '../vault/vault.js';
import type { Delivered, Delivery, DeliveryOptions, LookAt } from './delivery.js';

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
    let vaultId: string | undefined;
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
          journal?.note(step, path);
          rewriteOptions?.onStep?.(step);
        },
        ...(vault === undefined
          ? {}
          : {
              keepOriginal: async (original, { before, after }) => {
                vaultId = await vault.keep(path, original, { before, after });
              },
            }),
      },
    );
    const seen = { outcome, identity, notes, ...(undone ? { undone: true as const } : {}) };
    if (proof === undefined) return seen;
    const { before, after } = proof;
    return { ...seen, done: { event: 'cleaned', before, after, receipt: proof, ...(vaultId === undefined ? {} : { vaultId }) } };
  }
}
