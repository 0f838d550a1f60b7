/** XMP parts 1 and 2 (ISO 16684-1), Adobe's own schemas and Dublin Core. Notation: see `properties.ts`. */
export const ADOBE_NAMES = `
@dc http://purl.org/dc/elements/1.1/
copyright: contributor creator publisher rights
text: description relation source subject title type language
location: coverage
device: identifier
time: date
software: format Format

@dcterms http://purl.org/dc/terms/
provenance: provenance
location: spatial
time: created modified date dateSubmitted dateAccepted issued available valid dateCopyrighted temporal
copyright: creator contributor publisher rights rightsHolder license accessRights bibliographicCitation
text: title description subject abstract alternative type language source isPartOf hasPart relation
device: identifier
software: format extent

@iX http://ns.adobe.com/iX/1.0/

@xmp http://ns.adobe.com/xap/1.0/
time: CreateDate MetadataDate ModifyDate
software: CreatorTool Advisory BaseURL Format
device: Identifier
text: Description Keywords Label Nickname Rating RatingPercent Title
copyright: Author
preview: Thumbnails PageInfo

@xmpMM http://ns.adobe.com/xap/1.0/mm/
device: DocumentID InstanceID OriginalDocumentID SaveID
device+software: DerivedFrom ManagedFrom RenditionOf RenditionClass RenditionParams VersionID Versions Ingredients subject
software+device+time: History
device+software+time+preview: Pantry
software+person: LastURL ManageTo ManageUI Manager ManagerVariant Manifest PreservedFileName
software+device: placedXResolution placedYResolution placedResolutionUnit

@xmpRights http://ns.adobe.com/xap/1.0/rights/
copyright: Certificate Marked Owner UsageTerms WebStatement

@xmpBJ http://ns.adobe.com/xap/1.0/bj/
text+software: JobRef

@xmpTPg http://ns.adobe.com/xap/1.0/t/pg/
software: Colorants Fonts HasVisibleOverprint HasVisibleTransparency MaxPageSize NPages NImages PlateNames SwatchGroups

@xmpidq http://ns.adobe.com/xmp/Identifier/qual/1.0/
device: Scheme

@xmpG http://ns.adobe.com/xap/1.0/g/
software: *

@xmpGImg http://ns.adobe.com/xap/1.0/g/img/
preview: width height format
preview+any: image

@xmpPLUS http://ns.adobe.com/xap/1.0/PLUS/
copyright: CreditLineReq ReuseAllowed

@stRef http://ns.adobe.com/xap/1.0/sType/ResourceRef#
device: documentID instanceID originalDocumentID alternatePaths filePath fromPart lastModifyDate manager managerVariant manageTo
  manageUI maskMarkers partMapping renditionClass renditionParams toPart versionID linkForm linkCategory placedXResolution
  placedYResolution placedResolutionUnit

@stEvt http://ns.adobe.com/xap/1.0/sType/ResourceEvent#
software: action changed parameters softwareAgent
device: instanceID
time: when

@stVer http://ns.adobe.com/xap/1.0/sType/Version#
software: comments event version
person: modifier
time: modifyDate

@stMfs http://ns.adobe.com/xap/1.0/sType/ManifestItem#
software: linkForm reference placedXResolution placedYResolution placedResolutionUnit

@stFnt http://ns.adobe.com/xap/1.0/sType/Font#
software: *

@stJob http://ns.adobe.com/xap/1.0/sType/Job#
text: id name url

@stDim http://ns.adobe.com/xap/1.0/sType/Dimensions#
rendering: w h unit

@stArea http://ns.adobe.com/xmp/sType/Area#
rendering: x y w h d unit

@photoshop http://ns.adobe.com/photoshop/1.0/
location: City Country State
copyright: AuthorsPosition CaptionWriter Credit Source
text: Category Headline Instructions SupplementalCategories TransmissionReference Urgency LabelColor
text+hidden: TextLayers LayerName LayerText
time: DateCreated
rendering: ColorMode ICCProfile
device: DocumentAncestors
software+text+time: History
software+hidden: LegacyIPTCDigest EmbeddedXMPDigest
software: SidecarForExtension
camera: CameraProfiles

@stCamera http://ns.adobe.com/photoshop/1.0/camera-profile
camera: *
copyright: Author

@crlcp http://ns.adobe.com/camera-raw-embedded-lens-profile/1.0/
camera: *

@panorama http://ns.adobe.com/photoshop/1.0/panorama-profile
software: Transformation VirtualFocalLength VirtualImageXCenter VirtualImageYCenter

@pdf http://ns.adobe.com/pdf/1.3/
copyright: Author Copyright Marked
software: Creator PDFVersion Producer Trapped
time: CreationDate ModDate
text: Keywords Subject Title

@pdfaid http://www.aiim.org/pdfa/ns/id/
software: part conformance amd rev

@illustrator http://ns.adobe.com/illustrator/1.0/
software: CreatorSubTool StartupProfile Type IsFileSavedViaPDF

@lr http://ns.adobe.com/lightroom/1.0/
text: hierarchicalSubject weightedFlatSubject
location+text: privateRTKInfo

@album http://ns.adobe.com/album/1.0/
text: Notes

@creatorAtom http://ns.adobe.com/creatorAtom/1.0/
software+person: *

@swf http://ns.adobe.com/swf/1.0/
software: *

@hdr_metadata http://ns.adobe.com/hdr-metadata/1.0/
rendering: ccv_avg_luminance_nits ccv_max_luminance_nits ccv_min_luminance_nits ccv_primaries_xy ccv_white_xy scene_referred

@hdrgm http://ns.adobe.com/hdr-gain-map/1.0/
preview: BaseRenditionIsHDR GainMapMax GainMapMin Gamma HDRCapacityMax HDRCapacityMin OffsetHDR OffsetSDR Version

@DICOM http://ns.adobe.com/DICOM/
person+device+time+text+location: *

@Attrib http://ns.attribution.com/ads/1.0/
device+time: Ads Created ExtId FbId TouchType

@xmpDM http://ns.adobe.com/xmp/1.0/DynamicMedia/
location: shotLocation
camera: cameraAngle cameraLabel cameraModel cameraMove lightingType
copyright: artist composer copyright director directorPhotography engineer client
time: releaseDate shotDate audioModDate metadataModDate videoModDate shotDay
text: album comment logComment genre instrument key scene shotName shotNumber shotSize takeNumber tapeName altTapeName trackNumber
  lyrics discNumber partOfCompilation projectName shotTitle name good pick speakerPlacement markers Tracks cuePointParams cuePointType
  target location probability speaker type
software+person: projectRef path relativePath fileDataRate absPeakAudioFilePath contributedMedia
software: altTimecode audioChannelType audioCompressor audioSampleRate audioSampleType beatSpliceParams duration introTime loop
  numberOfBeats outCue relativePeakAudioFilePath relativeTimestamp resampleParams scaleType startTimecode startTimeSampleSize
  startTimeScale stretchMode tempo timeScaleParams timeSignature videoAlphaMode videoAlphaPremultipleColor videoAlphaUnityIsTransparent
  videoColorSpace videoCompressor videoFieldOrder videoFrameRate videoFrameSize videoPixelAspectRatio videoPixelDepth pullDown
  scale value timeFormat timeValue startTime frameRate trackName trackType frames start riseInDecibel riseInTimeDuration
  useFileBeatsMarker quality frameOverlappingPercentage frameSize managed webStatement videoColorDepth
  gopro_HiLightTags
`;
