import { buildJpeg, exifSegment } from '../support/jpeg.js';
import { buildPdf, object, type PdfObjectSpec, revised, stream, xmpStream } from '../support/pdf.js';
import type { Builder } from './planter.js';

export const pdf: Builder = (planter, choice) => {
  const objects: PdfObjectSpec[] = [];
  if (choice.text)
    objects.push(
      object(
        10,
        `<</Title (${planter.plant('text')}) /Author (${planter.plant('copyright')}) /Producer (${planter.plant('software')}) /CreationDate (D:20240102030405Z) /Mine (${planter.plant('hidden')})>>`,
      ),
    );
  if (choice.xmp) objects.push(xmpStream(11, planter.xmp()));
  if (choice.iptc)
    objects.push(
      object(12, `<</Type /Annot /Subtype /Text /Rect [1 1 2 2] /NM (${planter.plant('device')}) /Contents (${planter.plant('text')})>>`),
      stream(13, '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8', planter.plant('preview')),
    );
  const bytes = buildPdf({
    objects,
    trailer: `${choice.text ? '/Info 10 0 R' : ''} ${choice.iptc ? `/ID [(${planter.plant('device')}) (b)]` : ''}`,
    catalog: `${choice.xmp ? '/Metadata 11 0 R' : ''} ${choice.unknown ? `/Mine (${planter.plant('hidden')})` : ''}`,
    page: choice.iptc ? '/Annots [12 0 R] /Thumb 13 0 R' : '',
    packed: choice.orientation > 4,
    ...(choice.exif ? { jpeg: buildJpeg({ segments: [exifSegment(planter.exif(choice.orientation))] }) } : {}),
    ...(choice.unknown ? { gap: `99 0 obj\n(${planter.plant('hidden')})\nendobj\n` } : {}),
    ...(choice.tail ? { tail: Buffer.from(planter.plant('hidden')) } : {}),
  });
  return choice.tail && choice.orientation < 3 ? revisedWith(bytes, planter.plant('hidden')) : bytes;
};

/** A revision with an object that the one after it replaces. */
function revisedWith(bytes: Buffer, text: string): Buffer {
  const clean = bytes.subarray(0, bytes.lastIndexOf('%%EOF') + 6);
  const trailer = /trailer\n<<([\s\S]*?)>>\nstartxref/.exec(clean.toString('latin1'))?.[1]?.replace(/\/Size \d+|\/Root 1 0 R/g, '') ?? '';
  const first = revised(clean, [object(20, `(${text})`)], trailer);
  return Buffer.concat([revised(first, [object(20, '(clean)')], trailer), bytes.subarray(clean.length)]);
}
