/** Exif and TIFF in XMP (CIPA DC-010, Exif 3.0 metadata for XMP) and what cameras and drones add. Notation: see `properties.ts`. */
export const EXIF_NAMES = `
@tiff http://ns.adobe.com/tiff/1.0/
rendering: Orientation ImageWidth ImageLength BitsPerSample Compression PhotometricInterpretation SamplesPerPixel PlanarConfiguration
  YCbCrSubSampling YCbCrPositioning YCbCrCoefficients XResolution YResolution ResolutionUnit TransferFunction WhitePoint
  PrimaryChromaticities ReferenceBlackWhite
camera: Make Model
software: Software
copyright: Artist Copyright
text: ImageDescription
time: DateTime
device: HostComputer
software+hidden: NativeDigest

@exif http://ns.adobe.com/exif/1.0/
location: GPSLatitude~ GPSLongitude~ GPSDestLatitude~ GPSDestLongitude~ GPSVersionID GPSAltitude GPSAltitudeRef GPSSatellites
  GPSStatus GPSMeasureMode GPSDOP GPSSpeed GPSSpeedRef GPSTrack GPSTrackRef GPSImgDirection GPSImgDirectionRef GPSMapDatum
  GPSDestBearing GPSDestBearingRef GPSDestDistance GPSDestDistanceRef GPSProcessingMethod GPSAreaInformation GPSDifferential
  GPSHPositioningError GPSLatitudeRef GPSLongitudeRef GPSInfo GPSPosition
location+time: GPSTimeStamp GPSDateStamp GPSDateTime
rendering: ExifVersion FlashpixVersion FlashPixVersion ColorSpace ComponentsConfiguration PixelXDimension PixelYDimension Gamma
  InteroperabilityIndex InteroperabilityVersion Orientation XResolution YResolution ResolutionUnit YCbCrPositioning Compression
camera#: CompressedBitsPerPixel ExposureTime FNumber ExposureProgram ISOSpeedRatings ShutterSpeedValue ApertureValue BrightnessValue
  ExposureBiasValue MaxApertureValue SubjectDistance MeteringMode LightSource FocalLength SubjectArea FlashEnergy
  FocalPlaneXResolution FocalPlaneYResolution FocalPlaneResolutionUnit SubjectLocation ExposureIndex SensingMethod FileSource
  SceneType CustomRendered ExposureMode WhiteBalance DigitalZoomRatio FocalLengthIn35mmFilm SceneCaptureType GainControl Contrast
  Saturation Sharpness SubjectDistanceRange CompositeImage SensitivityType PhotographicSensitivity
  Fired Return Mode Function RedEyeMode Columns Rows Values Settings
camera: Flash OECF SpatialFrequencyResponse CFAPattern DeviceSettingDescription SpectralSensitivity Make Model Lens LensMake LensModel
  Names
time: DateTimeOriginal DateTimeDigitized DateTime SubSecTime SubSecTimeOriginal SubSecTimeDigitized SubsecTime SubsecTimeOriginal
  SubsecTimeDigitized OffsetTime OffsetTimeOriginal OffsetTimeDigitized
text: UserComment ImageDescription RelatedSoundFile
copyright: Artist Copyright
software: Software PrintImageMatching
device: ImageUniqueID BodySerialNumber LensSerialNumber
device+any: MakerNote
person: CameraOwnerName
software+hidden: NativeDigest

@exifEX http://cipa.jp/exif/1.0/
rendering: Gamma InteroperabilityIndex
camera#: PhotographicSensitivity SensitivityType StandardOutputSensitivity RecommendedExposureIndex ISOSpeed ISOSpeedLatitudeyyy
  ISOSpeedLatitudezzz LensSpecification CompositeImage CompositeImageCount CompositeImageExposureTimes Acceleration
  CameraElevationAngle SourceImageNumberOfCompositeImage TotalExposurePeriod SumOfExposureTimesAll SumOfExposureTimesUsed
  MaxExposureTimesAll MaxExposureTimesUsed MinExposureTimesAll MinExposureTimesUsed NumberOfSequences NumberOfImagesInSequences
camera: LensMake LensModel SourceExposureTimesOfCompositeImage Values
device: BodySerialNumber LensSerialNumber ImageUniqueID
person: CameraOwnerName ImageEditor
copyright: Photographer
text: ImageTitle
software: CameraFirmware RAWDevelopingSoftware ImageEditingSoftware MetadataEditingSoftware
location: Temperature AmbientTemperature Humidity Pressure WaterDepth

@aux http://ns.adobe.com/exif/1.0/aux/
device: SerialNumber LensSerialNumber ImageNumber
person: OwnerName
camera: Lens LensInfo LensID ApproximateFocusDistance FlashCompensation NeutralDensityFactor LensDistortInfo
software: Firmware DistortionCorrectionAlreadyApplied VignetteCorrectionAlreadyApplied EnhanceDenoiseAlreadyApplied
  LateralChromaticAberrationCorrectionAlreadyApplied EnhanceDenoiseVersion EnhanceDenoiseLumaAmount EnhanceDetailsAlreadyApplied
  EnhanceDetailsVersion EnhanceSuperResolutionAlreadyApplied EnhanceSuperResolutionScale EnhanceSuperResolutionVersion
  FujiRatingAlreadyApplied IsMergedHDR IsMergedPanorama

@MicrosoftPhoto http://ns.microsoft.com/photo/1.0/
device: CameraSerialNumber
time: DateAcquired
camera: FlashManufacturer FlashModel LensManufacturer LensModel
text: LastKeywordIPTC LastKeywordXMP Rating
software: CreatorAppId CreatorOpenWithUIOptions ItemSubType

@MP1 http://ns.microsoft.com/photo/1.1/
camera: *

@drone-dji http://www.dji.com/drone-dji/1.0/
location: GpsLatitude~ GpsLongitude~ GpsLongtitude~ Latitude~ Longitude~ AbsoluteAltitude RelativeAltitude AltitudeType GpsStatus
  FlightPitchDegree FlightRollDegree FlightYawDegree GimbalPitchDegree GimbalRollDegree GimbalYawDegree GimbalReverse CamReverse
  FlightXSpeed FlightYSpeed FlightZSpeed RtkFlag RtkStdHgt RtkStdLat RtkStdLon RtkDiffAge NTRIPHost NTRIPMountPoint NTRIPPort
  LRFStatus LRFTargetDistance LRFTargetLat LRFTargetLon LRFTargetAlt LRFTargetAbsAlt
  SensorTemperature LensTemperature
device: DroneID DroneSerialNumber CameraSerialNumber GimbalSerialNumber SensorID CaptureUUID FlightUUID ShutterCount CameraID PhotoDiff
device+camera: DewarpData DewarpFlag CalibratedFocalLength CalibratedOpticalCenterX CalibratedOpticalCenterY
camera: DroneModel ProductName ShutterType ImageSource PictureQuality SurveyingMode WhiteBalanceCCT
  RecommendedExposureIndex
time: UTCAtExposure
software: Version

@FLIR http://www.dji.com/FLIR/1.0/
camera: BandName CentralWavelength TlinearGain WavelengthFWHM
location: CentralTemperature

@FLIR-xmp http://ns.flir.com/xmp/1.0/
location: MAVPitch MAVPitchRate MAVRateOfClimb MAVRateOfClimbRef MAVRelativeAltitude MAVRoll MAVRollRate MAVYaw MAVYawRate
camera: ImageOffsetX ImageOffsetY ImageUpsampleMode ImageValidEndX ImageValidEndY ImageValidStartX ImageValidStartY
device: MAVComponentID MAVVersionID

@Camera http://pix4d.com/camera/1.0/
location: GPSXYAccuracy GPSZAccuracy Yaw Pitch Roll IMUYawAccuracy IMUPitchAccuracy IMURollAccuracy GyroRate AboveGroundAltitude
  AccuracyIMU AirBaseLatitude AirBaseLongitude IMUTimeOffset IMULinearVelocity IMUAngularVelocity NUSensorPosition SunSensor
  SunSensorYaw SunSensorPitch SunSensorRoll SunSensorExposureTime SunSensorSensitivity Irradiance IrradianceRelativePitch
  IrradianceRelativeRoll IrradianceRelativeYaw IrradianceExposureTime IrradianceGain HorizontalIrradiance DirectIrradiance
  ScatteredIrradiance SolarElevation SolarAzimuth
device: CaptureUUID FlightUUID SerialNumber FlightID RigName ImagerSerialNumber CalibrationPicture ImageNumber TriggerCounter
  PrincipalPoint PerspectiveFocalLength PerspectiveDistortion ColorTransform VignettingPolynomial VignettingPolynomial2DName
  VignettingPolynomial2D VignettingCenter FisheyePolynomial FisheyeAffineMatrix FisheyeAffineSymmetric BandSensitivity
camera: BandName CentralWavelength WavelengthFWHM DetectorBitDepth TlinearGain IsNormalized ModelType RigCameraIndex RigRelatives
  RigRelativesReferenceRigCameraIndex BlackCurrent BandNumber PerspectiveFocalLengthUnits PrincipalPointUnits
  ExposureTime ISO Aperture GeometricPrecision

@Camera-micasense http://micasense.com/MicaSense/1.0/
device+camera+location+time: *

@cell http://developer.sonyericsson.com/cell/1.0/
location: cellid cgi lac mcc mnc r

@LImage http://ns.leiainc.com/photos/1.0/image/
preview: MajorVersion MinorVersion
preview+any: RightAlbedo
`;
