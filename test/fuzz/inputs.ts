import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS } from '../../src/formats/registry.js';
import { type Builder, Planter } from '../laws/planter.js';
import { ADVERSARIAL, CORPUS, haveAdversarial, haveCorpus } from '../support/shared.js';

/** What gets mutated. */
export interface Input {
  /** `built:png:3`, or a path below `../shared`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Larger files are mutated too rarely in the places that matter. */
const MAX_BYTES = 96 * 2 ** 10;

/** Built files of each format; and real and nasty ones where `../shared` lies beside the checkout. */
export async function fuzzInputs(): Promise<Input[]> {
  return [...(await builtInputs()), ...(haveAdversarial ? inputsBelow(ADVERSARIAL) : []), ...(haveCorpus ? inputsBelow(CORPUS) : [])];
}

async function builtInputs(): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const { id } of FORMATS) {
    const module = (await import(`../laws/${id}.ts`)) as Record<string, Builder>;
    const build = module[id];
    if (build === undefined) throw new Error(`test/laws/${id}.ts exports no ${id}`);
    for (let choice = 0; choice < 16; choice++) {
      const on = (bit: number): boolean => (choice & (1 << bit)) !== 0 || choice === 0;
      const chosen = { exif: on(0), xmp: on(1), iptc: on(2), text: on(3), unknown: on(0), tail: on(1), orientation: 6, salt: choice };
      inputs.push({ name: `built:${id}:${choice}`, bytes: build(new Planter(choice), chosen) });
    }
  }
  return inputs;
}

function inputsBelow(root: string): Input[] {
  return (readdirSync(root, { recursive: true }) as string[])
    .sort()
    .map((file) => join(root, file))
    .filter((path) => !path.endsWith('.json') && statSync(path).isFile() && statSync(path).size <= MAX_BYTES)
    .map((path) => ({ name: path.slice(root.length + 1), bytes: readFileSync(path) }));
}
