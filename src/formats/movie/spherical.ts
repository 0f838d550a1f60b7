import type { Part } from '../../core/part.js';
import { seal } from '../../core/sealed.js';
import { toldInText } from '../../metadata/told-in-text.js';
import { boxRegion, type FileBox } from '../boxes/walk.js';
import { structurePart } from '../structure-part.js';
import { type BoxPlace, contentOf, group, opaqueBox, type Piece } from './piece.js';

/** The extended type of spherical video, version 1: RDF in a track that says how the picture is bent. */
export const SPHERICAL_UUID = 'ffcc8263f8554a938814587a02521fdd';

/** No honest description of a projection is longer. */
const DESCRIPTION_BYTES = 8192;

/** What a player projects the picture by: words and numbers. */
const SHOWN =
  /^(?:Spherical|Stitched|ProjectionType|StereoMode|InitialView(?:Heading|Pitch|Roll)Degrees|FullPano(?:Width|Height)Pixels|CroppedArea(?:ImageWidth|ImageHeight|Left|Top)Pixels?)$/;

/** What was done, when, with what. */
const TOLD: Readonly<Record<string, 'software' | 'time' | 'camera'>> = {
  StitchingSoftware: 'software',
  Timestamp: 'time',
  SourceCount: 'camera',
};

const PROPERTY = /<GSpherical:([A-Za-z]{1,40})>([^<>]{0,256})<\/GSpherical:\1>/g;

const FRAME =
  /^(?:<\?xml version="1\.0"(?: encoding="[A-Za-z0-9-]{1,16}")?\?>)?\s*<rdf:SphericalVideo\s+xmlns:rdf="http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#"\s+xmlns:GSpherical="http:\/\/ns\.google\.com\/videos\/1\.0\/spherical\/"\s*>\s*<\/rdf:SphericalVideo>\s*\0?$/;

const SPACE = 0x20;

/** The box stays where it is that and no more; what tells of its making is decided. */
export function sphericalBox(place: BoxPlace, box: FileBox): Piece {
  const content = contentOf(place, box);
  const text = content === undefined || content.byteLength > DESCRIPTION_BYTES ? '' : content.toString('latin1');
  const found = [...text.matchAll(PROPERTY)];
  const isPlain =
    FRAME.test(text.replace(PROPERTY, '')) &&
    found.every(([, name = '', value = '']) => TOLD[name] !== undefined || (SHOWN.test(name) && /^\s*[\w.+-]{1,32}\s*$/.test(value)));
  if (!isPlain) return opaqueBox(box, 'a description of spherical video with more in it');
  const pieces = found.flatMap((match) => {
    const [whole, name = '', value = ''] = match;
    const category = TOLD[name];
    if (category === undefined || value.trim() === '') return [];
    const region = { byteOffset: box.dataOffset + match.index + whole.indexOf('>') + 1, byteLength: value.length };
    const told = toldInText(value, category);
    const part: Part = {
      path: `${box.path}/${name}@${match.index}`,
      carrier: 'XMP',
      category,
      ...(told.length === 0 ? {} : { alsoReveals: told }),
      region,
      required: false,
      value: seal(value),
    };
    const edits: Piece['edits'] = (plan) =>
      plan.actionOf(part).kind === 'keep' ? [] : [{ ...region, bytes: Buffer.alloc(value.length, SPACE) }];
    return [{ part, edits }];
  });
  return group(structurePart(box.path, boxRegion(box)), pieces);
}
