import type { Category } from '../../core/category.js';

export interface MpfTag {
  readonly name: string;
  readonly category: Category;
  readonly maxBytes?: number;
}

const NUMBER_BYTES = 8;
const index = (name: string, maxBytes?: number): MpfTag => ({
  name,
  category: 'rendering',
  ...(maxBytes === undefined ? {} : { maxBytes }),
});
const view = (name: string): MpfTag => ({ name, category: 'camera', maxBytes: NUMBER_BYTES });

/** CIPA DC-007 tables 3 and 6. */
const TAGS: Readonly<Record<number, MpfTag>> = {
  45056: index('MPFVersion', 4),
  45057: index('NumberOfImages', 4),
  45058: index('MPEntry'),
  // 33 characters for each image that single it out wherever it is found.
  45059: { name: 'ImageUIDList', category: 'device' },
  45060: index('TotalFrames', 4),
  45313: index('MPIndividualNum', 4),
  45569: view('PanOrientation'),
  45570: view('PanOverlap_H'),
  45571: view('PanOverlap_V'),
  45572: view('BaseViewpointNum'),
  45573: view('ConvergenceAngle'),
  45574: view('BaselineLength'),
  45575: view('VerticalDivergence'),
  45576: view('AxisDistance_X'),
  45577: view('AxisDistance_Y'),
  45578: view('AxisDistance_Z'),
  45579: view('YawAngle'),
  45580: view('PitchAngle'),
  45581: view('RollAngle'),
};

export function mpfTag(tag: number): MpfTag | undefined {
  return TAGS[tag];
}

/** CIPA DC-007 table 4: what kind of image an entry's attributes say. */
const IMAGE_TYPES: Readonly<Record<number, string>> = {
  65537: 'large thumbnail (VGA)',
  65538: 'large thumbnail (full HD)',
  131073: 'panorama image',
  131074: 'disparity image',
  131075: 'image of another angle',
  196608: 'primary image',
};

/** `undefined` where the kind is not given, as in gain maps. */
export function imageType(attributes: number): string | undefined {
  return IMAGE_TYPES[attributes & 0xffffff];
}
