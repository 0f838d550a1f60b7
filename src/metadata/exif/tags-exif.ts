/** Exif 3.0 (CIPA DC-008-2023) 4.6.5 and 4.6.6: tags of the Exif IFD. Same notation as `TIFF_TAGS`. */
export const EXIF_TAGS = `
rendering: 9000 ExifVersion, 9101 ComponentsConfiguration, a000 FlashpixVersion, a001 ColorSpace,
  a002 PixelXDimension, a003 PixelYDimension, a005 InteroperabilityIFD, a500 Gamma, 8769 ExifIFD
camera: 829a ExposureTime, 9102 CompressedBitsPerPixel, 829d FNumber, 8822 ExposureProgram, 8824 SpectralSensitivity, 8827 PhotographicSensitivity, 8828 OECF,
  8830 SensitivityType, 8831 StandardOutputSensitivity, 8832 RecommendedExposureIndex, 8833 ISOSpeed, 8834 ISOSpeedLatitudeyyy,
  8835 ISOSpeedLatitudezzz, 9201 ShutterSpeedValue, 9202 ApertureValue, 9203 BrightnessValue, 9204 ExposureBiasValue,
  9205 MaxApertureValue, 9206 SubjectDistance, 9207 MeteringMode, 9208 LightSource, 9209 Flash, 920a FocalLength,
  9214 SubjectArea, 9404 Acceleration, 9405 CameraElevationAngle, a20b FlashEnergy, a20c SpatialFrequencyResponse, a20d Noise,
  a20e FocalPlaneXResolution, a20f FocalPlaneYResolution, a210 FocalPlaneResolutionUnit, a214 SubjectLocation,
  a215 ExposureIndex, a216 TIFF-EPStandardID, a217 SensingMethod, a300 FileSource, a301 SceneType, a302 CFAPattern,
  a401 CustomRendered, a402 ExposureMode, a403 WhiteBalance, a404 DigitalZoomRatio, a405 FocalLengthIn35mmFilm,
  a406 SceneCaptureType, a407 GainControl, a408 Contrast, a409 Saturation, a40a Sharpness, a40b DeviceSettingDescription,
  a40c SubjectDistanceRange, a40d DevelopmentType, a40e DevelopmentTypeDescription, a40f DistortionCorrection,
  a410 ChromaticAberrationCorrection, a411 ShadingCorrection, a412 NoiseReduction, a432 LensSpecification, a433 LensMake,
  a434 LensModel, a460 CompositeImage, a461 SourceImageNumberOfCompositeImage, a462 SourceExposureTimesOfCompositeImage
copyright: a437 Photographer
person: a430 CameraOwnerName, a438 ImageEditor
device: 927c MakerNote, a211 ImageNumber, a420 ImageUniqueID, a431 BodySerialNumber, a435 LensSerialNumber
time: 9003 DateTimeOriginal, 9004 DateTimeDigitized, 9010 OffsetTime, 9011 OffsetTimeOriginal, 9012 OffsetTimeDigitized,
  9290 SubSecTime, 9291 SubSecTimeOriginal, 9292 SubSecTimeDigitized
text: 9286 UserComment, a004 RelatedSoundFile, a212 SecurityClassification, a436 ImageTitle
software: a213 ImageHistory, a439 CameraFirmware, a43a RAWDevelopingSoftware, a43b ImageEditingSoftware,
  a43c MetadataEditingSoftware
location: 8825 GPSInfoIFD, 9400 AmbientTemperature, 9401 Humidity, 9402 Pressure, 9403 WaterDepth
hidden: a010 SamsungRawPointersOffset, a011 SamsungRawPointersLength, a101 SamsungRawByteOrder, a102 SamsungRawUnknown
`;

/** Exif 3.0 4.6.7: tags of the GPS IFD; the version too, since it has no meaning but to announce a place. */
export const GPS_TAGS = `
location: 0000 GPSVersionID, 0001 GPSLatitudeRef, 0002 GPSLatitude, 0003 GPSLongitudeRef, 0004 GPSLongitude, 0005 GPSAltitudeRef, 0006 GPSAltitude,
  0007 GPSTimeStamp, 0008 GPSSatellites, 0009 GPSStatus, 000a GPSMeasureMode, 000b GPSDOP, 000c GPSSpeedRef, 000d GPSSpeed,
  000e GPSTrackRef, 000f GPSTrack, 0010 GPSImgDirectionRef, 0011 GPSImgDirection, 0012 GPSMapDatum, 0013 GPSDestLatitudeRef,
  0014 GPSDestLatitude, 0015 GPSDestLongitudeRef, 0016 GPSDestLongitude, 0017 GPSDestBearingRef, 0018 GPSDestBearing,
  0019 GPSDestDistanceRef, 001a GPSDestDistance, 001b GPSProcessingMethod, 001c GPSAreaInformation, 001d GPSDateStamp,
  001e GPSDifferential, 001f GPSHPositioningError
`;

/** Exif 3.0 4.6.8 and DCF 2.0: tags of the Interoperability IFD. */
export const INTEROP_TAGS = `
rendering: 0001 InteroperabilityIndex, 0002 InteroperabilityVersion, 1000 RelatedImageFileFormat, 1001 RelatedImageWidth,
  1002 RelatedImageLength
`;
