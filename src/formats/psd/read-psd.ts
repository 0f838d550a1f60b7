import { LimitError } from '../../core/error.js';
import type { Inspection, ReadContext } from '../../core/format.js';
import type { Part, Region } from '../../core/part.js';
import type { Source } from '../../core/source.js';
import { readIcc } from '../../metadata/icc/read-icc.js';
import { readPhotoshop } from '../../metadata/photoshop/read-photoshop.js';
import { RESOURCE } from '../../metadata/photoshop/resources.js';
import { walkResources } from '../../metadata/photoshop/walk.js';
import { locateFrom, opaquePart } from '../../metadata/reading.js';
import { readXmp } from '../../metadata/xmp/read-xmp.js';
import { isBlank } from '../boxes/blank.js';
import { readExifBlock } from '../exif-block.js';
import { structurePart } from '../structure-part.js';
import { trailerPart } from '../trailer.js';
import { PsdBytes } from './bytes.js';
import { HEADER_BYTES, type Header, MODE, readHeader } from './header.js';
import { layerTargets, type Target } from './layer-parts.js';
import { type Merged, readMerged } from './merged.js';
import { neededResources } from './needed-resources.js';
import type { Slack } from './pack-bits.js';
import { type LayerSection, readSection } from './section.js';

export interface PsdInspection extends Inspection {
  readonly section: LayerSection;
  readonly targets: readonly Target[];
  /** What packed rows of the merged picture hold besides what they show. */
  readonly slack: readonly Slack[];
}

const LENGTH_BYTES = 4;
const RESERVED: Region = Object.freeze({ byteOffset: 6, byteLength: 6 });

/** Red, green and blue of 256 colours. */
const PALETTE_BYTES = 768;

/** Documents of Photoshop, PSD and PSB (Adobe Photoshop File Formats). Throws a reader's error. */
export function readPsd(source: Source, context: ReadContext): PsdInspection {
  const header = readHeader(source);
  const bytes = new PsdBytes(source, context.limits, header.isLarge);
  const sectionEnd = (at: number, what: string): number => {
    const start = bytes.endOf(at, LENGTH_BYTES, source.byteLength, what);
    return bytes.endOf(start, bytes.u32(at), source.byteLength, what);
  };
  const coloursEnd = sectionEnd(HEADER_BYTES, 'the colour data');
  const resourcesEnd = sectionEnd(coloursEnd, 'the list of image resources');
  const section = readSection(bytes, header.depth, resourcesEnd, source.byteLength);
  const sectionStop = section.region.byteOffset + section.region.byteLength;
  const merged = readMerged(bytes, header, sectionStop);
  const targets = layerTargets(bytes, header, section);
  const resources = resourcesPart(source, context, header, { byteOffset: coloursEnd, byteLength: resourcesEnd - coloursEnd });
  const picture = { byteOffset: sectionStop, byteLength: merged.endOffset - sectionStop };
  const trailer = trailerPart(source, merged.endOffset, context);
  const layersRegion = { byteOffset: resourcesEnd, byteLength: sectionStop - resourcesEnd };
  const children = targets.map(({ part }) => part);
  const isSlack = merged.slack.length > 0 || targets.some(({ how }) => how === 'fill-rows');
  return {
    format: 'psd',
    mediaType: 'image/vnd.adobe.photoshop',
    parts: [
      headerPart(source),
      coloursPart(header, { byteOffset: HEADER_BYTES, byteLength: coloursEnd - HEADER_BYTES }),
      resources.part,
      { ...structurePart('layers', layersRegion), ...(children.length === 0 ? {} : { children }) },
      picturePart(picture, merged),
      ...(trailer === undefined ? [] : [trailer]),
    ],
    picture: {
      width: header.width,
      height: header.height,
      orientation: 1,
      frameCount: 1,
      pixels: [...section.infos.flatMap(({ layers }) => layers.flatMap(({ channels }) => channels)), picture],
      ...(isSlack ? { needsReencoding: true } : {}),
      ...(resources.iccProfile === undefined ? {} : { iccProfile: resources.iccProfile }),
    },
    section,
    targets,
    slack: merged.slack,
  };
}

function headerPart(source: Source): Part {
  const part = structurePart('header', { byteOffset: 0, byteLength: HEADER_BYTES });
  if (isBlank(source, RESERVED.byteOffset, RESERVED.byteOffset + RESERVED.byteLength)) return part;
  return { ...part, children: [opaquePart('header/reserved', 'unknown', RESERVED, 'reserved bytes that are not zero')] };
}

/** The palette of indexed colours, or what duotones and pictures of 32 bits are shown with; other modes have nothing here. */
function coloursPart({ mode, depth }: Header, region: Region): Part {
  const part = structurePart('colours', region);
  const isNeeded = mode === MODE.duotone || depth === 32;
  const needed = isNeeded ? region.byteLength - LENGTH_BYTES : mode === MODE.indexed ? PALETTE_BYTES : 0;
  const excess = region.byteLength - LENGTH_BYTES - needed;
  if (excess <= 0) return part;
  const place = { byteOffset: region.byteOffset + LENGTH_BYTES + needed, byteLength: excess };
  return { ...part, children: [opaquePart('colours/excess', 'unknown', place, 'bytes in the place of colours')] };
}

function picturePart(region: Region, { isEndKnown, slack }: Merged): Part {
  const part: Part = { path: 'picture', carrier: 'pixels', category: 'rendering', region, required: true };
  if (slack.length > 0)
    return { ...part, children: [opaquePart('picture/rows', 'unknown', region, 'bytes within packed rows that no decoder shows')] };
  return isEndKnown ? part : { ...part, note: 'where its compressed data ends was not looked for' };
}

function resourcesPart(source: Source, context: ReadContext, header: Header, region: Region): { part: Part; iccProfile?: Uint8Array } {
  const { byteOffset, byteLength } = region;
  if (byteLength > context.limits.payloadBytes)
    throw new LimitError('payloadBytes', byteOffset, `a list of image resources of ${byteLength} bytes`);
  const bytes = source.read(byteOffset + LENGTH_BYTES, byteLength - LENGTH_BYTES);
  const place = { path: 'resources', locate: locateFrom(byteOffset + LENGTH_BYTES), context };
  const { parts, payload } = readPhotoshop(bytes, place, { exif: readExifBlock, xmp: readXmp, needed: neededResources(header) });
  const rewrite: Exclude<Part['payload'], undefined>['rewrite'] = (plan) => {
    const written = payload.rewrite(plan) ?? new Uint8Array(0);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(written.byteLength);
    return Buffer.concat([length, written]);
  };
  const part: Part = {
    path: 'resources',
    carrier: 'Photoshop',
    category: 'rendering',
    region,
    required: true,
    children: parts,
    payload: { rewrite },
  };
  const iccProfile = profileIn(bytes, context);
  return iccProfile === undefined ? { part } : { part, iccProfile };
}

function profileIn(bytes: Uint8Array, context: ReadContext): Uint8Array | undefined {
  for (const item of walkResources(bytes, context.limits.entryCount)) {
    if (item.kind !== 'resource' || item.type !== '8BIM' || item.id !== RESOURCE.icc) continue;
    const data = bytes.subarray(item.data.start, item.data.end);
    if (readIcc(data, { path: 'ICC', locate: locateFrom(0), context }).valid) return data;
  }
  return undefined;
}
