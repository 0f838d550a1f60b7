import type { Category } from '../../core/category.js';

/** What is known of one image resource: its name in Adobe's Photoshop File Formats Specification, and what it can reveal. */
export interface ResourceInfo {
  readonly name: string;
  readonly category: Category;
  readonly alsoReveals?: readonly Category[];
  /** True for data that is what its number says. Set where a policy always keeps it, so that nothing else hides under it. */
  readonly isSound?: (data: Uint8Array) => boolean;
  /** The value is text that can be shown. */
  readonly text?: true;
  /** Names that a person gave stand in it, in UTF-16 among other data. */
  readonly hasNames?: true;
}

export const RESOURCE = Object.freeze({
  thumbnailBgr: 0x0409,
  thumbnail: 0x040c,
  iptc: 0x0404,
  icc: 0x040f,
  exif: 0x0422,
  exifExtra: 0x0423,
  xmp: 0x0424,
  iptcDigest: 0x0425,
});

type Row = readonly [id: number, name: string, category: Category, more?: Omit<ResourceInfo, 'name' | 'category'>];

const TEXT = { text: true } as const;
const ofSize = (bytes: number) => ({ isSound: (data: Uint8Array) => data.length === bytes }) as const;
// A printer's name, a queue, a paper folder: what a print dialogue wrote on one computer for one user.
const PRINTER = { alsoReveals: ['device', 'person', 'time'] } as const;

const ROWS: readonly Row[] = [
  [0x03e8, 'Photoshop2Info', 'software'],
  [0x03e9, 'MacPrintInfo', 'software', PRINTER],
  [0x03ea, 'XMLData', 'software', PRINTER],
  [0x03eb, 'Photoshop2ColorTable', 'software'],
  [0x03ed, 'ResolutionInfo', 'rendering', { isSound: isResolution }],
  [0x03ee, 'AlphaChannelNames', 'text', TEXT],
  [0x03ef, 'DisplayInfo', 'software'],
  [0x03f0, 'Caption', 'text', TEXT],
  [0x03f1, 'BorderInformation', 'software'],
  [0x03f2, 'BackgroundColor', 'software'],
  [0x03f3, 'PrintFlags', 'software'],
  [0x03f4, 'BWHalftoningInfo', 'software'],
  [0x03f5, 'ColorHalftoningInfo', 'software'],
  [0x03f6, 'DuotoneHalftoningInfo', 'software'],
  [0x03f7, 'BWTransferFunction', 'software'],
  [0x03f8, 'ColorTransferFunctions', 'software'],
  [0x03f9, 'DuotoneTransferFunctions', 'software'],
  [0x03fa, 'DuotoneImageInfo', 'software'],
  [0x03fb, 'EffectiveBW', 'software'],
  [0x03fc, 'ObsoletePhotoshopTag1', 'software'],
  [0x03fd, 'EPSOptions', 'software'],
  [0x03fe, 'QuickMaskInfo', 'software'],
  [0x03ff, 'ObsoletePhotoshopTag2', 'software'],
  [0x0400, 'TargetLayerID', 'software'],
  [0x0401, 'WorkingPath', 'hidden'],
  [0x0402, 'LayersGroupInfo', 'software'],
  [0x0403, 'ObsoletePhotoshopTag3', 'software'],
  [0x0404, 'IPTC-NAA', 'rendering'],
  [0x0405, 'RawImageMode', 'software'],
  [0x0406, 'JPEGQuality', 'software'],
  [0x0408, 'GridGuidesInfo', 'software'],
  [0x0409, 'ThumbnailBGR', 'preview'],
  [0x040a, 'CopyrightFlag', 'copyright'],
  [0x040b, 'URL', 'copyright', TEXT],
  [0x040c, 'Thumbnail', 'preview'],
  [0x040d, 'GlobalAngle', 'software'],
  [0x040e, 'ColorSamplersResource', 'software'],
  [0x040f, 'ICC', 'rendering'],
  [0x0410, 'Watermark', 'software'],
  [0x0411, 'ICCUntagged', 'rendering', ofSize(1)],
  [0x0412, 'EffectsVisible', 'software'],
  [0x0413, 'SpotHalftone', 'software'],
  [0x0414, 'IDsBaseValue', 'software'],
  [0x0415, 'UnicodeAlphaNames', 'text'],
  [0x0416, 'IndexedColorTableCount', 'rendering', ofSize(2)],
  [0x0417, 'TransparentIndex', 'rendering', ofSize(2)],
  [0x0419, 'GlobalAltitude', 'software'],
  [0x041a, 'Slices', 'software', { alsoReveals: ['text'], hasNames: true }],
  [0x041b, 'WorkflowURL', 'text'],
  [0x041c, 'JumpToXPEP', 'software'],
  [0x041d, 'AlphaIdentifiers', 'software'],
  [0x041e, 'URLList', 'text', { alsoReveals: ['copyright'] }],
  [0x0421, 'VersionInfo', 'software'],
  [0x0422, 'EXIF', 'rendering'],
  [0x0423, 'EXIFInfo2', 'rendering'],
  [0x0424, 'XMP', 'rendering'],
  [0x0425, 'IPTCDigest', 'rendering'],
  [0x0426, 'PrintScale', 'software'],
  [0x0428, 'PixelAspectRatio', 'rendering', { isSound: isAspectRatio }],
  [0x0429, 'LayerComps', 'software', { alsoReveals: ['text'] }],
  [0x042a, 'AlternateDuotoneColors', 'software'],
  [0x042b, 'AlternateSpotColors', 'software'],
  [0x042d, 'LayerSelectionIDs', 'software'],
  [0x042e, 'HDRToningInfo', 'software'],
  [0x042f, 'PrintInfo', 'software', PRINTER],
  [0x0430, 'LayerGroupsEnabledID', 'software'],
  [0x0431, 'ColorSamplersResource2', 'software'],
  [0x0432, 'MeasurementScale', 'software'],
  [0x0433, 'TimelineInfo', 'software', { alsoReveals: ['text', 'time'] }],
  [0x0434, 'SheetDisclosure', 'software'],
  [0x0435, 'ChannelOptions', 'software'],
  [0x0436, 'OnionSkins', 'software'],
  [0x0438, 'CountInfo', 'software', { alsoReveals: ['text'] }],
  [0x043a, 'PrintInfo2', 'software', PRINTER],
  [0x043b, 'PrintStyle', 'software', PRINTER],
  [0x043c, 'MacNSPrintInfo', 'software', PRINTER],
  [0x043d, 'WinDEVMODE', 'software', PRINTER],
  [0x043e, 'AutoSaveFilePath', 'software', { alsoReveals: ['device', 'person', 'text'] }],
  [0x043f, 'AutoSaveFormat', 'software'],
  [0x0440, 'PathSelectionState', 'software'],
  [0x0bb7, 'ClippingPathName', 'text'],
  [0x0bb8, 'OriginPathInfo', 'hidden'],
  [0x1b58, 'ImageReadyVariables', 'software', { alsoReveals: ['text'] }],
  [0x1b59, 'ImageReadyDataSets', 'software', { alsoReveals: ['text'] }],
  [0x1b5a, 'ImageReadyDefaultState', 'software', { alsoReveals: ['text'] }],
  [0x1b5b, 'ImageReady7RolloverState', 'software', { alsoReveals: ['text'] }],
  [0x1b5c, 'ImageReadyRolloverState', 'software', { alsoReveals: ['text'] }],
  [0x1b5d, 'ImageReadySaveLayerSettings', 'software'],
  [0x1b5e, 'ImageReadyVersion', 'software'],
  [0x1f40, 'LightroomWorkflow', 'software', { alsoReveals: ['device', 'text'] }],
  [0x2710, 'PrintFlagsInfo', 'software'],
];

const TABLE = new Map(ROWS.map(([id, name, category, more]) => [id, { name, category, ...more }] as const));
const SAVED_PATH: ResourceInfo = { name: 'Path', category: 'hidden' };

/** Saved paths: outlines a person drew, each under the name they gave it. */
const FIRST_PATH = 0x07d0;
const LAST_PATH = 0x0bb6;

/** `undefined` for a number that Adobe's specification does not name. */
export function resourceInfo(id: number): ResourceInfo | undefined {
  return isPath(id) ? SAVED_PATH : TABLE.get(id);
}

export function isPath(id: number): boolean {
  return id >= FIRST_PATH && id <= LAST_PATH;
}

/** ResolutionInfo: twice a fixed-point number, its unit (per inch or centimetre) and the unit to show sizes in (five). */
function isResolution(data: Uint8Array): boolean {
  if (data.length !== 16) return false;
  const at = (offset: number): number => ((data[offset] as number) << 8) | (data[offset + 1] as number);
  return at(4) <= 2 && at(6) <= 5 && at(12) <= 2 && at(14) <= 5;
}

/** A version of 1 or 2, then the ratio as a double: no ratio of pixels is far from 1. */
function isAspectRatio(data: Uint8Array): boolean {
  if (data.length !== 12) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const ratio = view.getFloat64(4);
  return view.getUint32(0) <= 2 && ratio > 0.01 && ratio < 100;
}
