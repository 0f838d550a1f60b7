// How long the detectors take on pictures of usual sizes, after their models are loaded, and how much memory the whole takes.
// Run: npm run build && node bench/visual.mjs. Prints a table; the limits are those that docs/visual.md states for two free cores.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';

const ROUNDS = 3;
const MOST_MB = 1024;
const NOTHING = {
  faces: false,
  text: false,
  codes: false,
  place: false,
  models: {},
  regions: [],
  background: undefined,
  colour: [0, 0, 0],
};
const TEXT = { what: 'sensitive', custom: [] };

/** A scene of gradients and shapes with some lines of text: as much to look at as a usual photograph. */
async function photo() {
  const lines = Array.from(
    { length: 12 },
    (_, row) => `<text x="${300 + row * 60}" y="${400 + row * 180}" font-size="${40 + row * 4}">Sign number ${row}</text>`,
  );
  const shapes = Array.from({ length: 300 }, (_, nth) => {
    const [x, y, r] = [(nth * 733) % 4000, (nth * 977) % 3000, 20 + ((nth * 31) % 160)];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${(nth * 47) % 360} 40% ${30 + (nth % 50)}%)" fill-opacity="0.6"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="3000"><rect width="100%" height="100%" fill="#8aa"/>${shapes.join('')}${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
}

async function screenshot() {
  const words = 'Settings Preferences Downloads const total items length Welcome back Monday Free coffee today'.split(' ');
  const lines = Array.from({ length: 34 }, (_, row) => {
    const text = Array.from({ length: 4 + (row % 4) }, (_, nth) => words[(row * 3 + nth) % words.length]).join(' ');
    return `<text x="${60 + (row % 2) * 800}" y="${60 + row * 29}" font-size="16" font-family="DejaVu Sans">${text}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080"><rect width="100%" height="100%" fill="#fff"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const worker = new Worker(fileURLToPath(new URL('../dist/visual-worker.mjs', import.meta.url)));
let next = 0;
function look(bytes, request) {
  const id = next++;
  return new Promise((resolve, reject) => {
    worker.once('message', (answer) => ('result' in answer ? resolve(answer.result) : reject(new Error(JSON.stringify(answer)))));
    worker.postMessage({ id, name: 'look', parameters: [bytes, { ...NOTHING, ...request }] });
  });
}

async function fastest(bytes, request) {
  await look(bytes, request);
  let best = { ms: Infinity, cpuMs: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const before = process.cpuUsage();
    await look(bytes, request);
    const { user, system } = process.cpuUsage(before);
    const ms = performance.now() - start;
    if (ms < best.ms) best = { ms, cpuMs: (user + system) / 1000 };
  }
  return best;
}

const [large, screen] = [await photo(), await screenshot()];
const rows = [
  ['12 MP photo, faces', large, { faces: true }, 1500],
  ['12 MP photo, text', large, { text: TEXT }, 2500],
  ['12 MP photo, codes', large, { codes: true }, 700],
  ['1080p screenshot, everything', screen, { faces: true, text: TEXT, codes: true, place: true }, 1500],
];
console.log('| what | fastest of 3 | processor time | limit |\n| --- | --- | --- | --- |');
let slow = false;
for (const [name, bytes, request, limitMs] of rows) {
  const { ms, cpuMs } = await fastest(bytes, request);
  slow ||= ms > limitMs;
  console.log(`| ${name} | ${Math.round(ms)} ms | ${Math.round(cpuMs)} ms | ${limitMs} ms |`);
}
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(`| peak memory of the whole process | ${Math.round(peakMb)} MB | | ${MOST_MB} MB |`);
await worker.terminate();
process.exitCode = slow || peakMb > MOST_MB ? 1 : 0;
