import sharp from 'sharp';
import type { Box } from '../../../src/visual/types.js';
import { type DrawnText, draw } from '../support/draw.js';
import { pick, seeded } from './random.js';
import type { Labelled, Truth } from './score.js';

/** Private text as it stands in screenshots, on labels and on signs; what is private in it stands in braces where it is not all of it. All is made up, or published as an example. */
const PRIVATE = [
  'jane.doe@example.org',
  'mail: {bob_smith@mail.example.co.uk}',
  'INFO@EXAMPLE.COM',
  'k.mueller-lang@example.de',
  'a1@sub.example.net',
  '+49 30 901820',
  '(555) 234-5678',
  'Tel: {0171 2345678}',
  '+1 212 555 0199',
  '+44 20 7946 0958',
  '030 / 90 18 20 33',
  '4111 1111 1111 1111',
  '5500 0000 0000 0004',
  '4012-8888-8888-1881',
  '6011 0009 9013 9424',
  'DE89 3704 0044 0532 0130 00',
  'GB29 NWBK 6016 1331 9268 19',
  'FR14 2004 1010 0505 0001 3M02 606',
  'NL91 ABNA 0417 1643 00',
  '221B Baker Street',
  'Hauptstraße 12',
  '10 rue de la Paix',
  'Calle Mayor 5',
  '10115 Berlin',
  'Springfield, {IL 62704}',
  'London {SW1A 1AA}',
  '52.5200, 13.4050',
  '-33.86882, 151.20929',
  'N 52.5163 E 13.3777',
  'lat: {48.8584}',
  '192.168.1.17',
  '10.0.0.254',
  '00:1A:2B:3C:4D:5E',
  '2001:db8:85a3::8a2e:370:7334',
  '172.16.254.3',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'password: {hunter2!}',
  'API_KEY={9f8a7b6c5d4e3f2a1b0c}',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'db01.corp.example.com',
  'https://intranet.example/wiki',
  'build-server.local',
  '{jdoe@laptop}:~$ ls',
  '{/home/jdoe}/projects',
  '{/Users/jane}/Desktop',
  '{C:\\Users\\Jane}\\Documents',
  'B-MW 1234',
  'AB12 CDE',
  'AB-123-CD',
  '1234 BCD',
] as const;

/** Text that nobody has to hide. */
const HARMLESS = [
  'The quick brown fox',
  'Settings and preferences',
  'Chapter 12: The road',
  'Total: 12.50 EUR',
  'Version 3.5',
  'Monday to Friday',
  'Open',
  '10:30',
  '2024',
  'Save changes?',
  'No results found',
  'New file',
  'Welcome back',
  'Free coffee today',
  'Downloads',
  'Page 3 of 12',
  '100%',
  'Loading, please wait',
  'Rated 4.5 of 5',
  'Cancel',
  'const total = items.length',
  'import join from path',
  'Happy birthday',
  'Room 12',
] as const;

const FONTS = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono', 'C059', 'Nimbus Sans', 'Nimbus Roman'];
const INKS = [
  ['#ffffff', '#111111'],
  ['#1e1e1e', '#d4d4d4'],
  ['#f5f0e0', '#333355'],
  ['#0a3d62', '#ffffff'],
  ['#ffffff', '#777777'],
  ['#e8f5e9', '#1b5e20'],
] as const;

/** The smallest letters that are asked for, in pixels of font size. */
const SIZES = [11, 12, 14, 16, 20, 24, 32, 48] as const;

/** The box of the private letters, by drawing them alone. */
export async function inkBox(width: number, height: number, text: DrawnText): Promise<Box> {
  const alone = await draw({ width, height, texts: [{ ...text, colour: '#000000', onlyBraced: true }] })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer();
  const { info } = await sharp(alone).trim({ background: '#ffffff', threshold: 20 }).toBuffer({ resolveWithObject: true });
  return { x: -(info.trimOffsetLeft ?? 0), y: -(info.trimOffsetTop ?? 0), width: info.width, height: info.height };
}

/** Pages of private and harmless lines, in many fonts, sizes and colours; some turned, noisy, or saved as a poor JPEG. */
export async function textSet(): Promise<Labelled[]> {
  const random = seeded(20240607);
  const set: Labelled[] = [];
  const lines = [...PRIVATE, ...PRIVATE];
  const perPage = 6;
  for (let page = 0; page * perPage < lines.length; page++) {
    const [background, colour] = INKS[page % INKS.length] as (typeof INKS)[number];
    const size = SIZES[page % SIZES.length] as number;
    const width = 1200;
    const height = 900;
    const texts: DrawnText[] = [];
    const truths: Truth[] = [];
    const own = lines.slice(page * perPage, (page + 1) * perPage);
    const mixed = [
      ...own.map((text) => ({ text: text as string, secret: true })),
      ...own.map(() => ({ text: pick(HARMLESS, random) as string, secret: false })),
    ];
    for (const [row, { text, secret }] of mixed.sort(() => random() - 0.5).entries()) {
      const drawn: DrawnText = { text, x: 40 + Math.round(random() * 120), y: 70 + row * 68, size, font: pick(FONTS, random), colour };
      texts.push(drawn);
      if (secret) truths.push({ what: `${text} (${size} px, ${drawn.font})`, box: await inkBox(width, height, drawn) });
    }
    const upright = await draw({ width, height, background, texts }).flatten({ background }).png().toBuffer();
    set.push(await asPhotographed(`page ${page}`, upright, truths, page));
  }
  return set;
}

async function asPhotographed(name: string, upright: Buffer, truths: readonly Truth[], page: number): Promise<Labelled> {
  const group = 'text';
  switch (page % 6) {
    case 1:
      return { name: `${name}, JPEG 55`, group, truths, picture: await sharp(upright).jpeg({ quality: 55 }).toBuffer() };
    case 3: {
      const { width, height } = await sharp(upright).metadata();
      const noise = await sharp({
        create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
      })
        .png()
        .toBuffer();
      return {
        name: `${name}, noisy`,
        group,
        truths,
        picture: await sharp(upright)
          .composite([{ input: noise, blend: 'soft-light' }])
          .png()
          .toBuffer(),
      };
    }
    case 5: {
      const { height } = await sharp(upright).metadata();
      const turned = truths.map(({ what, box }) => ({
        what,
        box: { x: height - box.y - box.height, y: box.x, width: box.height, height: box.width },
      }));
      return { name: `${name}, turned`, group, truths: turned, picture: await sharp(upright).rotate(90).png().toBuffer() };
    }
    default:
      return { name, group, truths, picture: upright };
  }
}
