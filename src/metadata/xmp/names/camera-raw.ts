/** Adobe Camera Raw and others that store how a picture was developed. Notation: see `properties.ts`. */
const CAMERA_RAW = `
software#: *
software+person: RawFileName
software+text: ContactInfo Copyright Description Name ShortName SortName Group Cluster CameraModelRestriction
software+device: DefaultsSpecificToSerial MaskDigest InputDigest EncodedDigest SourceImageDigest DepthMapDigest
camera: CameraProfile LensProfileName LensProfileFilename LensProfileSetup
software: UUID Digest AutoToneDigest AutoToneDigestNoSat CameraProfileDigest LensProfileDigest LookTable RGBTable LensModelDigest
  Version ProcessVersion WhiteBalance ToneCurve ToneCurveRed ToneCurveGreen ToneCurveBlue ToneCurvePV2012
  ToneCurvePV2012Red ToneCurvePV2012Green ToneCurvePV2012Blue ToneCurveName ToneCurveName2012 ToneMapName Look Parameters
  GradientBasedCorrections CircularGradientBasedCorrections PaintBasedCorrections MaskGroupBasedCorrections
  RetouchAreas RetouchInfo RedEyeInfo CorrectionMasks CorrectionRangeMask CorrectionName CorrectionSyncID What MaskName MaskID
  MaskSyncID Masks Dabs FullX Table PresetType JPEGHandling TIFFHandling CropUnit CropUnits AutoWhiteVersion
  SourceState Method SpotType HealVersion LensBlur DepthMapInfo DepthBasedCorrections UprightFourSegments
  UprightTransform_0 UprightTransform_1 UprightTransform_2 UprightTransform_3 UprightTransform_4 UprightTransform_5
  Point PointColors RangeMask LumRange ColorAmount AreaModels Components ColorRangeMaskAreaSampleInfo Type
  PointModels UprightDependentDigest UprightFocalMode UprightGuidedDependentDigest UprightVersion HDREditMode Converter
  MaskSubType MaskSubCategoryID ReferencePoint Gesture SearchPattern VideoFrameRate Preset Points SubMaskID
  AILook FilterList Filter Title LookName Monochrome
preview+any: LensBlurData DepthMapData MaskData InputMask Image
`;

export const CAMERA_RAW_NAMES = `
@crs http://ns.adobe.com/camera-raw-settings/1.0/
${CAMERA_RAW}
@crd http://ns.adobe.com/camera-raw-defaults/1.0/
${CAMERA_RAW}
@crss http://ns.adobe.com/camera-raw-saved-settings/1.0/
software: SavedSettings Name Type Parameters

@darktable http://darktable.sf.net/
time: import_timestamp change_timestamp export_timestamp print_timestamp
software: xmp_version raw_params auto_presets_applied history history_end iop_order_version iop_order_list masks_history mask_id
  mask_type mask_name mask_version mask mask_nb mask_src mask_num mask_points num operation enabled modversion params
  multi_name multi_name_hand_edited multi_priority blendop_version blendop_params history_basic_hash history_current_hash
  history_auto_hash
text: colorlabels notes image_id

@GIMP http://www.gimp.org/xmp/
software: API Platform Version
time: TimeStamp

@nine http://ns.nikon.com/nine/1.0/
software: NineEdits Trim version about
text: Label Rating

@sdc http://ns.nikon.com/sdc/1.0/
software: about appname appversion version

@ast http://ns.nikon.com/asteroid/1.0/
location: GPSAltitude GPSAltitudeRef GPSImgDirection GPSImgDirectionRef GPSLatitude GPSLatitudeRef GPSLongitude GPSLongitudeRef
  GPSMapDatum GPSVersionID
hidden+any: IPTC XMLPackets
software: about version

@aas http://ns.apple.com/adjustment-settings/1.0/
software: *

@xmpDSA http://leica-camera.com/digital-shift-assistant/1.0/
software: *

@fpv http://ns.fastpictureviewer.com/fpv/1.0/
text: RichTextComment

@ics http://ns.idimager.com/ics/1.0/
text: SubVersions TagStructure LabelName1 LabelName2 LabelName3 LabelName4 Reference SubLabels ParentReference
software: AppVersion ImageRef
time: TimeStamp
software+text: VersName VersRef
`;
