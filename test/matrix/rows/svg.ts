import { gzipSync } from 'node:zlib';
import { buildJpeg, exifSegment } from '../../support/jpeg.js';
import { buildSvg, embeddedImage, rdfMetadata, type SvgOptions } from '../../support/svg.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';

const svg = (row: string, place: string, build: (hide: Hide) => SvgOptions): MatrixRow => ({
  row,
  place,
  extension: 'svg',
  build: (hide) => buildSvg(build(hide)),
});

export const SVG_ROWS: readonly MatrixRow[] = [
  svg('106', 'comments, in front, within and behind', (hide) => ({
    prolog: `<!-- ${hide.text()} -->`,
    inside: `<!-- ${hide.text()} -->`,
    after: `<!-- ${hide.text()} -->`,
  })),
  svg('106a', 'metadata: RDF, title, description', (hide) => ({
    inside: `<title>${hide.text()}</title><desc>${hide.text()}</desc>${rdfMetadata(`<dc:creator><cc:Agent><dc:title>${hide.text()}</dc:title></cc:Agent></dc:creator>`)}`,
  })),
  svg('107', 'editors: docname, export-filename, paths', (hide) => ({
    root: `sodipodi:docname="${hide.text()}.svg" inkscape:export-filename="/home/${hide.text()}/a.png"`,
    inside: `<sodipodi:namedview inkscape:document-rotation="0" id="${hide.text()}"/>`,
  })),
  svg('108', 'data attributes, layer labels, attributes of no standard', (hide) => ({
    inside: `<g inkscape:label="${hide.text()}" data-name="${hide.text()}" content="${hide.text()}"/>`,
  })),
  svg('109', 'an embedded picture with Exif', (hide) => ({
    inside: embeddedImage(buildJpeg({ segments: [exifSegment(buildExif({ artist: hide.text(), serial: hide.text() }))] }), 'image/jpeg'),
  })),
  svg('109a', 'a parameter of an embedded picture’s address', (hide) => ({
    inside: embeddedImage(buildJpeg(), `image/jpeg;name=${hide.text()}`),
  })),
  svg('110', 'scripts, events, hidden layers, text that nothing draws', (hide) => ({
    root: `onload="/*${hide.text()}*/"`,
    inside: `<script>/* ${hide.text()} */</script><g display="none"><text>${hide.text()}</text></g><g>${hide.text()}</g>`,
  })),
  svg('110a', 'addresses that are called when the picture is shown', (hide) => ({
    inside: `<image width="1" height="1" xlink:href="https://example.org/${hide.text()}.png"/><style>@import url(https://example.org/${hide.text()});</style>`,
  })),
  svg('110b', 'elements and attributes of an unknown namespace', (hide) => ({
    inside: `<x:y xmlns:x="urn:${hide.text()}" x:z="${hide.text()}">${hide.text()}</x:y>`,
  })),
  svg('110c', 'declarations and comments of the document type', (hide) => ({
    prolog: `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY a "${hide.text()}"><!-- ${hide.text()} -->]>`,
  })),
  {
    row: '110d',
    place: 'SVGZ: metadata in the compressed document',
    extension: 'svgz',
    build: (hide) => gzipSync(buildSvg({ inside: `<metadata>${hide.text()}</metadata>` })),
  },
  {
    row: '110e',
    place: 'SVGZ: bytes behind the compressed document',
    extension: 'svgz',
    build: (hide) => Buffer.concat([gzipSync(buildSvg()), hide.bytes()]),
  },
];
