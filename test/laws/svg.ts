import { gzipSync } from 'node:zlib';
import { buildPng, tEXt } from '../support/png.js';
import { buildSvg, embeddedImage } from '../support/svg.js';
import type { Builder } from './planter.js';

export const svg: Builder = (planter, choice) => {
  const bytes = buildSvg({
    prolog: choice.text ? `<!-- a comment ${planter.plant('text')} -->\n` : '',
    root: choice.exif ? `inkscape:version="1.2 ${planter.plant('software')}"` : '',
    inside: [
      choice.text ? `<title>${planter.plant('text')}</title>` : '',
      choice.xmp ? `<metadata>${planter.xmp().toString()}</metadata>` : '',
      choice.iptc ? embeddedImage(buildPng({ before: [tEXt('Author', planter.plant('copyright'))] }), 'image/png') : '',
      choice.unknown ? `<x:y xmlns:x="urn:nobody">${planter.plant('hidden')}</x:y><g>${planter.plant('hidden')}</g>` : '',
    ].join(''),
    after: choice.tail ? `<?note ${planter.plant('hidden')}?>` : '',
  });
  return choice.orientation > 4 ? gzipSync(bytes) : bytes;
};
