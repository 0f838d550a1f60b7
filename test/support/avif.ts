import sharp from 'sharp';
import { fullBox, uint } from './heif.js';
import { isoBox } from './jumbf.js';

interface Coded {
  readonly width: number;
  readonly height: number;
  readonly config: Buffer;
  readonly data: Buffer;
}

/** A picture as AV1, with what a decoder is set up with, taken from what libheif writes. */
async function coded(picture: Buffer): Promise<Coded> {
  const avif = await sharp(picture).avif({ quality: 60, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer();
  const { width, height } = await sharp(picture).metadata();
  const at = avif.indexOf('av1C');
  const config = avif.subarray(at - 4, at - 4 + avif.readUInt32BE(at - 4));
  const media = avif.lastIndexOf('mdat');
  return { width, height, config, data: avif.subarray(media + 4, media - 4 + avif.readUInt32BE(media - 4)) };
}

export interface AvifOptions {
  /** Width and height that are shown of it, about its centre. */
  readonly shown?: readonly [width: number, height: number];
  readonly thumbnail?: Buffer;
}

/** An AVIF with a clean aperture and a thumbnail, byte by byte (ISO/IEC 23008-12). */
export async function buildAvif(picture: Buffer, options: AvifOptions = {}): Promise<Buffer> {
  const images = [await coded(picture), ...(options.thumbnail === undefined ? [] : [await coded(options.thumbnail)])];
  const properties: Buffer[] = [];
  const uses: Buffer[] = [];
  for (const [index, { width, height, config }] of images.entries()) {
    const own = [fullBox('ispe', 0, 0, uint(width, 4), uint(height, 4)), config];
    if (index === 0 && options.shown !== undefined)
      own.push(isoBox('clap', ...[options.shown[0], 1, options.shown[1], 1, 0, 1, 0, 1].map((value) => uint(value, 4))));
    // The set-up and the aperture are essential.
    const marks = own.map((_, at) => uint((at === 0 ? 0 : 0x80) | (properties.length + at + 1), 1));
    uses.push(Buffer.concat([uint(index + 1, 2), uint(own.length, 1), ...marks]));
    properties.push(...own);
  }
  const infos = images.map((_, index) => fullBox('infe', 2, 0, uint(index + 1, 2), uint(0, 2), Buffer.from('av01\0')));
  const build = (start: number): Buffer => {
    let at = start;
    const places = images.map(({ data }, index) => {
      const place = Buffer.concat([uint(index + 1, 2), uint(0, 2), uint(1, 2), uint(at, 4), uint(data.length, 4)]);
      at += data.length;
      return place;
    });
    const meta = fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, uint(0, 4), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, 0, uint(1, 2)),
      fullBox('iloc', 0, 0, uint(0x44, 1), uint(0, 1), uint(images.length, 2), ...places),
      fullBox('iinf', 0, 0, uint(images.length, 2), ...infos),
      ...(images.length > 1 ? [fullBox('iref', 0, 0, isoBox('thmb', uint(2, 2), uint(1, 2), uint(1, 2)))] : []),
      isoBox('iprp', isoBox('ipco', ...properties), fullBox('ipma', 0, 0, uint(images.length, 4), ...uses)),
    );
    return Buffer.concat([
      isoBox('ftyp', Buffer.from('avif\0\0\0\0avifmif1miaf')),
      meta,
      isoBox('mdat', ...images.map(({ data }) => data)),
    ]);
  };
  const media = images.reduce((sum, { data }) => sum + data.length, 0);
  return build(build(0).length - media);
}
