/** Faces, keywords and collections, and the extra pictures of phones. Notation: see `properties.ts`. */
export const REGION_NAMES = `
@mwg-rs http://www.metadataworkinggroup.com/schemas/regions/
person: Regions RegionList AppliedToDimensions Name Type Description FocusUsage BarCodeValue Area Extensions Rotation seeAlso Title

@mwg-kw http://www.metadataworkinggroup.com/schemas/keywords/
text: Keywords Hierarchy Keyword Applied Children

@mwg-coll http://www.metadataworkinggroup.com/schemas/collections/
text: Collections CollectionName CollectionURI

@MP http://ns.microsoft.com/photo/1.2/
person: RegionInfo

@MPRI http://ns.microsoft.com/photo/1.2/t/RegionInfo#
person: Regions
person+time: DateRegionsValid

@MPReg http://ns.microsoft.com/photo/1.2/t/Region#
person: PersonDisplayName PersonEmailDigest PersonLiveIdCID PersonSourceID Rectangle

@apple-fi http://ns.apple.com/faceinfo/1.0/
person: AngleInfoRoll AngleInfoYaw ConfidenceLevel FaceID
person+time: Timestamp

@acdsee http://ns.acdsee.com/iptc/1.0/
copyright: author
text: caption categories collections keywords notes rating tagged EditStatus FixtureIdentifier ObjectCycle
time: datetime ReleaseDate ReleaseTime
software: OriginatingProgram Snapshots dpp rawrppused rpp

@acdsee-rs http://ns.acdsee.com/regions/
person: *

@acdsee-stDim http://ns.acdsee.com/sType/Dimensions#
rendering: w h unit

@acdsee-stArea http://ns.acdsee.com/sType/Area#
rendering: x y w h d unit

@digiKam http://www.digikam.org/ns/1.0/
copyright: CaptionsAuthorNames
time: CaptionsDateTimeStamps
software: ImageHistory LensCorrectionSettings
text: ColorLabel PickLabel TagsList
device: ImageUniqueID picasawebGPhotoId ImageReferences

@kipi http://www.digikam.org/ns/kipi/1.0/
software: *

@GPano http://ns.google.com/photos/1.0/panorama/
rendering: CroppedAreaImageHeightPixels CroppedAreaImageWidthPixels CroppedAreaLeftPixels CroppedAreaTopPixels FullPanoHeightPixels
  FullPanoWidthPixels InitialCameraDolly InitialHorizontalFOVDegrees InitialVerticalFOVDegrees InitialViewHeadingDegrees
  InitialViewPitchDegrees InitialViewRollDegrees LargestValidInteriorRectHeight LargestValidInteriorRectLeft
  LargestValidInteriorRectTop LargestValidInteriorRectWidth PosePitchDegrees PoseRollDegrees ProjectionType UsePanoramaViewer
location: PoseHeadingDegrees
time: FirstPhotoDate LastPhotoDate
camera: ExposureLockUsed SourcePhotosCount
software: CaptureSoftware StitchingSoftware

@GSpherical http://ns.google.com/videos/1.0/spherical/
rendering: CroppedAreaImageHeightPixels CroppedAreaImageWidthPixels CroppedAreaLeftPixels CroppedAreaTopPixels FullPanoHeightPixels
  FullPanoWidthPixels InitialViewHeadingDegrees InitialViewPitchDegrees InitialViewRollDegrees ProjectionType Spherical StereoMode
  Stitched
camera: SourceCount
software: StitchingSoftware
time: Timestamp TimeStamp

@GCamera http://ns.google.com/photos/1.0/camera/
preview: MotionPhoto MotionPhotoVersion MotionPhotoPresentationTimestampUs MicroVideo MicroVideoOffset
  MicroVideoPresentationTimestampUs MicroVideoVersion
device+any: HdrPlusMakernote hdrp_makernote shot_log_data PortraitRequest PortraitNote
device: BurstID BurstPrimary
software: DisableAutoCreation DisableSuggestedAction PortraitVersion SpecialTypeID CreationsVersion

@GCreations http://ns.google.com/photos/1.0/creations/
device: CameraBurstID
software: Type

@GContainer http://ns.google.com/photos/1.0/container/
preview: Directory Item

@Item http://ns.google.com/photos/1.0/container/item/
preview: Length Mime Padding Semantic URI Label UniqueId

@GImage http://ns.google.com/photos/1.0/image/
preview: Mime
preview+any: Data

@GAudio http://ns.google.com/photos/1.0/audio/
preview+any: Data
preview: Mime

@GDepth http://ns.google.com/photos/1.0/depthmap/
preview: Format Near Far Mime Units MeasureType ConfidenceMime ImageWidth ImageHeight
preview+any: Data Confidence
preview+camera: Manufacturer Model Software

@GFocus http://ns.google.com/photos/1.0/focus/
preview: BlurAtInfinity FocalDistance FocalPointX FocalPointY

@Device http://ns.google.com/photos/dd/1.0/device/
preview+any: *

@HDRGainMap http://ns.apple.com/HDRGainMap/1.0/
preview: *

@apdi http://ns.apple.com/pixeldatainfo/1.0/
preview: *

@depthData http://ns.apple.com/depthData/1.0/
preview+device: *

@depthBlurEffect http://ns.apple.com/depthBlurEffect/1.0/
preview: *

@portraitLightingEffect http://ns.apple.com/portraitLightingEffect/2.0/
preview: *

@PortraitEffectsMatte http://ns.apple.com/PortraitEffectsMatte/1.0/
preview: *

@SemanticSegmentationMatte http://ns.apple.com/SemanticSegmentationMatte/1.0/
preview: *

@SpatialMedia http://ns.apple.com/SpatialMedia/1.0/
preview: *

@MiCamera http://ns.xiaomi.com/photos/1.0/camera/
preview+any: *

@OpCamera http://ns.oplus.com/photos/1.0/camera/
preview+any: *
`;
