import type { Edit } from '../../core/part.js';
import { opaquePart } from '../../metadata/reading.js';
import { latin1 } from '../../metadata/text.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { type BoxPlace, contentOf, group, type Piece, slack } from '../movie/piece.js';
import { structurePart } from '../structure-part.js';

const BRAND_BYTES = 4;

/** Major brand and minor version. */
const HEAD_BYTES = 8;

/** No honest list of brands is longer. */
const MOST_BRANDS = 64;

/** Brands of the standards, of registered makers, and what writers put where they have none. */
const BRANDS =
  /^(?:iso[m2-9a-c]|mp4[12]|mp71|avc[1-4]|hvc1|hev1|hvce|vvc1|av01|vp09|qt {2}|M4[VABP ].|M4[VABP]P?|mmp4|3g[2ps][0-9a-z]|3ge[0-9]|3gr[0-9]|3gg[0-9]|3gh[0-9]|3gm[0-9]|3gt[0-9]|dash|msdh|msix|sims|lmsg|risx|hlsf|cdes|cm[f2][cfslh2]|cmf[cfslh2]|ccff|piff|dby1|db1p|dbmv|f4[vapb] |XAVC|MSNV|mqt |mp21|mp2t|NDS[CHMPS]|ND[AS][A-Z]|niko|pana|CAEP|GPRO|ssc[12]|SDV |JP2 |jpsi|isml|heoi|MA1[AB]|MFSM|MPPI|odcf|opf2|da0[ab]|da1[ab]|da2[ab]|da3[ab]|dmb1|dmpf|drc1|dv1[ab]|dv2[ab]|dv3[ab]|KDDI|kddi|ROSS|sdv |isc2|aid3|caqv|ifrm|emsg|bbxm|MiHB|MiHE|MiPr|MiAn|mif[123]|miaf|hei[cmsx]|hev[cmsx]|msf1|avi[fos]|avc[is]|vvi[cs]|evb[is]|j2ki|j2is|jpeg|jpgs|1pic|tmap|unif|pred|geo1|\0{4})$/;

/** `ftyp` and `styp`: brands that nobody knows may be anything, in pieces of four characters. */
export function fileType(place: BoxPlace, box: FileBox): Piece {
  const content = contentOf(place, box);
  if (content === undefined || content.byteLength > HEAD_BYTES + MOST_BRANDS * BRAND_BYTES) {
    return longType(place, box);
  }
  const major = content.subarray(0, BRAND_BYTES);
  const known = Buffer.from(content);
  for (let at = HEAD_BYTES; at < content.byteLength; at += BRAND_BYTES) {
    const brand = latin1(content.subarray(at, at + BRAND_BYTES));
    // Naming the major brand again says nothing new.
    if (!BRANDS.test(brand)) known.set(major.subarray(0, brand.length), at);
  }
  const part = structurePart(box.path, boxRegion(box));
  if (known.equals(content)) return group(part, []);
  const region = { byteOffset: box.dataOffset + HEAD_BYTES, byteLength: content.byteLength - HEAD_BYTES };
  const brands = opaquePart(`${box.path}/brands`, 'structure', region, 'brands that are not known');
  const edits = (plan: Parameters<Piece['edits']>[0]): Edit[] =>
    plan.actionOf(brands).kind === 'keep' ? [] : [{ ...region, bytes: known.subarray(HEAD_BYTES) }];
  return group(part, [{ part: brands, edits }]);
}

/** The type stays, the list that is too long for one goes: zeros are no brand. */
function longType({ source }: BoxPlace, box: FileBox): Piece {
  const region = { byteOffset: box.dataOffset + HEAD_BYTES, byteLength: box.endOffset - box.dataOffset - HEAD_BYTES };
  return group(structurePart(box.path, boxRegion(box)), slack(source, `${box.path}/brands`, region, 'a list of brands that is too long'));
}
