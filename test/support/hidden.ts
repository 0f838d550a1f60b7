import sharp from 'sharp';

/** A scene with shapes and shades, each seed another: what a photograph is to a comparison. */
export async function scene(width: number, height: number, seed = 1): Promise<Buffer> {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const shapes = Array.from({ length: 40 }, () => {
    const [x, y, r] = [random() * width, random() * height, (0.03 + 0.12 * random()) * width];
    const colour = `hsl(${Math.round(random() * 360)} 60% ${20 + Math.round(random() * 60)}%)`;
    return random() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>`
      : `<rect x="${x}" y="${y}" width="${r}" height="${r * 1.4}" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#9cf"/><stop offset="1" stop-color="#352"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

/** A thumbnail as cameras make it. */
export async function thumbnailOf(picture: Buffer, side = 160, quality = 75): Promise<Buffer> {
  return sharp(picture).resize({ width: side, height: side, fit: 'inside' }).jpeg({ quality }).toBuffer();
}

/** A piece of it, in shares of its extent. */
export async function croppedFrom(picture: Buffer, left: number, top: number, width: number, height: number): Promise<Buffer> {
  const { width: w, height: h } = await sharp(picture).metadata();
  const region = { left: Math.round(left * w), top: Math.round(top * h), width: Math.round(width * w), height: Math.round(height * h) };
  return sharp(picture).extract(region).png().toBuffer();
}

/** A box of one colour over a share of it. */
export async function paintedOver(picture: Buffer, share: number, colour = '#000'): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const side = Math.round(Math.sqrt(share * width * height));
  const box = await sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return sharp(picture)
    .composite([{ input: box, left: Math.round(width * 0.4), top: Math.round(height * 0.4) }])
    .png()
    .toBuffer();
}
