import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canariesIn } from '../support/canary.js';
import { decodePicture } from '../support/picture.js';
import { type ScrubbedFile, scrubAll } from '../support/scrub-all.js';
import { ADVERSARIAL, type AdversarialCase, adversarialCases, adversarialNote, haveAdversarial } from '../support/shared.js';

/** Containers that this version reads; the others have to be refused, and are counted. */
const READ = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'dng', 'heic', 'avif', 'mp4', 'mov', 'svg', 'jxl', 'bmp']);

/**
 * Files that ask for two things that exclude each other: here a picture within a DNG has to keep every byte of its stream, and to
 * lose the metadata that lies in it.
 */
const CANNOT_BE = new Map([['dng/preview_jpeg_with_exif.dng', 'dng-picture-metadata']]);

describe.skipIf(!haveAdversarial)(`the adversarial images under strict${adversarialNote}`, () => {
  const cases = new Map(adversarialCases().map((item) => [Buffer.from(item.file_hex, 'hex').toString(), item]));
  let results: ScrubbedFile[] = [];
  let cleanUp: () => void = () => undefined;

  beforeAll(async () => {
    ({ results, cleanUp } = await scrubAll(ADVERSARIAL, [...cases.keys()], 'strict'));
  });
  afterAll(() => cleanUp());

  const caseOf = (file: string): AdversarialCase => cases.get(file) as AdversarialCase;

  it('were all looked at', () => {
    expect(results.length).toBeGreaterThan(250);
    expect(results.filter(({ after }) => after !== undefined).length).toBeGreaterThan(100);
  });

  it('leave no hard canary, in any form', () => {
    const left = results.flatMap(({ file, after }) => {
      if (after === undefined) return [];
      const hard = caseOf(file).canaries.filter(({ advisory }) => !advisory);
      return canariesIn(readFileSync(after), hard).map(({ where }) => `${file}: ${where}`);
    });
    expect(left).toEqual([]);
  });

  it('keep their pixels and profiles', async () => {
    const damaged: string[] = [];
    let compared = 0;
    for (const { file, before, after } of results) {
      const { must_decode, keep } = caseOf(file);
      if (after === undefined || !must_decode) continue;
      const [old, now] = [await decodePicture(before), await decodePicture(after)];
      if (old === undefined) continue;
      compared++;
      if (!now?.pixels.equals(old.pixels)) damaged.push(`${file}: pixels`);
      if (keep.includes('icc') && (old.icc === undefined || !now?.icc?.equals(old.icc))) damaged.push(`${file}: profile`);
    }
    expect(compared).toBeGreaterThan(80);
    expect(damaged).toEqual([]);
  });

  it('leave clean controls byte-identical', () => {
    const controls = results.filter(({ file }) => caseOf(file).keep.includes('identical') && READ.has(caseOf(file).format));
    expect(controls.length).toBeGreaterThan(1);
    expect(
      controls
        .filter(({ before, after }) => after === undefined || !readFileSync(before).equals(readFileSync(after)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  it('are refused only where that is allowed, and always with a reason', () => {
    const needless: string[] = [];
    for (const { file, after, judgement, proofFailure } of results) {
      if (after !== undefined) continue;
      const reason = proofFailure ?? (judgement.verdict.kind === 'unreadable' ? judgement.verdict.unreadable.code : judgement.verdict.kind);
      expect(reason).not.toBe('');
      const { format, allow } = caseOf(file);
      if (CANNOT_BE.get(file) === reason) continue;
      if (READ.has(format) && !reason.startsWith('unsupported-') && !allow.includes('refused') && !allow.includes('passthrough'))
        needless.push(`${file}: ${reason}`);
    }
    expect(needless).toEqual([]);
  });

  it('are never passed as clean where a container is not read', () => {
    const passed = results.filter(
      ({ file, judgement }) => !READ.has(caseOf(file).format) && !file.startsWith('lies/') && judgement.verdict.kind !== 'unreadable',
    );
    expect(passed.map(({ file, judgement }) => `${file}: ${judgement.verdict.kind}`)).toEqual([]);
  });

  it('have what may stay reported', () => {
    const silent = results.filter(({ file, after, judgement }) => {
      const advisory = caseOf(file).canaries.filter(({ advisory }) => advisory);
      return advisory.length > 0 && after !== undefined && READ.has(caseOf(file).format) && judgement.findings.length === 0;
    });
    expect(silent.map(({ file }) => join(file))).toEqual([]);
  });
});
