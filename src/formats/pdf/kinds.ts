import type { Category } from '../../core/category.js';

/** What an entry of a dictionary is, by the dictionary's kind and the entry's key. */
export type EntryRule =
  /** Needed, or harmless: what it holds is looked at as one of `kind`. */
  | { readonly rule: 'walk'; readonly kind: Kind }
  /** A dictionary under whose keys, which writers choose, lie values of `kind`. */
  | { readonly rule: 'map'; readonly kind: Kind }
  /** Tells something, and nothing is drawn with it. */
  | { readonly rule: 'tells'; readonly category: Category }
  /** May tell anything. */
  | { readonly rule: 'opaque'; readonly note: string; readonly category?: Category }
  /** Looked at by a function of its own (`survey.ts`). */
  | { readonly rule: 'special'; readonly name: Special };

export type Special = 'metadata' | 'action' | 'actions' | 'signature' | 'forms' | 'private' | 'outlines' | 'title';

export type Kind =
  | 'any'
  | 'Trailer'
  | 'Catalog'
  | 'Info'
  | 'Pages'
  | 'Page'
  | 'Resources'
  | 'Image'
  | 'Form'
  | 'Font'
  | 'FontDescriptor'
  | 'Annot'
  | 'Appearance'
  | 'AcroForm'
  | 'Names'
  | 'Outlines'
  | 'OutlineItem'
  | 'StructTreeRoot'
  | 'StructElem'
  | 'OCProperties'
  | 'OCConfig'
  | 'OCG'
  | 'OCUsage'
  | 'OutputIntent';

export interface KindRules {
  /** True where the standard names every entry: any other is private. */
  readonly isClosed: boolean;
  readonly entries: ReadonlyMap<string, EntryRule>;
}

/** Keys that mean the same in every dictionary. */
const EVERYWHERE = `
special metadata: Metadata
special private: PieceInfo
time: LastModified
opaque files that are attached: AF
`;

/** 7.3.8.2. A stream whose data lies in another file names that. */
const STREAM = `
walk any: Length Filter DecodeParms DL
opaque the name of a file with the data: F FFilter FDecodeParms
`;

/**
 * Entries of ISO 32000-2 by kind of dictionary: a rule, then the keys that it is for. `*` lets other keys pass: names of fonts
 * or colourants, and attributes of which the standard has too many. Where it is missing, a key that is not listed is private.
 */
const TABLES: Readonly<Record<Kind, string>> = {
  any: '*',
  // 7.5.5; those of a cross-reference stream are in the same dictionary.
  Trailer: `
walk any: Size Prev XRefStm Type W Index Length Filter DecodeParms
walk Catalog: Root
walk Info: Info
device: ID
`,
  // 7.7.2
  Catalog: `
walk any: Type Version Extensions PageLabels Dests ViewerPreferences PageLayout PageMode MarkInfo Lang NeedsRendering Requirements
walk OutputIntent: OutputIntents
walk Pages: Pages
walk Names: Names
special outlines: Outlines
walk StructTreeRoot: StructTreeRoot
walk OCProperties: OCProperties
walk AcroForm: AcroForm
special action: OpenAction
special actions: AA
text: URI Legal
special signature: Perms DSS
opaque files that are attached: Collection
opaque metadata of parts of the document: DPartRoot
opaque where pages were captured from: SpiderInfo
opaque articles, with their titles and authors: Threads
`,
  Info: '*',
  // 7.7.3
  Pages: `
walk any: Type Parent Count MediaBox CropBox Rotate
walk Pages: Kids
walk Resources: Resources
`,
  Page: `
walk any: Type Parent MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Contents Rotate Group Dur Trans StructParents PZ SeparationInfo Tabs TemplateInstantiated PresSteps UserUnit
walk OutputIntent: OutputIntents
walk Resources: Resources
walk Annot: Annots
device: ID
preview: Thumb
special actions: AA
location: VP LGIDict
opaque metadata of parts of the document: DPart
opaque articles, with their titles and authors: B
`,
  // 7.8.3
  Resources: `
walk any: ProcSet
map any: ExtGState ColorSpace Pattern Shading XObject Properties
map Font: Font
`,
  // 8.9.5
  Image: `
walk any: Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte Name StructParent OC
device: ID
preview: Alternates
software: OPI
location: Measure PtData
${STREAM}`,
  // 8.10.2
  Form: `
walk any: Type Subtype FormType BBox Matrix Group StructParent StructParents OC Name
walk Resources: Resources
software: OPI
opaque a page of another document: Ref
location: Measure PtData
${STREAM}`,
  // 9.5 to 9.7
  Font: `
walk any: Type Subtype Name BaseFont FirstChar LastChar Widths Encoding ToUnicode FontBBox FontMatrix CIDSystemInfo DW W DW2 W2 CIDToGIDMap
map any: CharProcs
walk Resources: Resources
walk Font: DescendantFonts
walk FontDescriptor: FontDescriptor
`,
  // 9.8
  FontDescriptor: `
walk any: Type FontName FontFamily FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CharSet Style Lang FD CIDSet
`,
  // 12.5 and 12.7: a field with one annotation is the same dictionary.
  Annot: `
walk any: Type Subtype Rect P F AS Border C StructParent OC BM CA ca Lang IRT RT IT State StateModel Open Name QuadPoints L LE BS BE IC LL LLE Cap LLO CP Vertices Path InkList Q DA DS CL RD RO Repeat Dest H FixedPrint 3DI 3DB Version AnnotStates FontFauxing
walk Appearance: AP
walk Annot: Popup Parent Kids
walk any: FT Ff MaxLen TI I Opt Lock SV V RV MK
text: Contents RC Subj TU TM DV OverlayText
device: NM
time: M CreationDate
copyright: T
special action: A PA
special actions: AA
location: Measure
opaque an attached file or recording: FS Sound Movie 3DD 3DV 3DA 3DU RichMediaContent RichMediaSettings
opaque data behind a note: ExData
`,
  Appearance: '*',
  // 12.7.3
  AcroForm: `
walk any: NeedAppearances SigFlags CO DA Q
walk Resources: DR
walk Annot: Fields
special forms: XFA
`,
  // 7.7.4
  Names: `
walk any: Dests AP Pages Templates
opaque scripts: JavaScript
opaque files that are attached: EmbeddedFiles
opaque where pages were captured from: IDS URLS
opaque other media: AlternatePresentations Renditions
`,
  // 12.3.3
  Outlines: `
walk any: Type Count
walk OutlineItem: First Last
`,
  OutlineItem: `
walk any: Parent Count Dest SE C F
walk OutlineItem: Prev Next First Last
special action: A
special title: Title
`,
  // 14.7: alternative texts are for those who cannot see the page, and are not drawn.
  StructTreeRoot: `
walk StructElem: K
*`,
  StructElem: `
walk StructElem: K
text: Alt ActualText E T
*`,
  // 8.11
  OCProperties: `
walk OCG: OCGs
walk OCConfig: D Configs
*`,
  OCConfig: `
text: Name
software: Creator
*`,
  OCG: `
walk any: Type Intent
text: Name
walk OCUsage: Usage
`,
  // 14.11.5: what the pages were made for; a printer is told by its identifier.
  OutputIntent: `
text: Info
*`,
  OCUsage: `
software: CreatorInfo
person: User
*`,
};

function parseRules(table: string): KindRules {
  const entries = new Map<string, EntryRule>();
  for (const line of `${EVERYWHERE}${table}`.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon < 0) continue;
    const words = line.slice(0, colon).split(' ');
    const rest = words.slice(1).join(' ');
    const rule = ruleOf(words[0] as string, rest);
    for (const key of line.slice(colon + 2).split(' ')) entries.set(key, rule);
  }
  return { isClosed: !table.split('\n').includes('*'), entries };
}

function ruleOf(word: string, rest: string): EntryRule {
  if (word === 'walk' || word === 'map') return { rule: word, kind: rest as Kind };
  if (word === 'special') return { rule: 'special', name: rest as Special };
  return word === 'opaque' ? { rule: 'opaque', note: rest } : { rule: 'tells', category: word as Category };
}

const RULES = new Map<Kind, KindRules>();
for (const [kind, table] of Object.entries(TABLES)) RULES.set(kind as Kind, parseRules(table));

export function rulesOf(kind: Kind): KindRules {
  return RULES.get(kind) as KindRules;
}

/** 14.3.3, and what well-known writers add. What is not here may tell anything. */
export const INFO_KEYS: ReadonlyMap<string, Category> = new Map<string, Category>([
  ['Title', 'text'],
  ['Subject', 'text'],
  ['Keywords', 'text'],
  ['AAPL:Keywords', 'text'],
  ['Comments', 'text'],
  ['Category', 'text'],
  ['Author', 'copyright'],
  ['Company', 'copyright'],
  ['Manager', 'person'],
  ['Creator', 'software'],
  ['Producer', 'software'],
  ['PTEX.Fullbanner', 'software'],
  ['CreationDate', 'time'],
  ['ModDate', 'time'],
  ['SourceModified', 'time'],
  ['Trapped', 'rendering'],
  ['GTS_PDFXVersion', 'rendering'],
  ['GTS_PDFXConformance', 'rendering'],
  ['GTS_PDFA1Version', 'rendering'],
]);

/** 12.6.4: actions that move the reader about in the document itself, or change what is shown of it. */
export const HARMLESS_ACTIONS: ReadonlySet<string> = new Set(['GoTo', 'Named', 'ResetForm', 'Hide', 'SetOCGState', 'Trans', 'GoTo3DView']);
