import sharp from 'sharp';
import type { Box } from '../../../src/visual/types.js';
import { type DrawnText, draw } from '../support/draw.js';
import type { Labelled, Truth } from './score.js';
import { inkBox } from './text-set.js';

/** A screen, a paper or a thing with writing on it. What is private in a line stands in braces; a line is where it is by `x`, `y`. */
interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly ground: string;
  readonly ink: string;
  readonly font: string;
  readonly size: number;
  readonly lines: readonly (readonly [x: number, y: number, text: string, size?: number, ink?: string])[];
  readonly shapes?: string;
  readonly quarters?: 0 | 90 | 180 | 270;
}

const MONO = 'DejaVu Sans Mono';
const SANS = 'Nimbus Sans';

const below = (lines: readonly string[], x: number, y: number, step: number): [number, number, string][] =>
  lines.map((line, row) => [x, y + row * step, line]);

const TERMINAL = [
  '$ ssh {admin@10.20.30.40}',
  'Last login: Mon Nov 23 from {192.168.1.55}',
  '$ export AWS_ACCESS_KEY_ID={AKIAIOSFODNN7EXAMPLE}',
  '$ export AWS_SECRET_ACCESS_KEY={wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}',
  '$ cd {/home/jane}/work && ls -la',
  'total 48',
  '-rw-r--r-- 1 root root 4096 Nov 23 notes.txt',
  'inet {192.168.178.23} netmask 255.255.255.0',
  'inet6 {fe80::d6be:d9ff:fe1b:220c} prefixlen 64',
  'ether {00:1b:44:11:3a:b7} txqueuelen 1000',
  '$ ping {db01.corp.example.com}',
  '$ npm run build',
  '{-----BEGIN RSA PRIVATE KEY-----}',
];

const EDITOR = [
  'DB_HOST={db-master.internal}',
  'DB_PASSWORD={correct-horse-9}',
  'STRIPE_KEY={sk_live_4eC39HqLyjWDarjtT1zdp7dc}',
  'SLACK_TOKEN={xoxb-2345678901-2345678901234-abcdEFGHijkl}',
  'GITHUB_TOKEN={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}',
  'JWT={eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N}',
  '// const total = items.length * 2;',
  'path = "{C:\\Users\\jane.doe}\\Desktop"',
  'root = "{/Users/jane.doe}/Library"',
  'WLAN key: {sunshine42}',
  'url = {postgres://admin:s3cret@db.internal:5432/app}',
];

const MAIL = [
  'From: Shop <{orders@shop.example.com}>',
  'To: {jane.doe+shop@mail.example.co.uk}',
  'Thank you for shopping with us. Your parcel is on its way and arrives',
  'on Monday between 9:00 and 12:00. Total: 12.50 EUR',
  '{1600 Pennsylvania Avenue NW}',
  '{Washington, DC 20500}',
  'Tel: {(202) 555-0143}',
  'Card: {4111 1111 1111 1111}',
  '{Unter den Linden 77, 10117 Berlin}',
  '{12 rue des Lilas, 75011 Paris}',
  'Your code is {482913}',
  'IBAN {GB82 WEST 1234 5698 7654 32}',
];

const PAPERS = [
  'Booking reference: {X7K2P9}',
  'Passport No: {C01X00T47}',
  '{P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<}',
  'Date of birth: {12.08.1974}',
  'Employee ID: {48213}',
  'SSN {219-09-9999}',
  'Gate opens at 10:30',
  "Position {40°26.767'N 79°58.933'W}",
  '{51°28\'38"N 0°00\'05"W}',
  'meet at {52.520008, 13.404954}',
  'Terminal 2',
  '{+33 1 42 68 53 00}',
  '{07700 900123}',
];

const TABLE: readonly (readonly string[])[] = [
  ['1', 'Active', '{jane@example.com}', '{+1 202 555 0143}', '{10.0.0.15}'],
  ['2', 'Active', '{bob.roe@example.org}', '{+49 170 1234567}', '{10.0.0.16}'],
  ['3', 'Idle', '{al_poe@example.net}', '{06 12 34 56 78}', '{172.16.4.2}'],
  ['4', 'Idle', '{eve@mail.example.de}', '{2025550143}', '{2001:db8::8a2e:370:7334}'],
];
const COLUMNS = [0, 40, 200, 500, 760];

const PLATES = [
  'B MW 1234',
  'HH AB 123',
  'AB12 CDE',
  'AB-123-CD',
  '1234 BBB',
  '7ABC123',
  'ABC 1234',
  'ZH 123456',
  '12-AB-34',
  '1-ABC-234',
  'WA 12345',
  'ABC 12D',
];

function scenes(): Scene[] {
  const page = { width: 1100, height: 520, ground: '#ffffff', ink: '#111111', font: 'DejaVu Sans' };
  return [
    ...[
      [9, '#ffffff', '#000000'],
      [10, '#000000', '#00ff00'],
      [12, '#1e1e1e', '#d4d4d4'],
      [14, '#002b36', '#839496'],
    ].map(([size, ground, ink]): Scene => {
      const own = { size: Number(size), ground: String(ground), ink: String(ink), font: MONO };
      return { ...page, ...own, name: `terminal, ${size} px`, lines: below(TERMINAL, 12, 30, own.size * 2) };
    }),
    ...([0, 90, 180, 270] as const).map(
      (quarters): Scene => ({
        ...page,
        name: `papers at ${quarters}°`,
        size: 17,
        font: SANS,
        quarters,
        lines: below(PAPERS, 40, 40, 36),
      }),
    ),
    ...['DejaVu Sans', 'Nimbus Roman', 'C059'].map(
      (font): Scene => ({ ...page, name: `mail in ${font}`, font, size: 14, ink: '#333333', lines: below(MAIL, 200, 40, 34) }),
    ),
    { ...page, name: 'editor', ground: '#282c34', ink: '#98c379', font: MONO, size: 13, lines: below(EDITOR, 20, 36, 34) },
    ...[11, 16].map(
      (size): Scene => ({
        ...page,
        name: `table, ${size} px`,
        size,
        lines: TABLE.flatMap((row, y) => row.map((text, x) => [30 + (COLUMNS[x] as number), 60 + y * 50, text] as const)),
      }),
    ),
    ...['#1a2a6c', '#c0c0c0', '#111111'].map(
      (ground): Scene => ({
        ...page,
        name: `card on ${ground}`,
        width: 560,
        height: 340,
        ground,
        ink: ground === '#c0c0c0' ? '#333333' : '#eeeeee',
        font: MONO,
        size: 32,
        shapes: '<rect x="40" y="100" width="60" height="46" rx="6" fill="#e6c35c"/>',
        lines: [
          [40, 210, '{4242 4242 4242 4242}'],
          [40, 255, 'VALID THRU 12/27', 15],
          [400, 300, 'CVV {123}', 18],
        ],
      }),
    ),
    ...[40, 26].map(
      (size): Scene => ({
        ...page,
        name: `plates, ${size} px`,
        ground: '#555566',
        size,
        font: SANS,
        shapes: PLATES.map(
          (_, nth) =>
            `<rect x="${26 + (nth % 3) * 340}" y="${60 - size + Math.floor(nth / 3) * 110}" width="${size * 7.4}" height="${size * 1.35}" rx="5" fill="${nth % 4 === 3 ? '#ffd500' : '#ffffff'}"/>`,
        ).join(''),
        lines: PLATES.map((plate, nth) => [40 + (nth % 3) * 340, 60 + Math.floor(nth / 3) * 110, `{${plate}}`] as const),
      }),
    ),
    {
      ...page,
      name: 'pale',
      ground: '#f2f2f2',
      ink: '#a8a8a8',
      size: 16,
      lines: below(
        ['{jane.doe@example.org}', '{+49 30 901820}', '{4111 1111 1111 1111}', '{221B Baker Street}', '{DE89 3704 0044 0532 0130 00}'],
        40,
        60,
        60,
      ),
    },
  ];
}

/** Terminals, editors, mail, tables, papers, cards and plates, with what is private in them; half of them as JPEG. */
export async function screenSet(): Promise<Labelled[]> {
  return Promise.all(
    scenes().map(async ({ name, width, height, ground, ink, font, size, lines, shapes = '', quarters = 0 }, nth) => {
      const texts = lines.map(([x, y, text, own, colour]): DrawnText => ({ text, x, y, size: own ?? size, font, colour: colour ?? ink }));
      const truths: Truth[] = [];
      for (const text of texts.filter((line) => line.text.includes('{'))) {
        const box = await inkBox(width, height, text);
        truths.push({ what: `${text.text} (${text.size} px, ${font})`, box: turnedBox(box, quarters, { width, height }) });
      }
      const onPlates = ground === '#555566' ? texts.map((text) => ({ ...text, colour: '#111111' })) : texts;
      const images =
        shapes === ''
          ? []
          : [
              {
                input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`),
                left: 0,
                top: 0,
              },
            ];
      const under = await draw({ width, height, background: ground, images }).flatten().png().toBuffer();
      const writing = await draw({ width, height, background: 'none', texts: onPlates }).png().toBuffer();
      const whole = sharp(
        await sharp(under)
          .composite([{ input: writing, left: 0, top: 0 }])
          .png()
          .toBuffer(),
      ).rotate(quarters);
      const picture = await (nth % 2 === 0 ? whole.png() : whole.jpeg({ quality: 80 })).toBuffer();
      return { name, group: 'text', picture, truths };
    }),
  );
}

function turnedBox({ x, y, width, height }: Box, quarters: 0 | 90 | 180 | 270, size: { width: number; height: number }): Box {
  if (quarters === 90) return { x: size.height - y - height, y: x, width: height, height: width };
  if (quarters === 180) return { x: size.width - x - width, y: size.height - y - height, width, height };
  if (quarters === 270) return { x: y, y: size.width - x - width, width: height, height: width };
  return { x, y, width, height };
}
