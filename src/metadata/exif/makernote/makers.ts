import type { Category } from '../../../core/category.js';
import { REVEALS_ANYTHING } from '../../reading.js';
import { numbersOf } from '../tiff-value.js';
import { OLYMPUS_SUBDIRECTORIES, OLYMPUS_TAGS, PANASONIC_TAGS, PENTAX_TAGS } from './long-tables.js';
import { either, form, type Maker, madeBy, startsWith } from './maker.js';

const TAKEN: readonly Category[] = ['device', 'camera', 'time', 'software'];
const PICTURED: readonly Category[] = [...TAKEN, 'preview', 'person'];
const PLACED: readonly Category[] = [...PICTURED, 'location'];

const CANON_TIME_INFO = 0x35;
const NO_CITY: readonly number[] = [0, 32_766];

/** Makers that are known by a mark at the start of the note come first, those known by IFD0's Make alone last. */
export const MAKERS: readonly Maker[] = Object.freeze([
  {
    name: 'Apple',
    recognise: startsWith(['Apple iOS\0'], form(14, 0)),
    tags: `
device: 0003 RunTime, 000b BurstUUID, 0011 ContentIdentifier, 0015 ImageUniqueID, 0020 ImageCaptureRequestID, 002b PhotoIdentifier
camera: 0008 AccelerationVector, 000a HDRImageType, 0014 ImageCaptureType, 002e CameraType
preview: 0017 LivePhotoVideoIndex
`,
    holds: [...TAKEN, 'preview', 'person'],
  },
  {
    name: 'Nikon',
    recognise: either(
      startsWith(['Nikon\0\x02'], form(18, 10)),
      startsWith(['Nikon\0\x01'], form(8, 'tiff', true)),
      madeBy(/^NIKON/i, form(0)),
    ),
    tags: `
device: 001d SerialNumber, 0037 MechanicalShutterCount, 0091 ShotInfo, 0098 LensData, 00a0 SerialNumber, 00a5 ImageCount,
  00a6 DeletedImageCount, 00a7 ShutterCount, 00b8 FileInfo
location: 0039 LocationInfo, 00c3 BarometerInfo
time: 0024 WorldTime, 00b6 PowerUpTime
person: 0021 FaceDetect
preview: 0011 PreviewIFD
camera: 0083 LensType, 0084 Lens
software: 009e RetouchHistory, 0e01 NikonCaptureData, 0e09 NikonCaptureVersion, 0e13 NikonCaptureEditVersions
`,
    holds: [...PLACED, 'text'],
    placesInTags: true,
  },
  {
    name: 'Sony',
    recognise: either(
      startsWith(['SONY DSC', 'SONY CAM', 'SONY MOBILE', '\0\0SONY PIC\0', 'VHAB     \0'], form(12)),
      startsWith(['SONY PIC\0'], form(undefined)),
      (head, make) => (/^SONY/.test(make) && !head.startsWith('SONY PI\0') ? form(0) : undefined),
    ),
    tags: `
device: 0010 CameraInfo, 0020 FocusInfo, 0116 ExtraInfo, 2031 SerialNumber, 2044 HiddenInfo, 9050 Tag9050, 9400 Tag9400,
  9402 Tag9402, 9403 Tag9403, 9406 Tag9406, 940c Tag940c, 940e AFInfo
preview: 2001 PreviewImage
time: 3000 ShotInfo
camera: b001 SonyModelID, b027 LensType, b02a LensSpec
`,
    holds: PICTURED,
  },
  {
    name: 'Olympus',
    recognise: either(
      startsWith(['OLYMPUS\0'], form(12, 0)),
      startsWith(['OM SYSTEM\0'], form(16, 0)),
      startsWith(['OLYMP\0', 'EPSON\0', 'MINOL\0', 'CAMER\0', 'PREMI\0'], form(8)),
      startsWith(['SONY PI\0'], form(12)),
    ),
    tags: OLYMPUS_TAGS,
    holds: [...PLACED, 'text'],
    placesInTags: true,
    subdirectories: OLYMPUS_SUBDIRECTORIES,
  },
  {
    name: 'Panasonic',
    recognise: either(startsWith(['Panasonic'], form(12)), startsWith(['MKE'], form(undefined))),
    tags: PANASONIC_TAGS,
    holds: [...PLACED, 'text'],
    placesInTags: true,
  },
  {
    name: 'Leica',
    recognise: either(
      startsWith(['LEICA CAMERA AG\0'], form(18, 0)),
      startsWith(
        ['LEICA\0\x01', 'LEICA\0\x04', 'LEICA\0\x05', 'LEICA\0\x06', 'LEICA\0\x07', 'LEICA\0\x10', 'LEICA\0\x1a', 'LEICA0'],
        form(8, 0),
      ),
      startsWith(['LEICA\0'], form(8)),
      madeBy(/^Leica/i, form(0)),
    ),
    tags: PANASONIC_TAGS,
    holds: [...PLACED, 'text'],
    placesInTags: true,
  },
  {
    name: 'Fujifilm',
    // The offset of the directory is told behind the mark: always 12.
    recognise: startsWith(['FUJIFILM', 'GENERALE'], form(12, 0, true)),
    tags: `
device: 0010 InternalSerialNumber, 1438 ImageCount
person: 4100 FacesDetected, 4103 FacePositions, 4200 NumFaceElements, 4203 FaceElementPositions, 4282 FaceRecInfo
camera: 1045 LensModulationOptimizer
`,
    holds: PICTURED,
  },
  {
    name: 'Pentax',
    recognise: either(
      startsWith(['AOC\0'], form(6)),
      startsWith(['PENTAX \0'], form(10, 0)),
      startsWith(['S1\0\0\0\0\0\0\x0c\0\0\0'], form(12, 0)),
      startsWith(['RICOH\0II', 'RICOH\0MM'], form(8, 0)),
      madeBy(/^Asahi/i, form(0)),
    ),
    tags: PENTAX_TAGS,
    holds: [...PLACED, 'copyright'],
    placesInTags: true,
  },
  {
    name: 'Ricoh',
    recognise: either(
      startsWith(['Ricoh\0', 'RICOH\0'], form(8)),
      startsWith(['Rv', 'Rev'], form(undefined)),
      madeBy(/^RICOH/i, form(8, 0)),
    ),
    tags: `
device: 0005 SerialNumber, 2001 RicohSubdir
software: 0002 FirmwareVersion
location: 4001 ThetaSubdir
preview: 0e00 PrintIM
camera: 1001 ImageInfo
`,
    holds: PLACED,
  },
  {
    name: 'Casio',
    recognise: either(startsWith(['QVC\0', 'DCI\0'], form(6)), madeBy(/^CASIO/i, form(0))),
    tags: `
device: 0015 FirmwareDate, 2001 FirmwareDate
preview: 0004 PreviewImageStart, 2000 PreviewImage
person: 2089 FaceInfo, 211c FacesDetected
location: 3006 HometownCity
`,
    holds: PLACED,
    placesInTags: true,
  },
  {
    name: 'Sigma',
    recognise: either(startsWith(['SIGMA\0', 'FOVEON\0'], form(10)), madeBy(/^(?:SIGMA|FOVEON)/i, form(10))),
    tags: `
device: 0002 SerialNumber
preview: 001a PreviewImageStart
software: 0017 Firmware, 0018 Software, 003b Firmware, 0057 Firmware2, 008c Firmware
camera: 0027 LensType
`,
    holds: [...TAKEN, 'preview'],
  },
  {
    name: 'Sanyo',
    recognise: either(startsWith(['SANYO\0'], form(8)), madeBy(/^SANYO/i, form(8))),
    tags: `
device: 0209 CameraID, 0f00 DataDump
preview: 0100 SanyoThumbnail
software: 0207 SoftwareVersion
text: 0208 PictInfo
`,
    holds: [...TAKEN, 'preview', 'text'],
  },
  {
    name: 'Google',
    // Compressed and obscured: nothing in it can be ruled out.
    recognise: startsWith(['HDRP\x02', 'HDRP\x03'], form(undefined)),
    tags: '',
    holds: REVEALS_ANYTHING,
  },
  {
    name: 'Reconyx',
    recognise: either(
      startsWith(['RECONYXUF\0', 'RECONYXH2\0', 'RECONYXMF\0', 'RECONYXHF4K\0', '\x01\xf1\x02\0', '\x01\xf1\x03\0'], form(undefined)),
      madeBy(/^RECONYX/i, form(undefined)),
    ),
    tags: '',
    holds: [...TAKEN, 'text', 'location'],
  },
  {
    name: 'Motorola',
    recognise: startsWith(['MOT\0'], form(8, 0)),
    tags: `
device: 5501 SerialNumber, 6705 ManufactureDate
`,
    holds: PLACED,
  },
  {
    name: 'HP',
    recognise: startsWith(['Hewlett-Packard', 'Vivitar', 'IIII\x04\0', 'IIII\x05\0', 'IIII\x06\0', '610'], form(undefined)),
    tags: '',
    holds: [...TAKEN, 'preview'],
  },
  { name: 'JVC', recognise: either(startsWith(['JVC '], form(4)), startsWith(['VER:'], form(undefined))), tags: '', holds: TAKEN },
  { name: 'Kyocera', recognise: startsWith(['KYOCERA'], form(22, 2)), tags: 'preview: 0001 ThumbnailOffset', holds: [...TAKEN, 'preview'] },
  { name: 'Sony Ericsson', recognise: startsWith(['SEMC MS\0'], form(20, 8)), tags: '', holds: PLACED },
  { name: 'ISL', recognise: startsWith(['ISLMAKERNOTE000\0'], form(24, 16)), tags: '', holds: PLACED },
  {
    name: 'General Imaging',
    recognise: either(startsWith(['GE\0\0', 'GENIC\0'], form(18)), startsWith(['GE\x0c\0'], form(12, 6))),
    tags: '',
    holds: PICTURED,
  },
  {
    name: 'Phase One',
    // Its own directory form, with the raw picture's calibration of this one back.
    recognise: (head) => (/^(?:IIII.waR|MMMMRaw.)/s.test(head) ? form(undefined) : undefined),
    tags: '',
    holds: PLACED,
  },
  {
    name: 'Samsung',
    recognise: either(startsWith(['STMN'], form(undefined)), madeBy(/^SAMSUNG/i, form(0, 0))),
    tags: `
device: a002 SerialNumber, a005 InternalLensSerialNumber
location: 0030 LocalLocationName, 0031 LocationName
person: 0100 FaceDetect, 0120 FaceRecognition, 0123 FaceName
preview: 0035 PreviewIFD
software: a001 FirmwareName, a004 LensFirmware
camera: 0003 SamsungModelID, a003 LensType
`,
    holds: [...PLACED, 'text'],
    placesInTags: true,
  },
  {
    name: 'DJI',
    // Attitude and speed of the aircraft; the debug text holds sensor ids.
    recognise: either(startsWith(['[ae_dbg_info:', 'DJI'], form(undefined)), madeBy(/^DJI/i, form(0))),
    tags: `
location: 0003 SpeedX, 0004 SpeedY, 0005 SpeedZ, 0006 Pitch, 0007 Yaw, 0008 Roll, 0009 CameraPitch, 000a CameraYaw, 000b CameraRoll
camera: 0001 Make
`,
    holds: [...PLACED, 'text'],
  },
  {
    name: 'Canon',
    recognise: madeBy(/^Canon/i, form(0)),
    tags: `
device: 0008 FileNumber, 000c SerialNumber, 000d CameraInfo, 0028 ImageUniqueID, 0093 CanonFileInfo, 0096 SerialInfo,
  0097 DustRemovalData, 4019 LensInfo
person: 0009 OwnerName, 0024 FaceDetect1, 0025 FaceDetect2, 002f FaceDetect3
location: 0035 TimeInfo
preview: 00b6 PreviewImageInfo
camera: 0006 CanonImageType, 0010 CanonModelID, 0095 LensModel
software: 0007 CanonFirmwareVersion, 001e FirmwareRevision
text: 4010 CustomPictureStyleFileName
`,
    holds: [...PLACED, 'text'],
    placesInTags: true,
    // Time zone, city, daylight saving time: a clock that nobody set knows no city.
    isPlace: (tag, value) => tag !== CANON_TIME_INFO || !NO_CITY.includes(numbersOf(value, 3)?.[2] ?? -1),
  },
  {
    name: 'Minolta',
    recognise: either(startsWith(['MLY0', 'KC', '+M+M', '\xd7'], form(undefined)), madeBy(/^(?:Konica )?Minolta/i, form(0))),
    tags: `
preview: 0081 PreviewImage, 0088 PreviewImageStart
time: 0001 CameraSettingsOld, 0003 CameraSettings
camera: 010c LensType
`,
    holds: [...TAKEN, 'preview'],
  },
  {
    name: 'Kodak',
    recognise: either(startsWith(['KDK'], form(undefined)), madeBy(/kodak/i, form(undefined))),
    tags: '',
    holds: [...PLACED, 'text'],
  },
  {
    name: 'FLIR',
    recognise: madeBy(/^(?:Teledyne )?FLIR/i, form(0)),
    tags: `
camera: 0001 ImageTemperatureMax, 0002 ImageTemperatureMin, 0003 Emissivity
`,
    holds: PLACED,
  },
  { name: 'Hasselblad', recognise: madeBy(/^Hasselblad/i, form(0)), tags: 'device: 0015 SerialNumber', holds: PLACED },
  { name: 'Nintendo', recognise: madeBy(/^Nintendo/i, form(0)), tags: 'device: 1101 CameraInfo', holds: TAKEN },
]);
