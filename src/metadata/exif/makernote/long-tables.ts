import type { Subdirectory } from './maker.js';

/** Directories within the notes of Olympus, which keep the serial numbers and, in cameras with a barometer, the height. */
export const OLYMPUS_SUBDIRECTORIES: readonly Subdirectory[] = [
  {
    tag: 0x2010,
    name: 'Equipment',
    tags: `
device: 0101 SerialNumber, 0102 InternalSerialNumber, 0202 LensSerialNumber, 0302 ExtenderSerialNumber, 1003 FlashSerialNumber
camera: 0201 LensType, 0203 LensModel
software: 0104 BodyFirmwareVersion, 0204 LensFirmwareVersion
`,
  },
  { tag: 0x2020, name: 'CameraSettings', tags: 'location: 0900 ManometerPressure, 0901 ManometerReading' },
  { tag: 0x2030, name: 'RawDevelopment', tags: '' },
  { tag: 0x2031, name: 'RawDevelopment2', tags: '' },
  { tag: 0x2040, name: 'ImageProcessing', tags: '' },
  { tag: 0x2050, name: 'FocusInfo', tags: '' },
];

/** Olympus, and all whose cameras were built by the same hands. */
export const OLYMPUS_TAGS = `
device: 0209 CameraID, 0404 SerialNumber, 101a SerialNumber, 2010 Equipment, 0f00 DataDump, 0f01 DataDump2
preview: 0081 PreviewImageData, 0088 PreviewImageStart, 0100 ThumbnailImage, 0280 PreviewImage, 0f04 ZoomedPreviewStart,
  1036 PreviewImageStart, 2020 CameraSettings
software: 0104 BodyFirmwareVersion, 020d EpsonSoftware, 0405 Firmware
camera: 0207 CameraType
text: 0208 TextInfo
`;

/** Panasonic, and Leica where the two built a camera together. */
export const PANASONIC_TAGS = `
device: 0025 InternalSerialNumber, 0052 LensSerialNumber, 0054 AccessorySerialNumber, 0303 SerialNumber, 0305 SerialNumber,
  0500 InternalSerialNumber
person: 0033 BabyAge, 004e FaceDetInfo, 0061 FaceRecInfo, 0063 RecognizedFaceFlags, 0066 BabyName, 8010 BabyAge
location: 003a WorldTimeLocation, 0067 Location, 0069 Country, 006b State, 006d City, 006f Landmark, 0080 City2,
  0086 ManometerPressure
time: 0029 TimeSincePowerOn, 0036 TravelDay, 00af TimeStamp, 2003 TimeInfo
text: 0065 Title, 003b TextStamp, 003e TextStamp, 8008 TextStamp, 8009 TextStamp, 0407 OriginalFileName, 0408 OriginalDirectory
camera: 0051 LensType
software: 0002 FirmwareVersion, 0060 LensFirmwareVersion
`;

/** Pentax, and Ricoh since it builds them. */
export const PENTAX_TAGS = `
device: 005d ShutterCount, 0207 LensInfo, 0215 CameraInfo, 0229 SerialNumber
copyright: 022e Artist, 022f Copyright
location: 0022 WorldTimeLocation, 0023 HometownCity, 0024 DestinationCity, 0025 HometownDST, 0026 DestinationDST,
  1000 HometownCityCode, 1001 DestinationCityCode
time: 0006 Date, 0007 Time, 006b TimeInfo
preview: 0004 PreviewImageStart
person: 0060 FaceInfo, 0076 FaceDetect, 0227 FacePos, 0228 FaceSize
software: 0027 DSPFirmwareVersion, 0028 CPUFirmwareVersion, 0230 FirmwareVersion
camera: 0005 PentaxModelID, 003f LensRec
`;
