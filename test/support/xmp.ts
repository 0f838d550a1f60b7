import { createHash } from 'node:crypto';

/** Namespaces under the prefixes that the tests write. */
export const XMP_NS = {
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  xmpRights: 'http://ns.adobe.com/xap/1.0/rights/',
  xmpNote: 'http://ns.adobe.com/xmp/note/',
  stEvt: 'http://ns.adobe.com/xap/1.0/sType/ResourceEvent#',
  stRef: 'http://ns.adobe.com/xap/1.0/sType/ResourceRef#',
  stArea: 'http://ns.adobe.com/xmp/sType/Area#',
  stDim: 'http://ns.adobe.com/xap/1.0/sType/Dimensions#',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  exifEX: 'http://cipa.jp/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  aux: 'http://ns.adobe.com/exif/1.0/aux/',
  crs: 'http://ns.adobe.com/camera-raw-settings/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  MP: 'http://ns.microsoft.com/photo/1.2/',
  GCamera: 'http://ns.google.com/photos/1.0/camera/',
  GImage: 'http://ns.google.com/photos/1.0/image/',
  GPano: 'http://ns.google.com/photos/1.0/panorama/',
  'drone-dji': 'http://www.dji.com/drone-dji/1.0/',
  dcterms: 'http://purl.org/dc/terms/',
  cc: 'http://creativecommons.org/ns#',
  acme: 'https://example.org/acme/1.0/',
} as const;

export interface XmpParts {
  /** ` prefix:name="value"` pairs of the description. */
  readonly attributes?: string;
  /** Elements in the description. */
  readonly elements?: string;
  /** More descriptions, whole. */
  readonly more?: string;
  /** Replaces the value of rdf:about. */
  readonly about?: string;
  readonly toolkit?: string;
  /** `undefined`: no wrapper. */
  readonly wrapper?: 'w' | 'r' | undefined;
  readonly padding?: string;
}

/** A packet as text, with every prefix of `XMP_NS` that its content uses bound. */
export function xmpText({ attributes = '', elements = '', more = '', about = '', toolkit, wrapper, padding = '' }: XmpParts): string {
  const content = attributes + elements + more;
  const used = Object.entries(XMP_NS).filter(([prefix]) => content.includes(`${prefix}:`));
  const bound = used.map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('');
  const meta =
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"${toolkit === undefined ? '' : ` x:xmptk="${toolkit}"`}>` +
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"${bound}>` +
    `<rdf:Description rdf:about="${about}"${attributes}>${elements}</rdf:Description>${more}</rdf:RDF></x:xmpmeta>`;
  if (wrapper === undefined) return meta + padding;
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${meta}${padding}<?xpacket end="${wrapper}"?>`;
}

export function buildXmp(parts: XmpParts): Buffer {
  return Buffer.from(xmpText(parts), 'utf8');
}

export const bag = (...items: readonly string[]): string =>
  `<rdf:Bag>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Bag>`;
export const seq = (...items: readonly string[]): string =>
  `<rdf:Seq>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Seq>`;
export const alt = (text: string): string => `<rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt>`;

/** XMP part 3, 1.1.3.1: the digest that names an extended packet. */
export function xmpGuid(extended: Uint8Array): string {
  return createHash('md5').update(extended).digest('hex').toUpperCase();
}

export type XmpEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

export function encodeXmp(text: string, encoding: XmpEncoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const points = [...text].map((char) => char.codePointAt(0) as number);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) {
    if (encoding === 'utf-32le') bytes.writeUInt32LE(point, index * 4);
    else bytes.writeUInt32BE(point, index * 4);
  }
  return bytes;
}

/** One property of nearly every kind, each with a value of its own. */
export const RICH: XmpParts = {
  toolkit: 'Tool Core 1.0',
  about: 'uuid:0f0e0d0c-0b0a-0908-0706-050403020100',
  wrapper: 'w',
  padding: `\n${' '.repeat(200)}\n`,
  attributes:
    ' xmp:CreatorTool="Tool 1" xmp:CreateDate="2024-02-29T13:14:15.678+02:00" xmpMM:DocumentID="xmp.did:0102030405060708"' +
    ' photoshop:City="Canaryville" photoshop:Credit="Credit Agency" exif:GPSLatitude="48,51.507600N" exif:GPSLongitude="2,17,40E"' +
    ' tiff:Orientation="6" tiff:Make="Maker" aux:SerialNumber="SN0011223344" crs:Exposure2012="+0.35" crs:RawFileName="/home/user/IMG.CR2"' +
    ' Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture" GCamera:MotionPhoto="1"' +
    ' acme:Secret="hidden thing" aux:OwnerName="Owner Name" cc:license="https://example.org/licence"',
  elements:
    `<dc:creator>${seq('Ada Author')}</dc:creator><dc:description>${alt('A harbour &amp; &lt;fog&gt;')}</dc:description>` +
    `<dc:subject>${bag('boats', 'fog')}</dc:subject><photoshop:DateCreated>2024-02-29</photoshop:DateCreated>` +
    `<xmpMM:History>${seq('')}</xmpMM:History>` +
    '<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>Placeton</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>' +
    '<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource"><Iptc4xmpCore:CiAdrCity>Homeville</Iptc4xmpCore:CiAdrCity>' +
    '<Iptc4xmpCore:CiEmailWork>ada@example.org</Iptc4xmpCore:CiEmailWork></Iptc4xmpCore:CreatorContactInfo>' +
    '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="Bob Face" mwg-rs:Type="Face">' +
    '<mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/></rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>' +
    `<exif:UserComment>${alt('a castle, Steps: 20, Sampler: Euler a, Seed: 1')}</exif:UserComment>`,
};
