import bwip from 'bwip-js/node';
import sharp, { type Sharp } from 'sharp';

/** A line of text to draw, and where. Braces are not drawn. */
export interface DrawnText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font?: string;
  readonly colour?: string;
  readonly rotate?: number;
  /** Only what stands in braces is seen; its place is the same. */
  readonly onlyBraced?: boolean;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly background?: string;
  readonly texts?: readonly DrawnText[];
  readonly images?: readonly { readonly input: Buffer; readonly left: number; readonly top: number }[];
}

/** A picture with text in it; `y` is the line that letters stand on. */
export function draw({ width, height, background = '#ffffff', texts = [], images = [] }: Drawing): Sharp {
  const drawn = texts.map(
    ({ text, x, y, size, font = 'DejaVu Sans', colour = '#111111', rotate = 0, onlyBraced = false }) =>
      `<text x="${x}" y="${y}" font-size="${size}" font-family="${font}" fill="${colour}" transform="rotate(${rotate} ${x} ${y})" xml:space="preserve">${onlyBraced ? hidden(text) : escaped(text.replace(/[{}]/g, ''))}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/>${drawn.join('')}</svg>`;
  const picture = sharp(Buffer.from(svg));
  return images.length === 0 ? picture : picture.composite([...images]);
}

function hidden(text: string): string {
  const parts = /^(.*)\{(.*)\}(.*)$/.exec(text);
  if (parts === null) return escaped(text);
  const [, before, seen, after] = parts as unknown as [string, string, string, string];
  return `<tspan fill-opacity="0">${escaped(before)}</tspan><tspan>${escaped(seen)}</tspan><tspan fill-opacity="0">${escaped(after)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A code as PNG with the quiet zone that its standard asks for: bars need more than squares. `kind` is BWIPP's name. */
export function drawCode(kind: string, text: string, scale: number): Promise<Buffer> {
  const paddingwidth = quietModules(kind);
  return bwip.toBuffer({ bcid: kind, text, scale, paddingwidth, paddingheight: 4, backgroundcolor: 'ffffff' });
}

/** Modules that are left white on either side. */
export function quietModules(kind: string): number {
  return ['code128', 'ean13', 'ean8', 'upca', 'code39', 'rationalizedCodabar', 'databaromni'].includes(kind) ? 12 : 4;
}
