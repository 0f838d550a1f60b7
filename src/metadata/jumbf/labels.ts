import type { Category } from '../../core/category.js';

interface LabelInfo {
  /** Matches the label or, with a `.` or `__` after it, the start of it: `c2pa.thumbnail.ingredient__2.jpeg`. */
  readonly prefix: string;
  readonly reveals: readonly Category[];
}

// C2PA 2.1 chapters 18 and 19, CAWG 1.1, and the labels of earlier versions. What every manifest tells is not repeated.
const LABELS: readonly LabelInfo[] = [
  { prefix: 'c2pa.thumbnail', reveals: ['preview'] },
  { prefix: 'c2pa.icon', reveals: ['preview'] },
  { prefix: 'c2pa.depthmap', reveals: ['preview'] },
  { prefix: 'c2pa.ingredient', reveals: ['preview', 'text'] },
  { prefix: 'c2pa.actions', reveals: ['text'] },
  { prefix: 'c2pa.claim', reveals: [] },
  { prefix: 'c2pa.signature', reveals: ['copyright'] },
  { prefix: 'c2pa.hash', reveals: [] },
  { prefix: 'c2pa.assertions', reveals: [] },
  { prefix: 'c2pa.credentials', reveals: ['copyright'] },
  { prefix: 'c2pa.databoxes', reveals: [] },
  { prefix: 'c2pa.soft-binding', reveals: [] },
  { prefix: 'c2pa.cloud-data', reveals: [] },
  { prefix: 'c2pa.training-mining', reveals: [] },
  { prefix: 'c2pa.certificate-status', reveals: [] },
  { prefix: 'c2pa.time-stamp', reveals: [] },
  { prefix: 'c2pa.asset-type', reveals: [] },
  { prefix: 'c2pa.asset-ref', reveals: ['text'] },
  { prefix: 'c2pa.font', reveals: ['text'] },
  { prefix: 'c2pa.metadata', reveals: ['location', 'camera', 'copyright', 'text'] },
  { prefix: 'stds.exif', reveals: ['location', 'camera', 'copyright', 'text'] },
  { prefix: 'stds.iptc', reveals: ['location', 'copyright', 'text'] },
  { prefix: 'stds.xmp', reveals: ['location', 'camera', 'copyright', 'text'] },
  { prefix: 'stds.schema-org', reveals: ['copyright', 'text'] },
  { prefix: 'cawg.identity', reveals: ['copyright'] },
  { prefix: 'cawg.metadata', reveals: ['location', 'camera', 'copyright', 'text'] },
  { prefix: 'cawg.training-mining', reveals: [] },
  { prefix: 'c2pa', reveals: [] },
];

/** What a labelled box may tell, and the standard's name for it; `undefined` for a label of somebody's own. */
export function labelInfo(label: string): LabelInfo | undefined {
  return LABELS.find(
    ({ prefix }) => label === prefix || (prefix !== 'c2pa' && (label.startsWith(`${prefix}.`) || label.startsWith(`${prefix}__`))),
  );
}
