import bwip from 'bwip-js/node';
import sharp, { type Sharp } from 'sharp';

/** A line of text to draw, and where. */
interface DrawnText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font?: string;
  readonly colour?: string;
  readonly rotate?: number;
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
    ({ text, x, y, size, font = 'DejaVu Sans', colour = '#111111', rotate = 0 }) =>
      `<text x="${x}" y="${y}" font-size="${size}" font-family="${font}" fill="${colour}" transform="rotate(${rotate} ${x} ${y})" xml:space="preserve">${escaped(text)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/>${drawn.join('')}</svg>`;
  const picture = sharp(Buffer.from(svg));
  return images.length === 0 ? picture : picture.composite([...images]);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A code as PNG with its quiet zone. `kind` is BWIPP's name. */
export function drawCode(kind: string, text: string, scale: number): Promise<Buffer> {
  return bwip.toBuffer({ bcid: kind, text, scale, paddingwidth: 4, paddingheight: 4, backgroundcolor: 'ffffff' });
}
