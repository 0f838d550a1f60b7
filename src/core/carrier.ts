/** The kind of structure that carries a part. `unknown` is a byte range no reader claims. */
export const CARRIERS = [
  'structure',
  'pixels',
  'Exif',
  'MakerNote',
  'XMP',
  'IPTC-IIM',
  'Photoshop',
  'ICC',
  'MPF',
  'JUMBF',
  'thumbnail',
  'image',
  'comment',
  'text',
  'application',
  'trailer',
  'unknown',
] as const;

export type Carrier = (typeof CARRIERS)[number];
