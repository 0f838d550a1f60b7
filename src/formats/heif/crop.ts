import type { Box } from '../../metadata/box.js';
import { BoxFields } from './full-box.js';
import type { MetaBox } from './meta-box.js';
import { propertiesOf } from './properties.js';

/** Coded pictures are whole blocks: what encoders add to fill the last of them is less than this, in each direction. */
const BLOCK_SAMPLES = 16;

export const CROP_NOTE = 'the picture is cropped when it is shown: what lies outside of it is still in the file';

/** ISO/IEC 14496-12 12.1.4: width and height as fractions, then the offset of the centre. */
const CLAP_BYTES = 32;

/** True where a clean aperture (`clap`) cuts more off a picture than what fills up its blocks. */
export function cropsAway(meta: MetaBox, clap: Box): boolean {
  const { properties, bytes, file } = meta;
  if (properties === undefined || clap.end - clap.content < CLAP_BYTES) return false;
  const fields = new BoxFields(bytes, clap, file.byteOffset);
  const fraction = (): number => fields.uint(4) / (fields.uint(4) || 1);
  const [width, height] = [fraction(), fraction()];
  return (properties.usersOf.get(clap) ?? []).some((id) => {
    const ispe = propertiesOf(properties, id).find(({ type }) => type === 'ispe');
    if (ispe === undefined || ispe.end - ispe.content < 12) return false;
    const extent = new BoxFields(bytes, ispe, file.byteOffset);
    extent.uint(4);
    return extent.uint(4) - width >= BLOCK_SAMPLES || extent.uint(4) - height >= BLOCK_SAMPLES;
  });
}
