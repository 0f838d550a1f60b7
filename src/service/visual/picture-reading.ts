import type { Judgement } from '../../core/judgement.js';
import type { Receipt } from '../../core/receipt.js';
import type { Look } from '../../core/rewrite.js';
import type { Source } from '../../core/source.js';
import type { VisualRules } from '../../core/visual.js';
import type { ScrubOptions } from '../../engine/options.js';
import type { VisualEngine } from '../../visual/engine.js';
import { visualEngine } from './engine.js';
import { looksAtPictures } from './requests.js';
import { judgePicture, lookAndRedact } from './visual-look.js';

/** How a file is judged and scrubbed: by its bytes alone, or with what its picture shows. */
export interface FileReading {
  judge(source: Source, options: ScrubOptions): Judgement | Promise<Judgement>;
  lookAndScrub(source: Source, options: ScrubOptions): Look<Judgement, Receipt> | Promise<Look<Judgement, Receipt>>;
}

/** Reads with what the policy says of pictures; `plain` where that is nothing. */
export async function pictureReading(rules: VisualRules, folder: string, plain: FileReading, given?: VisualEngine): Promise<FileReading> {
  if (!looksAtPictures(rules)) return plain;
  const engine = given ?? (await visualEngine());
  return {
    judge: (source, options) => judgePicture(source, { options, rules, folder, engine }),
    lookAndScrub: (source, options) => lookAndRedact(source, { options, rules, folder, engine }),
  };
}
