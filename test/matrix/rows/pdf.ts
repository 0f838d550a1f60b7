import { deflateSync } from 'node:zlib';
import { buildJpeg, exifSegment } from '../../support/jpeg.js';
import { buildPdf, flate, object, type PdfOptions, revised, stream, xmpStream } from '../../support/pdf.js';
import { buildExif } from '../../support/tiff.js';
import type { Hide, MatrixRow } from '../row.js';

const JPEG = buildJpeg();
const pdf = (row: string, place: string, build: (hide: Hide) => PdfOptions): MatrixRow => ({
  row,
  place,
  extension: 'pdf',
  build: (hide) => buildPdf({ jpeg: JPEG, ...build(hide) }),
});

const tagged = (hide: Hide): Buffer => buildJpeg({ segments: [exifSegment(buildExif({ artist: hide.text(), serial: hide.text() }))] });
const PICTURE = '/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB /BitsPerComponent 8';

export const PDF_ROWS: readonly MatrixRow[] = [
  pdf('112', 'the information dictionary: author, title, program, dates, keys of one’s own', (hide) => ({
    objects: [
      object(
        10,
        `<</Author (${hide.text()}) /Title (${hide.text()}) /Producer (${hide.text()}) /CreationDate (D:2024 ${hide.text()}) /Mine (${hide.text()})>>`,
      ),
    ],
    trailer: '/Info 10 0 R',
  })),
  pdf('112a', 'XMP of the document, a page and a picture', (hide) => {
    const packet = (): string =>
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${hide.text()}"/></rdf:RDF></x:xmpmeta>`;
    return {
      objects: [xmpStream(10, packet()), flate(11, '/Type /Metadata /Subtype /XML', packet()), xmpStream(12, packet())],
      catalog: '/Metadata 10 0 R',
      page: '/Metadata 11 0 R',
      image: '/Metadata 12 0 R',
    };
  }),
  pdf('112b', 'ids of the file', (hide) => ({ trailer: `/ID [(${hide.text()}) (${hide.text()})]` })),
  {
    row: '112c',
    place: 'an earlier revision: information, and a page as it was',
    extension: 'pdf',
    build: (hide) => {
      const first = buildPdf({
        jpeg: JPEG,
        content: `BT (${hide.text()}) Tj ET`,
        objects: [object(10, `<</Title (${hide.text()})>>`)],
        trailer: '/Info 10 0 R',
      });
      const page = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 20 0 R>>';
      return revised(first, [object(3, page), stream(20, '', '0 1 0 rg 1 1 9 9 re f')]);
    },
  },
  pdf('112d', 'Exif of a picture on the page', (hide) => ({ jpeg: tagged(hide) })),
  pdf('112e', 'Exif of a picture that is compressed once more', (hide) => ({
    objects: [stream(10, `${PICTURE} /Filter [/FlateDecode /DCTDecode]`, deflateSync(tagged(hide)))],
    image: '/SMask 10 0 R',
  })),
  pdf('112f', 'attached files, of the document and of a page', (hide) => ({
    objects: [flate(10, '/Type /EmbeddedFile', hide.text())],
    catalog: `/Names <</EmbeddedFiles <</Names [(a) <</Type /Filespec /F (${hide.text()}) /EF <</F 10 0 R>>>>]>>>>`,
    page: '/Annots [<</Type /Annot /Subtype /FileAttachment /Rect [0 0 1 1] /FS <</F (a) /EF <</F 10 0 R>>>>>>]',
  })),
  pdf('112g', 'scripts, and programs that are started', (hide) => ({
    catalog: `/OpenAction <</S /JavaScript /JS (${hide.text()})>> /Names <</JavaScript <</Names [(a) <</S /JavaScript /JS (${hide.text()})>>]>>>>`,
    page: `/AA <</O <</S /Launch /F (/home/${hide.text()}/a)>>>>`,
  })),
  pdf('112h', 'who wrote a note, when and what', (hide) => ({
    page: `/Annots [<</Type /Annot /Subtype /Text /F 2 /Rect [0 0 1 1] /T (${hide.text()}) /NM (${hide.text()}) /Contents (${hide.text()}) /M (D:2024 ${hide.text()})>>]`,
  })),
  pdf('112i', 'private data of programs; entries of no standard', (hide) => ({
    page: `/PieceInfo <</Mine <</Private (${hide.text()})>>>> /Mine (${hide.text()})`,
    catalog: `/Mine (${hide.text()})`,
  })),
  pdf('112j', 'a thumbnail of the page', (hide) => ({
    objects: [stream(10, '/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8', hide.text())],
    page: '/Thumb 10 0 R',
  })),
  pdf('112k', 'names of layers', (hide) => ({
    objects: [object(10, `<</Type /OCG /Name (${hide.text()}) /Usage <</CreatorInfo <</Creator (${hide.text()})>>>>>>`)],
    catalog: '/OCProperties <</OCGs [10 0 R] /D <</Order [10 0 R]>>>>',
  })),
  pdf('112l', 'where a map on the page lies', (hide) => ({
    page: `/VP [<</Type /Viewport /Name (${hide.text()}) /BBox [0 0 9 9] /Measure <</Subtype /GEO /GPTS [48.8 2.2 48.9 2.3]>>>>]`,
  })),
  pdf('112m', 'objects that nothing refers to; comments; bytes before and behind', (hide) => ({
    prefix: Buffer.from(`${hide.text()}\n`),
    head: `% ${hide.text()}\n`,
    gap: `77 0 obj\n(${hide.text()})\nendobj\n`,
    page: `% ${hide.text()}\n`,
    tail: hide.bytes(),
  })),
  pdf('112n', 'the same in object streams', (hide) => ({
    packed: true,
    objects: [object(10, `<</Author (${hide.text()})>>`), object(11, `(${hide.text()})`)],
    packedMore: `(${hide.text()})`,
    trailer: '/Info 10 0 R',
  })),
  pdf('112o', 'alternative texts and bookmarks', (hide) => ({
    objects: [object(10, `<</First 11 0 R /Last 11 0 R /Count 1>>`), object(11, `<</Title (${hide.text()}) /Parent 10 0 R>>`)],
    catalog: `/Outlines 10 0 R /StructTreeRoot <</K <</Type /StructElem /S /Figure /Alt (${hide.text()})>>>>`,
  })),
  pdf('112p', 'a digital signature', (hide) => ({
    objects: [object(10, `<</FT /Sig /T (s) /V <</Type /Sig /Filter /a /Name (${hide.text()}) /Contents <00> /ByteRange [0 1 2 3]>>>>`)],
    catalog: '/AcroForm <</Fields [10 0 R] /SigFlags 3>>',
  })),
  pdf('112q', 'an encrypted document', (hide) => ({ trailer: `/Encrypt <</Filter /Standard>> /ID [(${hide.text()}) (b)]` })),
];
