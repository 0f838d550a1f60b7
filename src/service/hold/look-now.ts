import type { Enforcement } from '../../core/door.js';
import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import { judge } from '../../engine/judge.js';
import { lookAndScrub } from '../../engine/scrub.js';
import { whyAttributesStay } from '../beyond/attributes-along.js';
import { fileOptions } from '../file-options.js';
import { Policies, today } from '../policies.js';
import { arrivedFile, type HeldRecord } from './record.js';

/** What the policy of now says of a picture that is held. */
export interface LookNow {
  readonly enforce: Enforcement;
  /** Why the extended attributes of a file must not go out with its clean copy; `undefined` where they may. */
  attributesStay(file: Buffer): Promise<string | undefined>;
  look(source: Source): Look<Judgement, Receipt> | Promise<Look<Judgement, Receipt>>;
}

/** By the policy that holds now for the place where it arrived. Throws `PolicyError` or `UsageError`. */
export async function lookNow(record: HeldRecord): Promise<LookNow> {
  const { policy, policyFolder } = record;
  const policies = new Policies({ cwd: policyFolder, today: today(), ...(policy === undefined ? {} : { override: policy }) });
  const { options, enforce, folder } = await fileOptions(policies, arrivedFile(record));
  const { visual } = options.policy;
  const reading =
    visual === undefined
      ? { judge, lookAndScrub }
      : (await import('../visual/picture-reading.js')).pictureReading(visual, folder, { judge, lookAndScrub });
  return {
    enforce: enforce.watch,
    attributesStay: (file) => whyAttributesStay(file, options.policy),
    look: async (source) => {
      const { judge: judging, lookAndScrub: scrubbing } = await reading;
      return enforce.watch === 'fix' ? scrubbing(source, options) : { outcome: await judging(source, options) };
    },
  };
}
