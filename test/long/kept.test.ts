import { afterAll, describe, expect, it } from 'vitest';
import { havePerl, oracleNote, readTags, type Tags } from '../support/exiftool.js';
import { type PresetName, scrubAll } from '../support/scrub-all.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';

/** What `balanced` and `location-only` promise to keep, in Exif's main directories, XMP and IPTC. */
const KEPT =
  /^(?:EXIF:(?:IFD0|ExifIFD)|XMP:XMP-(?:dc|tiff|xmp|xmpRights|photoshop|exifEX|cc|plus|crs|lr)|IPTC:IPTC):Main:(?:Make|Model|LensModel|LensMake|LensInfo|ExposureTime|FNumber|ISO|ExposureProgram|ExposureCompensation|MeteringMode|Flash|FocalLength\w*|WhiteBalance|Artist|Copyright\w*|Rights|Creator|Credit|Source|By-line|CopyrightNotice|UsageTerms|WebStatement|Marked|License|ImageDescription|Description|Title|Headline|Caption-Abstract|Keywords|Subject|HierarchicalSubject|Rating|Label|UserComment|XP\w+|DateTimeOriginal|CreateDate|ModifyDate|SubSecTime\w*|OffsetTime\w*|Software|CreatorTool|Orientation|[XY]Resolution|ResolutionUnit|ColorSpace|Gamma)$/;

/** Values by name, without the number that ExifTool gives a name's second, third and further place in the file. */
function byName(tags: Tags = {}): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(tags)) {
    const name = key.replace(/:Copy\d+/, '');
    found.set(name, [...(found.get(name) ?? []), JSON.stringify(value)].sort());
  }
  return found;
}

describe.skipIf(!haveCorpus || !havePerl)(`what stays in the public corpus${corpusNote}${oracleNote}`, () => {
  const cleanUps: (() => void)[] = [];
  afterAll(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  it.each<PresetName>(['balanced', 'location-only'])('reads the same in ExifTool after scrubbing under %s', async (preset) => {
    const names = corpusFiles('jpeg', 'png', 'webp').map(({ file }) => file);
    const { results, cleanUp } = await scrubAll(CORPUS, names, preset);
    cleanUps.push(cleanUp);
    const written = results.filter(({ after }) => after !== undefined);
    const before = await readTags(written.map((result) => result.before));
    const after = await readTags(written.map((result) => result.after as string));
    let compared = 0;
    const changed: string[] = [];
    for (const result of written) {
      const was = byName(before.get(result.before));
      const is = byName(after.get(result.after as string));
      // A maker note stays whole, with all that its offsets lead to, or goes whole.
      const hasNote = [...is.keys()].some((name) => name.startsWith('MakerNotes:'));
      for (const [name, values] of was) {
        if (!KEPT.test(name) && !(hasNote && name.startsWith('MakerNotes:'))) continue;
        compared++;
        if (is.get(name)?.join() !== values.join()) changed.push(`${result.file}: ${name}`);
      }
    }
    expect(compared).toBeGreaterThan(1000);
    expect(changed).toEqual([]);
  });
});
