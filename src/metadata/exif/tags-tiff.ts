/**
 * TIFF 6.0, TIFF/EP, and the private tags that are met in IFD0, IFD1 and SubIFDs, with what each can reveal.
 * One line per category: `id Name`, hexadecimal ids. Names are those of the standards.
 */
export const TIFF_TAGS = `
rendering: 00fe NewSubfileType, 00ff SubfileType, 0100 ImageWidth, 0101 ImageLength, 0102 BitsPerSample, 0103 Compression,
  0106 PhotometricInterpretation, 0107 Threshholding, 0108 CellWidth, 0109 CellLength, 010a FillOrder, 0112 Orientation,
  0115 SamplesPerPixel, 0116 RowsPerStrip, 0118 MinSampleValue, 0119 MaxSampleValue, 011a XResolution, 011b YResolution,
  011c PlanarConfiguration, 011e XPosition, 011f YPosition, 0122 GrayResponseUnit, 0123 GrayResponseCurve, 0124 T4Options,
  0125 T6Options, 0128 ResolutionUnit, 0129 PageNumber, 012c ColorResponseUnit, 012d TransferFunction, 013d Predictor,
  013e WhitePoint, 013f PrimaryChromaticities, 0140 ColorMap, 0141 HalftoneHints, 0142 TileWidth, 0143 TileLength,
  0146 BadFaxLines, 0147 CleanFaxData, 0148 ConsecutiveBadFaxLines, 014c InkSet, 014e NumberOfInks, 0150 DotRange,
  0152 ExtraSamples, 0153 SampleFormat, 0154 SMinSampleValue, 0155 SMaxSampleValue, 0156 TransferRange, 0158 XClipPathUnits,
  0159 YClipPathUnits, 015a Indexed, 0191 ProfileType, 0192 FaxProfile, 0193 CodingMethods, 0194 VersionYear, 0195 ModeNumber,
  01b1 Decode, 01b2 DefaultImageColor, 01b3 T82Options, 0200 JPEGProc, 0203 JPEGRestartInterval, 0205 JPEGLosslessPredictors,
  0206 JPEGPointTransforms, 0211 YCbCrCoefficients, 0212 YCbCrSubSampling, 0213 YCbCrPositioning, 0214 ReferenceBlackWhite,
  022f StripRowCounts, a481 GDALNoData, 0303 RenderingIntent, 80e3 Matteing, 80e4 DataType, 80e5 ImageDepth, 80e6 TileDepth,
  bc04 ImageType, bc80 ImageWidth, bc81 ImageHeight, bc82 WidthResolution, bc83 HeightResolution
preview: 0111 StripOffsets, 0117 StripByteCounts, 0120 FreeOffsets, 0121 FreeByteCounts, 0144 TileOffsets, 0145 TileByteCounts,
  014a SubIFDs, 015b JPEGTables, 015f OPIProxy, 01b5 JPEGTables, 0201 JPEGInterchangeFormat, 0202 JPEGInterchangeFormatLength,
  0207 JPEGQTables, 0208 JPEGDCTables, 0209 JPEGACTables, 5012 ThumbnailFormat, 5013 ThumbnailWidth, 5014 ThumbnailHeight,
  5015 ThumbnailColorDepth, 5016 ThumbnailPlanes, 5017 ThumbnailRawBytes, 5018 ThumbnailLength, 5019 ThumbnailCompressedSize,
  501b ThumbnailData, 5020 ThumbnailImageWidth, 5021 ThumbnailImageHeight, 5022 ThumbnailBitsPerSample, 5023 ThumbnailCompression,
  5024 ThumbnailPhotometricInterp, 5028 ThumbnailStripOffsets, 5029 ThumbnailOrientation, 502a ThumbnailSamplesPerPixel,
  502b ThumbnailRowsPerStrip, 502c ThumbnailStripByteCounts, 502d ThumbnailResolutionX, 502e ThumbnailResolutionY,
  502f ThumbnailPlanarConfig, 5030 ThumbnailResolutionUnit, 5031 ThumbnailTransferFunction, 5035 ThumbnailWhitePoint,
  5036 ThumbnailPrimaryChromaticities, 5037 ThumbnailYCbCrCoefficients, 5038 ThumbnailYCbCrSubsampling,
  5039 ThumbnailYCbCrPositioning, 503a ThumbnailRefBlackWhite, bcc0 ImageOffset, bcc1 ImageByteCount, bcc2 AlphaOffset,
  bcc3 AlphaByteCount, b4c3 HasselbladRawImage
camera: 010f Make, 0110 Model, 828d CFARepeatPatternDim, 828e CFAPattern, 828f BatteryLevel, 827d Model2, 8214 ImageFullWidth,
  8215 ImageFullHeight, 8829 Interlace, 882b SelfTimerMode, 920b FlashEnergy, 920c SpatialFrequencyResponse, 920d Noise,
  920e FocalPlaneXResolution, 920f FocalPlaneYResolution, 9210 FocalPlaneResolutionUnit, 9215 ExposureIndex,
  9216 TIFF-EPStandardID, 9217 SensingMethod, 923f StoNits, 5026 ThumbnailEquipMake, 5027 ThumbnailEquipModel,
  7000 SonyRawFileType, 7010 SonyToneCurve, 7031 VignettingCorrection, 7032 VignettingCorrParams,
  7034 ChromaticAberrationCorrection, 7035 ChromaticAberrationCorrParams, 7036 DistortionCorrection, 7037 DistortionCorrParams,
  9a00 XiaomiModel, fdea Lens, afc1 ExpandLens, afc2 ExpandFilm, afc3 ExpandFilterLens, afc4 ExpandScanner, afc5 ExpandFlashLamp
copyright: 013b Artist, 8298 Copyright, 9c9d XPAuthor, 5034 ThumbnailArtist, 503b ThumbnailCopyright, c6fe ProfileCopyright
person: fde8 OwnerName
device: 013c HostComputer, 0151 TargetPrinter, 800d ImageID, 9211 ImageNumber, fde9 SerialNumber, 8871 FedexEDR,
  885c FaxRecvParams, 885d FaxSubAddress, 9009 GooglePlusUploadCode, 9999 XiaomiSettings
time: 0132 DateTime, 882a TimeZoneOffset, 885e FaxRecvTime, 5033 ThumbnailDateTime, 82aa MDPrepDate, 82ab MDPrepTime
text: 010d DocumentName, 010e ImageDescription, 011d PageName, 014d InkNames, 4746 Rating, 4749 RatingPercent, 9c9b XPTitle,
  9c9c XPComment, 9c9e XPKeywords, 9c9f XPSubject, 5025 ThumbnailDescription, 84e0 Site, 9212 SecurityClassification,
  82a8 MDLabName, 82a9 MDSampleInfo, c6d2 PanasonicTitle, c6d3 PanasonicTitle2, 932f MSDocumentText, c44f Annotations,
  80a4 WangAnnotation, 9287 LearningOptOutIn
software: 000b ProcessingSoftware, 0131 Software, 9213 ImageHistory, 5032 ThumbnailSoftware, afc0 ExpandSoftware,
  c4a5 PrintImageMatching, c427 OceScanjobDesc, c428 OceApplicationSelector, ea1d OffsetSchema, 5001 ResolutionXUnit,
  5002 ResolutionYUnit, 5003 ResolutionXLengthUnit, 5004 ResolutionYLengthUnit, 5005 PrintFlags, 5006 PrintFlagsVersion,
  5007 PrintFlagsCrop, 5008 PrintFlagsBleedWidth, 5009 PrintFlagsBleedWidthScale, 500a HalftoneLPI, 500b HalftoneLPIUnit,
  500c HalftoneDegree, 500d HalftoneShape, 500e HalftoneMisc, 500f HalftoneScreen, 5010 JPEGQuality, 5011 GridSize,
  501a ColorTransferFunction, 5090 LuminanceTable, 5091 ChrominanceTable, 5100 FrameDelay, 5101 LoopCount, 5102 GlobalPalette,
  5103 IndexBackground, 5104 IndexTransparent, 5110 PixelUnits, 5111 PixelsPerUnitX, 5112 PixelsPerUnitY, 5113 PaletteHistogram,
  fe4d Converter, fe4e WhiteBalance, fe51 Exposure, fe52 Shadows, fe53 Brightness, fe54 Contrast, fe55 Saturation,
  fe56 Sharpness, fe57 Smoothness, fe58 MoireFilter, fe4c RawFile
location: 830e ModelPixelScale, 8480 IntergraphMatrix, 8482 ModelTiepoint, 85d8 ModelTransformation, 85d7 JPLCartoIFD,
  87af GeoKeyDirectory, 87b0 GeoDoubleParams, 87b1 GeoAsciiParams, a480 GDALMetadata, 80b9 ImageReferencePoints,
  80ba RegionXformTackPoint, 80bb WarpQuadrilateral, 80bc AffineTransformMat, 8219 MatrixWorldToScreen, 821a MatrixWorldToCamera
provenance: cd41 JUMBF, cea1 SEAL
hidden: ea1c Padding, 0157 ClipPath, 4747 XP_DIP_XML, 4748 StitchInfo, 03e7 USPTOMiscellaneous, 80a3 WangTag1, 80a5 WangTag3,
  80a6 WangTag4, 8290 KodakIFD, 8546 SEMInfo, 8568 AFCP_IPTC, 8606 LeafData, 888a LeafSubIFD, 9330 MSPropertySetStorage,
  9331 MSDocumentTextPosition, 935c ImageSourceData, 877f TIFF_FXExtensions, 8780 MultiProfiles, 8781 SharedData, 8782 T88Options,
  87ac ImageLayer, c519 HasselbladXML, c51b HasselbladExif, c573 OriginalFileName, c580 USPTOOriginalContentType,
  c660 AliasLayerMetadata, fe00 KDC_IFD, 847e IntergraphPacketData, 847f IntergraphFlagRegisters, 923a CIP3DataFile,
  923b CIP3Sheet, 923c CIP3Side, 0190 GlobalParametersIFD
`;

/** Adobe DNG 1.7.1 tags. In an Exif block of another format they mean nothing to the picture. */
export const DNG_TAGS = `
camera: c612 DNGVersion, c613 DNGBackwardVersion, c614 UniqueCameraModel, c615 LocalizedCameraModel, c616 CFAPlaneColor,
  c617 CFALayout, c618 LinearizationTable, c619 BlackLevelRepeatDim, c61a BlackLevel, c61b BlackLevelDeltaH,
  c61c BlackLevelDeltaV, c61d WhiteLevel, c61e DefaultScale, c61f DefaultCropOrigin, c620 DefaultCropSize, c621 ColorMatrix1,
  c622 ColorMatrix2, c625 ReductionMatrix1, c626 ReductionMatrix2, c627 AnalogBalance, c628 AsShotNeutral, c629 AsShotWhiteXY,
  c62a BaselineExposure, c62b BaselineNoise, c62c BaselineSharpness, c62d BayerGreenSplit, c62e LinearResponseLimit,
  c630 LensInfo, c631 ChromaBlurRadius, c632 AntiAliasStrength, c633 ShadowScale, c635 MakerNoteSafety,
  c65a CalibrationIlluminant1, c65b CalibrationIlluminant2, c65c BestQualityScale, c68d ActiveArea, c68e MaskedAreas,
  c690 AsShotPreProfileMatrix, c692 CurrentPreProfileMatrix, c6bf ColorimetricReference, c6c5 SRawType,
  c6f7 NoiseReductionApplied, c6f9 ProfileHueSatMapDims, c6fa ProfileHueSatMapData1, c6fb ProfileHueSatMapData2,
  c6fc ProfileToneCurve, c6fd ProfileEmbedPolicy, c714 ForwardMatrix1, c715 ForwardMatrix2, c71a PreviewColorSpace,
  c71e SubTileBlockSize, c71f RowInterleaveFactor, c725 ProfileLookTableDims, c726 ProfileLookTableData, c740 OpcodeList1,
  c741 OpcodeList2, c74e OpcodeList3, c761 NoiseProfile, c764 FrameRate, c772 TStop, c791 OriginalDefaultFinalSize,
  c792 OriginalBestQualityFinalSize, c793 OriginalDefaultCropSize, c7a3 ProfileHueSatMapEncoding,
  c7a4 ProfileLookTableEncoding, c7a5 BaselineExposureOffset, c7a6 DefaultBlackRender, c7a8 RawToPreviewGain,
  c7b5 DefaultUserCrop, c7e9 DepthFormat, c7ea DepthNear, c7eb DepthFar, c7ec DepthUnits, c7ed DepthMeasureType,
  cd2d ProfileGainTableMap, cd31 CalibrationIlluminant3, cd33 ColorMatrix3, cd34 ForwardMatrix3, cd35 IlluminantData1,
  cd36 IlluminantData2, cd37 IlluminantData3, cd38 MaskSubArea, cd39 ProfileHueSatMapData3, cd3a ReductionMatrix3,
  cd3f RGBTables, cd40 ProfileGainTableMap2, cd43 ColumnInterleaveFactor, cd44 ImageSequenceInfo, cd46 ImageStats,
  cd47 ProfileDynamicRange, cd49 JXLDistance, cd4a JXLEffort, cd4b JXLDecodeSpeed
device: c62f CameraSerialNumber, c623 CameraCalibration1, c624 CameraCalibration2, cd32 CameraCalibration3,
  c65d RawDataUniqueID, c71c RawImageDigest, c71d OriginalRawFileDigest, c7a7 NewRawImageDigest, c789 ReelName,
  c7a1 CameraLabel, c6f3 CameraCalibrationSignature
time: c71b PreviewDateTime, c763 TimeCodes
text: c68b OriginalRawFileName
software: c6f4 ProfileCalibrationSignature, c6f6 AsShotProfileName, c6f8 ProfileName, c716 PreviewApplicationName,
  c717 PreviewApplicationVersion, c718 PreviewSettingsName, c719 PreviewSettingsDigest, c7aa CacheVersion, c7ee EnhanceParams,
  cd48 ProfileGroupName, cd2e SemanticName, cd30 SemanticInstanceID
hidden: c634 DNGPrivateData, c68c OriginalRawFileData, c68f AsShotICCProfile, c691 CurrentICCProfile, c6f5 ExtraCameraProfiles,
  c7d5 NikonNEFInfo, c7d7 ZIFMetadata, c7d8 ZIFAnnotations
`;
