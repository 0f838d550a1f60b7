// Draws the picture that docs/visual.md begins with, and makes the other one by the command that stands there.
// Run: npm run build && node scripts/visual-pictures.mjs
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import bwip from 'bwip-js/node';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const LINES = [
  ['Order 2024-117', 34, '#222222', 'bold'],
  ['Ship to', 18, '#777777', 'normal'],
  ['Jane Doe', 24, '#222222', 'normal'],
  ['221B Baker Street', 24, '#222222', 'normal'],
  ['London NW1 6XE', 24, '#222222', 'normal'],
  ['jane.doe@example.org', 24, '#1a5fb4', 'normal'],
  ['+44 20 7946 0958', 24, '#222222', 'normal'],
  ['Paid with 4111 1111 1111 1111', 24, '#222222', 'normal'],
  ['2 x Notebook, ruled', 24, '#222222', 'normal'],
  ['Total: 12.50 EUR', 24, '#222222', 'normal'],
];
const lines = LINES.map(
  ([text, size, colour, weight], row) =>
    `<text x="60" y="${90 + row * 52}" font-size="${size}" font-weight="${weight}" font-family="DejaVu Sans" fill="${colour}">${text}</text>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640"><rect width="960" height="640" fill="#eef1f5"/><rect x="30" y="30" width="900" height="580" rx="14" fill="#ffffff" stroke="#c7ced8"/>${lines.join('')}</svg>`;
const code = await bwip.toBuffer({
  bcid: 'qrcode',
  text: 'https://example.org/track/117',
  scale: 3,
  paddingwidth: 4,
  paddingheight: 4,
  backgroundcolor: 'ffffff',
});
const label = await bwip.toBuffer({
  bcid: 'code128',
  text: 'TRACK-0117',
  scale: 2,
  height: 12,
  paddingwidth: 12,
  paddingheight: 4,
  backgroundcolor: 'ffffff',
});
await sharp(Buffer.from(svg))
  .composite([
    { input: code, left: 640, top: 80 },
    { input: label, left: 600, top: 420 },
  ])
  .flatten()
  .png({ compressionLevel: 9 })
  .toFile(join(root, 'docs/visual/before.png'));

const command = ['redact', 'docs/visual/before.png', '--text', '--codes', '--out', 'docs/visual/after.png'];
rmSync(join(root, 'docs/visual/after.png'), { force: true });
process.exitCode = spawnSync(process.execPath, ['dist/cli.mjs', ...command], { cwd: root, stdio: 'inherit' }).status ?? 1;
