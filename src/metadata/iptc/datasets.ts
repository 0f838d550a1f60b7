import type { Category } from '../../core/category.js';

/** What is known of one dataset: its name in IIM 4.2 (or in the program that uses it) and what it can reveal. */
export interface DatasetInfo {
  readonly name: string;
  readonly category: Category;
  /** The value is a date `CCYYMMDD` and can be cut to a day, month or year. */
  readonly date?: true;
  /** Most octets the standard allows; a longer one is not what its number says. Set where the policy always keeps it. */
  readonly maxOctets?: number;
  /** A number or other octets that are no text. */
  readonly binary?: true;
}

type Row = readonly [dataset: number, name: string, category: Category, more?: Omit<DatasetInfo, 'name' | 'category'>];

const DATE = { date: true } as const;
const BINARY = { binary: true } as const;
const structure = (maxOctets: number) => ({ binary: true, maxOctets }) as const;

// IIM 4.2 chapter 5: the envelope, written by the wire service that sends the object.
const ENVELOPE: readonly Row[] = [
  [0, 'ModelVersion', 'rendering', structure(2)],
  [5, 'Destination', 'text'],
  [20, 'FileFormat', 'rendering', structure(2)],
  [22, 'FileFormatVersion', 'rendering', structure(2)],
  [30, 'ServiceIdentifier', 'device'],
  [40, 'EnvelopeNumber', 'device'],
  [50, 'ProductID', 'text'],
  [60, 'EnvelopePriority', 'text'],
  [70, 'DateSent', 'time', DATE],
  [80, 'TimeSent', 'time'],
  [90, 'CodedCharacterSet', 'rendering', structure(32)],
  [100, 'UNO', 'device'],
  [120, 'ARMIdentifier', 'rendering', structure(2)],
  [122, 'ARMVersion', 'rendering', structure(2)],
];

// IIM 4.2 chapter 6, and what Photo Mechanic, FotoStation and Adobe Bridge add beyond it (2:184 and up).
const APPLICATION: readonly Row[] = [
  [0, 'RecordVersion', 'rendering', structure(2)],
  [3, 'ObjectTypeReference', 'text'],
  [4, 'ObjectAttributeReference', 'text'],
  [5, 'ObjectName', 'text'],
  [7, 'EditStatus', 'text'],
  [8, 'EditorialUpdate', 'text'],
  [10, 'Urgency', 'text'],
  [12, 'SubjectReference', 'text'],
  [15, 'Category', 'text'],
  [20, 'SupplementalCategory', 'text'],
  [22, 'FixtureIdentifier', 'text'],
  [25, 'Keywords', 'text'],
  [26, 'ContentLocationCode', 'location'],
  [27, 'ContentLocationName', 'location'],
  [30, 'ReleaseDate', 'time', DATE],
  [35, 'ReleaseTime', 'time'],
  [37, 'ExpirationDate', 'time', DATE],
  [38, 'ExpirationTime', 'time'],
  [40, 'SpecialInstructions', 'text'],
  [42, 'ActionAdvised', 'text'],
  [45, 'ReferenceService', 'device'],
  [47, 'ReferenceDate', 'time', DATE],
  [50, 'ReferenceNumber', 'device'],
  [55, 'DateCreated', 'time', DATE],
  [60, 'TimeCreated', 'time'],
  [62, 'DigitalCreationDate', 'time', DATE],
  [63, 'DigitalCreationTime', 'time'],
  [65, 'OriginatingProgram', 'software'],
  [70, 'ProgramVersion', 'software'],
  [75, 'ObjectCycle', 'time'],
  [80, 'By-line', 'copyright'],
  [85, 'By-lineTitle', 'copyright'],
  [90, 'City', 'location'],
  [92, 'Sub-location', 'location'],
  [95, 'Province-State', 'location'],
  [100, 'CountryCode', 'location'],
  [101, 'CountryName', 'location'],
  [103, 'OriginalTransmissionReference', 'text'],
  [105, 'Headline', 'text'],
  [110, 'Credit', 'copyright'],
  [115, 'Source', 'copyright'],
  [116, 'CopyrightNotice', 'copyright'],
  [118, 'Contact', 'copyright'],
  [120, 'Caption', 'text'],
  [121, 'LocalCaption', 'text'],
  [122, 'WriterEditor', 'copyright'],
  [125, 'RasterizedCaption', 'text', BINARY],
  [130, 'ImageType', 'rendering', { maxOctets: 2 }],
  [131, 'ImageOrientation', 'rendering', { maxOctets: 1 }],
  [135, 'LanguageIdentifier', 'text'],
  [150, 'AudioType', 'text'],
  [151, 'AudioSamplingRate', 'text'],
  [152, 'AudioSamplingResolution', 'text'],
  [153, 'AudioDuration', 'text'],
  [154, 'AudioOutcue', 'text'],
  [184, 'JobID', 'device'],
  [185, 'MasterDocumentID', 'device'],
  [186, 'ShortDocumentID', 'device'],
  [187, 'UniqueDocumentID', 'device'],
  [188, 'OwnerID', 'person'],
  [200, 'ObjectPreviewFileFormat', 'preview', BINARY],
  [201, 'ObjectPreviewFileVersion', 'preview', BINARY],
  [202, 'ObjectPreviewData', 'preview', BINARY],
  [221, 'Prefs', 'software'],
  [225, 'ClassifyState', 'text'],
  [228, 'SimilarityIndex', 'text'],
  [230, 'DocumentNotes', 'text'],
  [231, 'DocumentHistory', 'software'],
  [232, 'ExifCameraInfo', 'camera'],
  [255, 'CatalogSets', 'text'],
];

// IPTC-NAA Digital Newsphoto Parameter Record: how a wire service's raster is laid out. A JPEG needs none of it.
const NEWSPHOTO: readonly Row[] = [
  [0, 'NewsPhotoVersion', 'rendering', structure(2)],
  [10, 'PictureNumber', 'device', BINARY],
  [20, 'PixelsPerLine', 'rendering', structure(4)],
  [30, 'NumberOfLines', 'rendering', structure(4)],
  [40, 'PixelSizeInScanningDirection', 'rendering', structure(4)],
  [50, 'PixelSizePerpendicular', 'rendering', structure(4)],
  [55, 'SupplementType', 'rendering', structure(1)],
  [60, 'ColourRepresentation', 'rendering', structure(2)],
  [64, 'InterchangeColourSpace', 'rendering', structure(1)],
  [65, 'ColourSequence', 'rendering', structure(1)],
  [84, 'NumberOfIndexEntries', 'rendering', structure(2)],
  [86, 'BitsPerComponent', 'rendering', structure(4)],
  [90, 'SamplingStructure', 'rendering', structure(1)],
  [100, 'ScanningDirection', 'rendering', structure(1)],
  [102, 'ImageRotation', 'rendering', structure(1)],
  [110, 'DataCompressionMethod', 'rendering', structure(4)],
  [120, 'QuantisationMethod', 'rendering', structure(1)],
  [135, 'BitsPerPixel', 'rendering', structure(1)],
  [140, 'MaximumDensityRange', 'rendering', structure(2)],
  [145, 'GammaCompensatedValue', 'rendering', structure(2)],
];

// IIM 4.2 chapters 7 to 9: the object itself may follow the records.
const PRE_OBJECT: readonly Row[] = [
  [10, 'SizeMode', 'rendering', structure(1)],
  [20, 'MaxSubfileSize', 'rendering', structure(4)],
  [90, 'ObjectSizeAnnounced', 'rendering', structure(4)],
  [95, 'MaximumObjectSize', 'rendering', structure(4)],
];
const OBJECT: readonly Row[] = [[10, 'Subfile', 'preview', BINARY]];
const POST_OBJECT: readonly Row[] = [[10, 'ConfirmedObjectDataSize', 'rendering', structure(4)]];

const TABLE = new Map<number, DatasetInfo>();
const RECORDS: readonly (readonly [number, readonly Row[]])[] = [
  [1, ENVELOPE],
  [2, APPLICATION],
  [3, NEWSPHOTO],
  [7, PRE_OBJECT],
  [8, OBJECT],
  [9, POST_OBJECT],
];
for (const [record, rows] of RECORDS) {
  for (const [dataset, name, category, more] of rows) TABLE.set(record * 256 + dataset, { name, category, ...more });
}

/** `undefined` for a dataset that no standard or well-known program names. */
export function datasetInfo(record: number, dataset: number): DatasetInfo | undefined {
  return TABLE.get(record * 256 + dataset);
}
