import { buildIcc, iccMluc, srgbProfile, srgbTags } from '../../support/icc.js';
import { buildIptc } from '../../support/iptc.js';
import { buildC2pa, jsonAssertion } from '../../support/jumbf.js';
import { buildApng, buildPng, iCCP, iTXt, type PngOptions, pngChunk, pngXmp, rawProfile, tEXt, zTXt } from '../../support/png.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';
import { xmpOf } from '../xmp-of.js';

const png = (row: string, place: string, build: (hide: Hide) => PngOptions): MatrixRow => ({
  row,
  place,
  extension: 'png',
  build: (hide) => buildPng(build(hide)),
});

const chunk = (row: string, place: string, type: string, data: (hide: Hide) => Uint8Array): MatrixRow =>
  png(row, place, (hide) => ({ before: [pngChunk(type, data(hide))] }));

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

export const PNG_ROWS: readonly MatrixRow[] = [
  png('49', 'tEXt: Author, Comment, Software', (hide) => ({
    before: [tEXt('Author', hide.text()), tEXt('Comment', hide.text()), tEXt('Software', hide.text())],
  })),
  png('50', 'zTXt and compressed iTXt', (hide) => ({
    before: [zTXt('Comment', hide.text()), iTXt('Description', hide.text(), { compressed: true })],
  })),
  png('51', 'a text chunk behind IDAT', (hide) => ({ after: [tEXt('Comment', hide.text())] })),
  png('52', 'iTXt XML:com.adobe.xmp', (hide) => ({ before: [pngXmp(xmpOf(`<dc:creator>${hide.text()}</dc:creator>`))] })),
  png('53', 'AI prompts: parameters, prompt, workflow', (hide) => ({
    before: [tEXt('parameters', `${hide.text()}\nSteps: 20, Seed: 1`), tEXt('prompt', `{"3":{"inputs":{"text":"${hide.text()}"}}}`)],
  })),
  png('54', 'eXIf', (hide) => ({ before: [pngChunk('eXIf', buildExif({ orientation: 6, artist: hide.text() }))] })),
  png('55', 'Raw profile type exif and iptc', (hide) => ({
    before: [
      rawProfile('exif', Buffer.concat([latin1('Exif\0\0'), buildExif({ artist: hide.text() })])),
      rawProfile('iptc', buildIptc([[2, 80, hide.text()]])),
    ],
  })),
  png('57', 'iCCP: name and description of the profile', (hide) => ({
    before: [iCCP(hide.deviceName(), buildIcc({ tags: srgbTags([{ signature: 'dmnd', data: iccMluc(hide.deviceName()) }]) }))],
  })),
  png('57a', 'iCCP: bytes behind the compressed profile', (hide) => ({ before: [iCCP('icc', srgbProfile(), hide.bytes())] })),
  chunk('58', 'caBX: C2PA', 'caBX', (hide) => buildC2pa([jsonAssertion('stds.schema-org.CreativeWork', { author: hide.text() })])),
  chunk('59', 'a private chunk', 'prVt', (hide) => hide.bytes()),
  chunk('60', 'dSIG', 'dSIG', (hide) => hide.bytes()),
  chunk('61', 'gIFx', 'gIFx', (hide) => Buffer.concat([latin1('PRIVATE1.23'), hide.bytes()])),
  chunk('62', 'sPLT name', 'sPLT', (hide) => Buffer.concat([latin1(`${hide.text()}\0`), Buffer.from([8, 1, 2, 3, 255, 0, 1])])),
  chunk('62a', 'pCAL name', 'pCAL', (hide) =>
    Buffer.concat([latin1(`${hide.text()}\0`), Buffer.alloc(8), Buffer.from([0, 2]), latin1('m\x000\x001')]),
  ),
  chunk('63', 'mkBT: Fireworks layers', 'mkBT', (hide) => hide.bytes()),
  png('65', 'bytes behind IEND', (hide) => ({ trailer: hide.bytes() })),
  png('65a', 'a cropped picture’s old end behind IEND', (hide) => ({
    trailer: buildPng({ width: 9, before: [tEXt('Comment', hide.text())] }).subarray(40),
  })),
  png('66', 'bytes behind the end of the pixel stream in IDAT', (hide) => ({ split: (stream) => [Buffer.concat([stream, hide.bytes()])] })),
  png('66a', 'lines behind the last line of the picture', (hide) => ({ extraLines: hide.bytes() })),
  {
    row: '67',
    place: 'APNG: text between the frames',
    extension: 'png',
    build: (hide) => buildApng({}, [tEXt('Comment', hide.text())]),
  },
];
