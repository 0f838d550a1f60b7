import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { readIcc } from '../../src/metadata/icc/read-icc.js';
import { placeAt, rewriteUnder, STRICT } from '../support/payload.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';

const folder = mkdtempSync(join(tmpdir(), 'exifence-icc-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** True where lcms takes the profile: it then stands in the output as it is, else something else or nothing does. */
async function decoderTakes(profile: Uint8Array): Promise<boolean> {
  // One path for each: the decoder remembers what it read from a path.
  const path = join(folder, `${createHash('sha256').update(profile).digest('hex')}.icc`);
  writeFileSync(path, profile);
  const image = sharp({ create: { width: 2, height: 2, channels: 3, background: '#a36' } });
  const { icc } = await sharp(await image.withIccProfile(path).jpeg().toBuffer()).metadata();
  return icc?.equals(profile) === true;
}

async function profileOf(image: Uint8Array): Promise<Buffer | undefined> {
  try {
    return (await sharp(image).metadata()).icc;
  } catch {
    // The corpus holds broken files on purpose.
    return undefined;
  }
}

const builtIn = async (name: 'srgb' | 'p3' | 'cmyk'): Promise<Buffer> =>
  (await profileOf(
    await sharp({ create: { width: 2, height: 2, channels: 3, background: '#a36' } })
      .toColourspace(name === 'cmyk' ? 'cmyk' : 'srgb')
      .withIccProfile(name)
      .jpeg()
      .toBuffer(),
  )) as Buffer;

describe('profiles in use', () => {
  it.each(['srgb', 'p3', 'cmyk'] as const)('%s as the decoder ships it is valid and stays as it is', async (name) => {
    const profile = await builtIn(name);
    const reading = readIcc(profile, placeAt());
    expect(reading.valid).toBe(true);
    expect(reading.parts.filter(({ category }) => category !== 'rendering').map(({ path, note }) => `${path}: ${note}`)).toEqual([]);
    // Compared here: a printed difference of a megabyte takes minutes.
    expect(rewriteUnder(reading, STRICT) === profile).toBe(true);
  });
});

describe.skipIf(!haveCorpus)(`profiles of the corpus${corpusNote}`, () => {
  it('are valid for us where they are for a decoder, and stay so when scrubbed', async () => {
    const profiles = new Map<string, { profile: Buffer; files: string[] }>();
    for (const { file } of corpusFiles('jpeg', 'png', 'webp', 'tiff', 'avif')) {
      const profile = await profileOf(readFileSync(`${CORPUS}/${file}`));
      if (profile === undefined) continue;
      const sha = createHash('sha256').update(profile).digest('hex');
      const known = profiles.get(sha);
      if (known === undefined) profiles.set(sha, { profile, files: [file] });
      else known.files.push(file);
    }
    expect(profiles.size).toBeGreaterThan(8);
    const differ: string[] = [];
    let kept = 0;
    for (const { profile, files } of profiles.values()) {
      const reading = readIcc(profile, placeAt());
      if (reading.valid !== (await decoderTakes(profile))) differ.push(files[0] as string);
      if (!reading.valid) continue;
      const scrubbed = rewriteUnder(reading, STRICT) as Uint8Array;
      if (scrubbed === profile) kept++;
      else expect(await decoderTakes(scrubbed)).toBe(true);
    }
    expect(differ).toEqual([]);
    expect(kept).toBeGreaterThan(8);
  });
});
