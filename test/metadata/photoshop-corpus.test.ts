import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPhotoshop } from '../../src/metadata/photoshop/read-photoshop.js';
import { photoshopHeaderLength } from '../../src/metadata/photoshop/walk.js';
import { BALANCED, flatten, KEEP_ALL, LOCATION_ONLY, placeAt, rewriteUnder, STRICT } from '../support/payload.js';
import { CORPUS, corpusFiles, corpusNote, haveCorpus } from '../support/shared.js';

/** The content of each APP13 segment before the first scan (T.81 B.1.1.4). */
function app13Of(jpeg: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] === 0xed) found.push(jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2)));
  return found;
}

describe.skipIf(!haveCorpus)(`Photoshop resources of the corpus${corpusNote}`, () => {
  const lists = corpusFiles('jpeg').flatMap(({ file }) =>
    app13Of(readFileSync(`${CORPUS}/${file}`)).flatMap((content) => {
      const header = photoshopHeaderLength(content);
      return header === undefined ? [] : [content.subarray(header)];
    }),
  );
  const read = (bytes: Uint8Array) => readPhotoshop(bytes, placeAt(), {});

  it('are read to the last byte', () => {
    expect(lists.length).toBeGreaterThan(5);
    const parts = lists.flatMap((list) => flatten(read(list).parts));
    expect(parts.length).toBeGreaterThan(80);
    expect(parts.filter(({ path }) => path.includes('stray'))).toEqual([]);
    expect(parts.filter(({ path }) => /\/2:90 City#/.test(path)).map(({ category }) => category)).toContain('location');
  });

  it('are scrubbed once and for all', () => {
    let changed = 0;
    for (const list of lists) {
      expect(rewriteUnder(read(list), KEEP_ALL) === list).toBe(true);
      for (const policy of [BALANCED, STRICT, LOCATION_ONLY]) {
        const once = rewriteUnder(read(list), policy);
        if (once !== list) changed++;
        if (once !== null) expect(rewriteUnder(read(once), policy) === once).toBe(true);
        if (policy === STRICT && once !== null)
          expect(flatten(read(once).parts).filter(({ category }) => category !== 'rendering')).toEqual([]);
      }
    }
    expect(changed).toBeGreaterThan(5);
  });
});
