import { describe, expect, it } from 'vitest';
import { jpeg } from '../../src/formats/jpeg/jpeg.js';
import { png } from '../../src/formats/png/png.js';
import { expectLaws, scrubUnder } from '../support/container.js';
import { iccText, srgbProfile } from '../support/icc.js';
import { buildIptc } from '../support/iptc.js';
import { app, buildJpeg, com, exifSegment, iccSegments, xmpSegment } from '../support/jpeg.js';
import { BALANCED, LOCATION_ONLY, STRICT } from '../support/payload.js';
import { buildPng, tEXt } from '../support/png.js';
import { buildTiff } from '../support/tiff.js';

const PLACE = 'seen at 48.85837, 2.29448';
const FOLDER = 'saved from /Users/jdoe/Pictures';
const has = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);

const xmp = (description: string, toolkit: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="${toolkit}"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${description}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`;
const exif = (description: string, software: string): Uint8Array =>
  buildTiff([
    [
      { tag: 0x010e, type: 2, value: `${description}\0` },
      { tag: 0x0131, type: 2, value: `${software}\0` },
    ],
  ]);
const iptc = (caption: string, program: string): Buffer =>
  buildIptc([
    [2, 120, caption],
    [2, 65, program],
  ]);

/** The same two texts in each carrier: a caption, and the name of a program. */
const CARRIERS: readonly [string, typeof jpeg, (caption: string, program: string) => Buffer][] = [
  ['Exif', jpeg, (caption, program) => buildJpeg({ segments: [exifSegment(exif(caption, program))] })],
  ['XMP', jpeg, (caption, program) => buildJpeg({ segments: [xmpSegment(xmp(caption, program))] })],
  ['comment', jpeg, (caption, program) => buildJpeg({ segments: [com(caption), com(program)] })],
  ['PNG text', png, (caption, program) => buildPng({ before: [tEXt('Description', caption), tEXt('Software', program)] })],
  ['IPTC', jpeg, (caption, program) => buildJpeg({ segments: [app(13, '', iptc(caption, program))] })],
];

describe('what a text tells besides what its field is for', () => {
  describe.each(CARRIERS)('in %s', (_name, format, build) => {
    const plain = build('A castle at dawn', 'Paint 1.0');
    const telling = build(PLACE, FOLDER);

    it('stays where it tells nothing more', () => {
      for (const policy of [BALANCED, LOCATION_ONLY]) expect(scrubUnder(format, plain, policy).output.equals(plain)).toBe(true);
    });

    it('goes where it tells a place or a user', () => {
      const balanced = scrubUnder(format, telling, BALANCED).output;
      expect([has(balanced, '48.85837'), has(balanced, 'jdoe')]).toEqual([false, false]);
    });

    it('goes for a place alone where only places go', () => {
      const { output } = scrubUnder(format, telling, LOCATION_ONLY);
      expect([has(output, '48.85837'), has(output, 'jdoe')]).toEqual([false, true]);
    });

    it('keeps the laws', () => expectLaws(format, telling, [BALANCED, LOCATION_ONLY, STRICT]));
  });

  it('finds the first word of a text in a profile', () => {
    const profile = srgbProfile([{ signature: 'targ', data: iccText('SERIAL "X90210"\n') }]);
    const file = buildJpeg({ segments: iccSegments(profile) });
    expect(has(scrubUnder(jpeg, file, BALANCED).output, 'X90210')).toBe(false);
  });

  it('takes print image matching as text for what it is not', () => {
    const block = buildTiff([
      [
        { tag: 0x010e, type: 2, value: 'A castle\0' },
        { tag: 0xc4a5, type: 2, value: 'PrintIM\x000300\0\0\x01\0CANARY7Q2XKPLW\0' },
      ],
    ]);
    const file = buildJpeg({ segments: [exifSegment(block)] });
    expect(has(scrubUnder(jpeg, file, LOCATION_ONLY).output, 'CANARY')).toBe(false);
    expectLaws(jpeg, file, [LOCATION_ONLY, BALANCED]);
  });
});

describe('bytes of a setting of the camera', () => {
  const withOpcodes = (bytes: Uint8Array): Buffer =>
    buildJpeg({ segments: [exifSegment(buildTiff([[{ tag: 0xc740, type: 7, value: bytes }]]))] });

  it('go where they are text, in whatever encoding', () => {
    for (const text of ['CANARY7Q2XKPLW', 'C\0A\0N\0A\0R\0Y\x007\0Q\x002\0']) {
      const file = withOpcodes(Buffer.from(text, 'latin1'));
      expectLaws(jpeg, file, [BALANCED, STRICT]);
      expect(has(scrubUnder(jpeg, file, BALANCED).output, text)).toBe(false);
    }
  });

  it('stay where they are numbers', () => {
    const file = withOpcodes(Buffer.from([0, 0, 0, 1, 0, 0, 0, 9, 1, 3, 0, 0, 0x41, 0x42, 0x43, 0]));
    expect(scrubUnder(jpeg, file, BALANCED).output.equals(file)).toBe(true);
  });
});
