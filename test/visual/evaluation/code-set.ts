import sharp, { type Sharp } from 'sharp';
import { drawCode, quietModules } from '../support/draw.js';
import { pick, seeded } from './random.js';
import type { Labelled, Truth } from './score.js';

const KINDS: readonly (readonly [kind: string, text: string, scales: readonly number[]])[] = [
  ['qrcode', 'https://example.org/u/4f3c2b1a', [1, 2, 3, 5]],
  ['qrcode', `WIFI:T:WPA;S:Home;P:${'secret'.repeat(10)};;`, [1, 2, 3]],
  ['azteccode', 'M1DOE/JANE EABC123 BERLHR', [2, 3, 4]],
  ['datamatrix', '010400638133393121ABC', [2, 3, 5]],
  ['pdf417', 'Boarding pass DOE/JANE 12A', [2, 3]],
  ['code128', 'TRACK-0012345678', [2, 3]],
  ['ean13', '4006381333931', [2, 3, 4]],
  ['code39', 'JANE DOE 42', [2, 3]],
];

const GROUNDS = ['#ffffff', '#d7e3f4', '#445566', '#c9b18f'];

/** Codes of many kinds and sizes, on many grounds; some turned, softened, or saved as a poor JPEG. */
export async function codeSet(): Promise<Labelled[]> {
  const random = seeded(77);
  const set: Labelled[] = [];
  for (const [kind, text, scales] of KINDS) {
    for (const scale of scales) {
      for (const angle of [0, 90, 180, 12] as const) {
        const drawn = await drawCode(kind, text, scale);
        const turned = await sharp(drawn)
          .flatten({ background: '#ffffff' })
          .rotate(angle, { background: '#ffffff' })
          .png()
          .toBuffer({ resolveWithObject: true });
        const { width, height } = turned.info;
        const canvas = { width: Math.max(1000, width + 200), height: Math.max(800, height + 200) };
        const left = 60 + Math.floor(random() * (canvas.width - width - 120));
        const top = 60 + Math.floor(random() * (canvas.height - height - 120));
        const page = sharp({ create: { ...canvas, channels: 3, background: pick(GROUNDS, random) } }).composite([
          { input: turned.data, left, top },
        ]);
        const flat = await page.png().toBuffer();
        const spoilt =
          set.length % 3 === 1
            ? await sharp(flat).jpeg({ quality: 60 }).toBuffer()
            : set.length % 3 === 2
              ? await sharp(flat).blur(0.7).png().toBuffer()
              : flat;
        set.push({
          name: `${kind} ${scale} at ${angle}°`,
          group: 'codes',
          picture: spoilt,
          truths: [{ what: kind, box: inner(kind, scale, angle, { left, top, width, height }) }],
        });
      }
    }
  }
  return [...set, ...(await hardCodes())];
}

/** Kinds beside the usual ones, with the text that they take. */
const MORE_KINDS: readonly (readonly [kind: string, text: string])[] = [
  ['qrcode', 'https://example.org/u/4f3c2b1a'],
  ['microqrcode', '12345'],
  ['azteccode', 'M1DOE/JANE EABC123 BERLHR'],
  ['datamatrix', '010400638133393121ABC'],
  ['pdf417', 'Boarding pass DOE/JANE 12A'],
  ['code128', 'TRACK-0012345678'],
  ['ean13', '4006381333931'],
  ['ean8', '96385074'],
  ['upca', '012345678905'],
  ['code39', 'JANE DOE 42'],
  ['rationalizedCodabar', 'A123456B'],
  ['databaromni', '(01)09521234543213'],
];
const DARK = '#161616';

/** What else is done to codes: light on dark, pale, askew, turned over, spoilt by a stroke and by noise. */
const HARMS: Readonly<Record<string, { readonly ground: string; readonly angle: number; do(code: Sharp): Sharp }>> = {
  'light on dark': { ground: DARK, angle: 0, do: (code) => code.negate({ alpha: false }) },
  pale: { ground: '#dde6ee', angle: 0, do: (code) => code.linear(0.25, 120) },
  'askew by 30°': { ground: '#ffffff', angle: 30, do: (code) => code },
  'askew by 45°': { ground: '#ffffff', angle: 45, do: (code) => code },
  blurred: { ground: '#ffffff', angle: 0, do: (code) => code.blur(1.1) },
  'JPEG 30': { ground: '#ffffff', angle: 0, do: (code) => code.jpeg({ quality: 30 }) },
};

async function hardCodes(): Promise<Labelled[]> {
  const [left, top] = [120, 90];
  const set: Labelled[] = [];
  for (const [kind, text] of MORE_KINDS) {
    for (const [name, harm] of Object.entries(HARMS)) {
      const white = await sharp(await drawCode(kind, text, 3))
        .flatten({ background: '#ffffff' })
        .png()
        .toBuffer();
      const turned = await sharp(white).rotate(harm.angle, { background: '#ffffff' }).png().toBuffer({ resolveWithObject: true });
      const { width, height } = turned.info;
      const picture = await sharp({ create: { width: 1000, height: Math.max(700, height + 200), channels: 3, background: harm.ground } })
        .composite([{ input: await harm.do(sharp(turned.data)).toBuffer(), left, top }])
        .png()
        .toBuffer();
      // Its middle half: quiet zones differ by kind.
      const box = { x: left + width / 4, y: top + height / 4, width: width / 2, height: height / 2 };
      set.push({ name: `${kind} ${name}`, group: 'codes', picture, truths: [{ what: kind, box }] });
    }
  }
  return set;
}

/** The code without its quiet zone: what must be covered. Askew, only its middle is known for certain. */
function inner(
  kind: string,
  scale: number,
  angle: number,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): Truth['box'] {
  if (angle % 90 !== 0) return { x: left + width / 4, y: top + height / 4, width: width / 2, height: height / 2 };
  // Squares are drawn two pixels wide at scale 1, bars one.
  const linear = quietModules(kind) > 4;
  const [along, across] = [quietModules(kind) * scale * (linear ? 1 : 2), 4 * scale * (linear ? 1 : 2)];
  const [x, y] = angle % 180 === 0 ? [along, across] : [across, along];
  return { x: left + x, y: top + y, width: width - 2 * x, height: height - 2 * y };
}
