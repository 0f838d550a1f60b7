import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { formsOf } from '../support/canary.js';
import { havePerl, oracleNote, readProfile, readTags, type Tags } from '../support/exiftool.js';
import { haystacks } from '../support/haystacks.js';
import { decodePicture } from '../support/picture.js';
import { coordinateBytes, privateStrings } from '../support/private-values.js';
import { orientationOf, residueOf } from '../support/residue.js';
import { type PresetName, type ScrubbedFile, scrubAll } from '../support/scrub-all.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';

const FORMATS = 'jpeg png webp gif tiff raw heif avif mov svg jxl bmp jp2 psd ico pdf'.split(' ');

/** What was counted of one format. */
class Row {
  files = 0;
  scrubbed = 0;
  clean = 0;
  refused = 0;
  'residual location' = 0;
  'residual device' = 0;
  /** Words and coordinates of the input that were found in its bytes, and so could be looked for. */
  'private values' = 0;
  'of them left' = 0;
  readonly pixels = new Tally();
  readonly orientation = new Tally();
  readonly ICC = new Tally();

  cells(format: string): Record<string, unknown> {
    const { pixels, orientation, ICC, ...counts } = this;
    return { format, ...counts, 'pixels identical': `${pixels}`, 'orientation kept': `${orientation}`, 'ICC kept': `${ICC}` };
  }
}

class Tally {
  kept = 0;
  all = 0;
  toString(): string {
    return `${this.kept}/${this.all}`;
  }
}

const EMPTY: Tags = {};

describe.skipIf(!haveCorpus || !havePerl)(`the public corpus${corpusNote}${oracleNote}`, () => {
  const cleanUps: (() => void)[] = [];
  afterAll(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  it.each<PresetName>(['balanced', 'strict'])('leaves no residue under %s', async (preset) => {
    const files = corpusFiles(...FORMATS);
    expect(files.length).toBe(corpusFiles().length);
    const { results, cleanUp } = await scrubAll(
      CORPUS,
      files.map(({ file }) => file),
      preset,
    );
    cleanUps.push(cleanUp);
    const written = results.filter((result) => result.after !== undefined);
    const before = await readTags(results.map((result) => result.before));
    const after = await readTags(written.map((result) => result.after as string));
    const problems: string[] = [];
    const rows = new Map(FORMATS.map((format) => [format, new Row()]));
    for (const result of results) {
      const row = rows.get(files.find(({ file }) => file === result.file)?.format ?? '') as Row;
      row.files++;
      if (result.after === undefined) {
        row.refused++;
        continue;
      }
      row[result.judgement.verdict.kind === 'clean' ? 'clean' : 'scrubbed']++;
      const tags = { before: before.get(result.before) ?? EMPTY, after: after.get(result.after) ?? EMPTY };
      problems.push(...residue(result, tags.after, row), ...(await damage(result, result.after, tags, row)));
      // Under the other presets much may stay that is somebody's word.
      if (preset === 'strict') problems.push(...(await leftOf(result, result.after, tags, row)));
    }
    console.log(`\nCorpus under ${preset}: residue as ExifTool finds it in the output, pixels as decoders see them that are not ours`);
    console.table([...rows].filter(([, row]) => row.files > 0).map(([format, row]) => row.cells(format)));
    for (const { file, judgement, proofFailure } of results.filter((result) => result.after === undefined)) {
      const why = judgement.verdict.kind === 'unreadable' ? judgement.verdict.unreadable : undefined;
      console.log(`  refused ${file}: ${proofFailure ?? `${why?.code} at byte ${why?.byteOffset}: ${why?.message}`}`);
      if (proofFailure !== undefined) problems.push(`${file}: ${proofFailure}`);
    }
    expect(written.length).toBeGreaterThan(200);
    expect(problems).toEqual([]);
  });
});

function residue({ file }: ScrubbedFile, tags: Tags, row: Row): string[] {
  const { location, device } = residueOf(tags);
  if (location.length > 0) row['residual location']++;
  if (device.length > 0) row['residual device']++;
  return [...location, ...device].map((tag) => `${file}: ${tag}`);
}

async function damage(result: ScrubbedFile, output: string, tags: { before: Tags; after: Tags }, row: Row): Promise<string[]> {
  const problems: string[] = [];
  const count = (tally: Tally, isKept: boolean, problem: string): void => {
    tally.all++;
    if (isKept) tally.kept++;
    else problems.push(`${result.file}: ${problem}`);
  };
  const turned = orientationOf(tags.before);
  if (turned !== 'Horizontal (normal)')
    count(row.orientation, orientationOf(tags.after) === turned, `orientation ${turned} → ${orientationOf(tags.after)}`);
  const was = await decodePicture(result.before);
  const is = was === undefined ? undefined : await decodePicture(output);
  if (was !== undefined) count(row.pixels, is?.pixels.equals(was.pixels) === true, 'pixels differ');
  // A profile that names one monitor loses that name.
  const isEdited = result.judgement.decisions.some(({ part, action }) => part.carrier === 'ICC' && action.kind !== 'keep');
  const profile = was?.icc ?? (await readProfile(result.before, tags.before));
  if (profile !== undefined && isProfile(profile) && !isEdited) {
    const kept = is?.icc ?? (await readProfile(output, tags.after));
    count(row.ICC, kept?.equals(profile) === true, 'colour profile differs');
  }
  return problems;
}

/** Words and coordinates of the input that can still be found in the output, however they are written. */
async function leftOf({ file, before }: ScrubbedFile, output: string, tags: { before: Tags; after: Tags }, row: Row): Promise<string[]> {
  const source = haystacks(readFileSync(before));
  const holds = (stacks: readonly Buffer[], forms: readonly Buffer[]): boolean =>
    forms.some((form) => stacks.some((stack) => stack.includes(form)));
  const values: [string, Buffer[]][] = privateStrings(tags.before).map((value) => [value, formsOf({ kind: 'text', value })]);
  for (const bytes of coordinateBytes(source)) values.push(['a coordinate', [bytes]]);
  const known = values.filter(([, forms]) => holds(source, forms));
  row['private values'] += known.length;
  const target = haystacks(readFileSync(output));
  // What a profile says stays with it; whether that tells of anybody is for the tests of profiles.
  const profile = (await readProfile(output, tags.after)) ?? Buffer.alloc(0);
  const left = known.filter(([, forms]) => holds(target, forms) && !holds([profile], forms));
  row['of them left'] += left.length;
  return left.map(([value]) => `${file}: ${value.slice(0, 80)} is still there`);
}

/** ICC.1 7.2: the size that the profile declares, and its signature. Free text in a profile's place is no profile. */
function isProfile(bytes: Buffer): boolean {
  return bytes.length >= 132 && bytes.readUInt32BE(0) <= bytes.length && bytes.toString('latin1', 36, 40) === 'acsp';
}
