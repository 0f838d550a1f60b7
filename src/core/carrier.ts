/** The kind of structure that carries a part. `unknown` is a byte range no reader claims. */
export type Carrier =
  | 'structure'
  | 'pixels'
  | 'Exif'
  | 'MakerNote'
  | 'XMP'
  | 'IPTC-IIM'
  | 'Photoshop'
  | 'ICC'
  | 'MPF'
  | 'JUMBF'
  | 'thumbnail'
  | 'image'
  | 'comment'
  | 'text'
  | 'application'
  | 'trailer'
  | 'unknown';
