import { afterAll, describe, expect, it } from 'vitest';
import { havePerl, oracleNote, readTags, type Tags } from '../support/exiftool.js';
import { decodePicture } from '../support/picture.js';
import { orientationOf, residueOf } from '../support/residue.js';
import { type PresetName, type ScrubbedFile, scrubAll } from '../support/scrub-all.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'raw', 'heif', 'avif', 'mov', 'svg', 'jxl', 'bmp'] as const;

interface Row {
  format: string;
  files: number;
  scrubbed: number;
  clean: number;
  refused: number;
  'residual location': number;
  'residual device': number;
  'pixels identical': string;
  'orientation kept': string;
  'ICC kept': string;
}

const EMPTY: Tags = {};

describe.skipIf(!haveCorpus || !havePerl)(`the public corpus${corpusNote}${oracleNote}`, () => {
  const cleanUps: (() => void)[] = [];
  afterAll(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  it.each<PresetName>(['balanced', 'strict'])('leaves no residue under %s', async (preset) => {
    const files = corpusFiles(...FORMATS);
    expect(files.length).toBeGreaterThan(100);
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
    const rows: Row[] = [];
    for (const format of FORMATS) {
      const names = new Set(files.filter((file) => file.format === format).map(({ file }) => file));
      rows.push(
        await rowOf(
          format,
          results.filter(({ file }) => names.has(file)),
          before,
          after,
          problems,
        ),
      );
    }
    console.log(`\nCorpus under ${preset}: residue as ExifTool finds it in the output, pixels as libvips decodes them`);
    console.table(rows);
    for (const { file, judgement, proofFailure } of results.filter((result) => result.after === undefined)) {
      const why = judgement.verdict.kind === 'unreadable' ? judgement.verdict.unreadable : undefined;
      console.log(`  refused ${file}: ${proofFailure ?? `${why?.code} at byte ${why?.byteOffset}: ${why?.message}`}`);
      if (proofFailure !== undefined) problems.push(`${file}: ${proofFailure}`);
    }
    expect(written.length).toBeGreaterThan(100);
    expect(problems).toEqual([]);
  });
});

async function rowOf(
  format: string,
  results: readonly ScrubbedFile[],
  before: Map<string, Tags>,
  after: Map<string, Tags>,
  problems: string[],
): Promise<Row> {
  const counts = { location: 0, device: 0, same: 0, decodable: 0, oriented: 0, orientationKept: 0, profiled: 0, profileKept: 0 };
  const written = results.filter((result) => result.after !== undefined);
  for (const result of written) {
    const tagsAfter = after.get(result.after as string) ?? EMPTY;
    const tagsBefore = before.get(result.before) ?? EMPTY;
    const residue = residueOf(tagsAfter);
    if (residue.location.length > 0) counts.location++;
    if (residue.device.length > 0) counts.device++;
    for (const tag of [...residue.location, ...residue.device]) problems.push(`${result.file}: ${tag}`);
    if (orientationOf(tagsBefore) !== 'Horizontal (normal)') {
      counts.oriented++;
      if (orientationOf(tagsAfter) === orientationOf(tagsBefore)) counts.orientationKept++;
      else problems.push(`${result.file}: orientation ${orientationOf(tagsBefore)} → ${orientationOf(tagsAfter)}`);
    }
    const pictureBefore = await decodePicture(result.before);
    if (pictureBefore === undefined) continue;
    counts.decodable++;
    const pictureAfter = await decodePicture(result.after as string);
    if (pictureAfter?.pixels.equals(pictureBefore.pixels)) counts.same++;
    else problems.push(`${result.file}: pixels differ`);
    // A profile that names one monitor loses that name.
    const isEdited = result.judgement.decisions.some(({ part, action }) => part.carrier === 'ICC' && action.kind !== 'keep');
    if (pictureBefore.icc !== undefined && isProfile(pictureBefore.icc) && !isEdited) {
      counts.profiled++;
      if (pictureAfter?.icc?.equals(pictureBefore.icc)) counts.profileKept++;
      else problems.push(`${result.file}: colour profile differs`);
    }
  }
  return {
    format,
    files: results.length,
    scrubbed: written.filter(({ judgement }) => judgement.verdict.kind === 'violates').length,
    clean: written.filter(({ judgement }) => judgement.verdict.kind === 'clean').length,
    refused: results.length - written.length,
    'residual location': counts.location,
    'residual device': counts.device,
    'pixels identical': `${counts.same}/${counts.decodable}`,
    'orientation kept': `${counts.orientationKept}/${counts.oriented}`,
    'ICC kept': `${counts.profileKept}/${counts.profiled}`,
  };
}

/** ICC.1 7.2: the size that the profile declares, and its signature. Free text in a profile's place is no profile. */
function isProfile(bytes: Buffer): boolean {
  return bytes.length >= 132 && bytes.readUInt32BE(0) <= bytes.length && bytes.toString('latin1', 36, 40) === 'acsp';
}
