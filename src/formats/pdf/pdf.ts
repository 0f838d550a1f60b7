import type { Format } from '../../core/format.js';
import { editPdf } from './edit-pdf.js';
import { isPdf } from './header.js';
import { type PdfInspection, readPdf } from './read-pdf.js';

/** PDF 1.0 to 2.0 (ISO 32000): what is not encrypted or signed, and whose cross-reference sections are right. */
export const pdf: Format = {
  id: 'pdf',
  mediaTypes: ['application/pdf'],
  families: ['pdf'],
  sniff: isPdf,
  read: readPdf,
  edit: (source, inspection, plan) => editPdf(source, inspection as PdfInspection, plan),
};
