/** IPTC, PLUS, PRISM and other schemas of press and picture agencies. Notation: see `properties.ts`. */
export const AGENCY_NAMES = `
@Iptc4xmpCore http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/
location: CountryCode Location
copyright: CreatorContactInfo{} CiEmailWork CiTelWork CiUrlWork
location+copyright: CiAdrCity CiAdrCtry CiAdrExtadr CiAdrPcode CiAdrRegion
text: AltTextAccessibility ExtDescrAccessibility IntellectualGenre Scene SubjectCode

@Iptc4xmpExt http://iptc.org/std/Iptc4xmpExt/2008-02-29/
location: LocationShown LocationCreated City CountryCode CountryName LocationId LocationName ProvinceState Sublocation WorldRegion
person: PersonInImage PersonInImageWDetails PersonHeard PersonCharacteristic PersonDescription PersonId PersonName AddlModelInfo
  ModelAge ImageRegion RegionBoundary rRole rCtype rId
person+text: OrganisationInImageCode OrganisationInImageName Name
rendering: rbX rbY rbW rbH rbRx rbUnit rbShape rbVertices MaxAvailHeight MaxAvailWidth
copyright: Creator Contributor CopyrightNotice CopyrightYear EmbdEncRightsExpr EncRightsExpr LinkedEncRightsExpr LinkedRightsExpr
  RightsExprEncType RightsExprLangId SupplyChainSource metadataAuthority metadataLastEditor Role
text: AboutCvTerm CvId CvTermId CvTermName CvTermRefinedAbout CVterm Event EventId EventExt EventName Genre Headline ProductInImage
  ProductDescription ProductGTIN ProductName ProductId ArtworkOrObject AOContentDescription AOContributionDescription
  AOPhysicalDescription AOSource AOSourceInvNo AOSourceInvURL AOStylePeriod AOTitle DataOnScreen Dopesheet DopesheetLink Episode
  Season Series SnapshotLink StorylineIdentifier StylePeriod Transcript TranscriptLink VideoShotType VisualColour WorkflowTag Rating
  PlanningRef ExternalMetadataLink FeedIdentifier ReleaseReady StreamReady parentId ContainerFormat Identifier Link LinkQualifier
  RatingValue RatingSourceLink RatingScaleMinValue RatingScaleMaxValue RatingValueLogoLink RatingRegion Number Date
copyright+text: AOCopyrightNotice AOCreator AOCreatorId AOCurrentCopyrightOwnerId AOCurrentCopyrightOwnerName AOCurrentLicensorId
  AOCurrentLicensorName
time: IptcLastEdited metadataLastEdited TemporalCoverage tempCoverageFrom tempCoverageTo PublicationEvent
text+time: AODateCreated AOCircaDateCreated CircaDateCreated
device: DigImageGUID RegistryId RegItemId RegOrgId RegEntryRole RecDevice
provenance: DigitalSourceType DigitalSourcefileType
ai-prompt: AIPromptInformation AIPromptWriterName
software: AISystemUsed AISystemVersionUsed audioBitRate audioBitRateMode audioBitsPerSample audioChannelCount videoBitRate
  videoBitRateMode videoDisplayAspectRatio videoEncodingProfile videoStreamsCount

@plus http://ns.useplus.org/ldf/xmp/1.0/
person: MinorModelAgeDisclosure ModelReleaseID ModelReleaseStatus
copyright: *

@prism http://prismstandard.org/namespaces/basic/2.0/
location: location
person: person
copyright: corporateEntity organization distributor copyrightYear
time: creationDate modificationDate publicationDate coverDate killDate onSaleDate offSaleDate dateRecieved timePeriod
text: *

@prism1 http://prismstandard.org/namespaces/1.2/basic/
location: location
person: person
copyright: copyright corporateEntity organization distributor
time: creationTime creationDate modificationTime modificationDate publicationTime publicationDate receptionTime releaseTime
text: *

@prism21 http://prismstandard.org/namespaces/basic/2.1/
location: location
person: person
time: creationDate modificationDate publicationDate coverDate
text: *

@prism3 http://prismstandard.org/namespaces/basic/3.0/
location: location
person: person
time: creationDate modificationDate publicationDate coverDate
text: *

@prl http://prismstandard.org/namespaces/prl/2.1/
location+copyright: geography
copyright: *

@pur http://prismstandard.org/namespaces/prismusagerights/2.1/
copyright: *

@pmi http://prismstandard.org/namespaces/pmi/2.2/
location: location
person: contactInfo
text: *

@cc http://creativecommons.org/ns#
copyright: *

@cc-web http://web.resource.org/cc/
copyright: *

@GettyImagesGIFT http://xmp.gettyimages.com/gift/1.0/
device: AssetID CameraSerialNumber
software: CameraFilename OriginalFilename PrimaryFTP SecondaryFTP GIFTFtpPriority RoutingDestinations RoutingExclusions
camera: CameraMakeModel
time: OriginalCreateDateTime TimeShot MediaEventIdDate
person: Personality
text: CallForImage Composition ExclusiveCoverage ImageRank ParentMEID ParentMediaEventID DlRef

@photomechanic http://ns.camerabits.com/photomechanic/1.0/
location: CountryCode
copyright: CreatorIdentity
time: TimeCreated
text: ColorClass EditStatus Tagged
software: PMVersion Prefs

@extensis http://ns.extensis.com/extensis/1.0/
person: ApprovedBy ClientName RoutedTo
text: Approved JobName JobStatus RoutingNotes WorkToDo

@mediapro http://ns.iview-multimedia.com/mediapro/1.0/
location: Location
person: People
text: CatalogSets Event Status UserFields

@expressionmedia http://ns.microsoft.com/expressionmedia/1.0/
person: People
text: CatalogSets Event Status

@dex http://ns.optimasc.com/dex/1.0/
text: rating shortdescription source
copyright: licensetype
software: crc32 ffid os revision

@avm http://www.communicatingastronomy.org/avm/1.0/
location: *
text: Type Subject.Category Subject.Name Distance Distance.Notes ReferenceURL Credit

@dwc http://rs.tdwg.org/dwc/index.htm
location+person+time+text: *

@dwc-terms http://rs.tdwg.org/dwc/terms/
location+person+time+text: *

@seal http://ns.seal/2024/1.0/
provenance: seal

@c2pa http://c2pa.org/manifest
provenance: *

@et http://ns.exiftool.org/1.0/
device: OriginalImageHash OriginalImageHashType OriginalImageMD5
`;
