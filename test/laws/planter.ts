import type { Category } from '../../src/core/category.js';
import { buildIptc } from '../support/iptc.js';
import { buildExif } from '../support/tiff.js';

/** A value planted in a file, and the category under which it has to go. */
export interface Canary {
  readonly category: Category;
  readonly kind: 'text';
  readonly value: string;
}

export interface Planted {
  readonly bytes: Buffer;
  readonly canaries: readonly Canary[];
}

/** Which hiding places a file uses. */
export interface Choice {
  readonly exif: boolean;
  readonly xmp: boolean;
  readonly iptc: boolean;
  readonly text: boolean;
  readonly unknown: boolean;
  readonly tail: boolean;
  readonly orientation: number;
  readonly salt: number;
}

export class Planter {
  readonly canaries: Canary[] = [];
  constructor(readonly salt: number) {}

  plant(category: Category): string {
    const value = `CNRY${category}${this.canaries.length}x${this.salt.toString(36)}YRNC`;
    this.canaries.push({ category, kind: 'text', value });
    return value;
  }

  exif(orientation: number): Uint8Array {
    return buildExif({
      orientation,
      make: this.plant('camera'),
      software: this.plant('software'),
      imageDescription: this.plant('text'),
      artist: this.plant('copyright'),
      serial: this.plant('device'),
      exifIfd: [{ tag: 0xa430, type: 2, value: this.plant('person') }],
      gps: { latitude: 48.85, longitude: 2.29 },
      gpsIfd: [{ tag: 0x1b, type: 7, value: new TextEncoder().encode(`ASCII\0\0\0${this.plant('location')}`) }],
      tail: new TextEncoder().encode(this.plant('hidden')),
    });
  }

  xmp(): Buffer {
    const property = (prefix: string, name: string, category: Category): string =>
      `<${prefix}:${name}>${this.plant(category)}</${prefix}:${name}>`;
    const properties = [
      property('photoshop', 'City', 'location'),
      property('photoshop', 'Credit', 'copyright'),
      property('xmpMM', 'DocumentID', 'device'),
      property('xmp', 'CreatorTool', 'software'),
      property('photoshop', 'Headline', 'text'),
      property('mine', 'Unheard', 'hidden'),
    ];
    return Buffer.from(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:mine="http://example.org/mine/">${properties.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    );
  }

  iptc(): Buffer {
    return buildIptc([
      [2, 80, this.plant('copyright')],
      [2, 90, this.plant('location')],
      [2, 120, this.plant('text')],
    ]);
  }
}

/** Makes a file of one format with canaries in the places chosen. */
export type Builder = (planter: Planter, choice: Choice) => Buffer;
