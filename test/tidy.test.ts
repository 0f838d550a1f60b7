import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** Each room and what it may import besides itself. ARCHITECTURE.md says why. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  bytes: ['core'],
  metadata: ['core', 'bytes'],
  formats: ['core', 'bytes', 'metadata'],
  policy: ['core'],
  engine: ['core', 'bytes', 'metadata', 'formats', 'policy'],
  visual: ['core', 'bytes'],
  io: ['core', 'bytes'],
  report: ['core'],
  service: ['core', 'bytes', 'policy', 'engine', 'visual', 'io'],
  'doors/cli': ['core', 'bytes', 'policy', 'engine', 'visual', 'io', 'report', 'service'],
  'doors/watch': ['core', 'bytes', 'policy', 'engine', 'io', 'report', 'service'],
  'doors/action': ['core', 'bytes', 'policy', 'engine', 'io', 'report', 'service'],
  'doors/ci': ['core', 'bytes', 'policy', 'engine', 'io', 'report', 'service'],
  'doors/history': ['core', 'bytes', 'policy', 'engine', 'io', 'report', 'service'],
  'doors/service': ['core'],
  'doors/git': ['core', 'bytes', 'policy', 'engine', 'io', 'report', 'service'],
};

/** Files directly in src/: entry points that wire the doors together. */
const ENTRY_POINTS = ['action.ts', 'cli.ts', 'hook.ts', 'index.ts', 'look-worker.ts', 'visual-worker.ts', 'globals.d.ts'];

/** Packages that only some rooms may load: the metadata path stays free of native modules and of heavy ones. */
const PACKAGE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['doors/action'],
  '@napi-rs/xattr': ['io'],
  '@parcel/watcher': ['doors/watch'],
  'age-encryption': ['service'],
  chokidar: ['doors/watch'],
  'cli-progress': ['doors/cli', 'doors/watch'],
  commander: ['doors/cli'],
  exifr: ['engine'],
  'fastest-levenshtein': ['policy'],
  picocolors: ['report'],
  'onnxruntime-node': ['visual'],
  lmdb: ['doors/watch'],
  'node-notifier': ['doors/watch'],
  pino: ['doors/watch'],
  piscina: ['service'],
  'prom-client': ['doors/watch'],
  re2js: ['visual'],
  saxes: ['metadata'],
  sharp: ['visual'],
  valibot: ['policy'],
  yaml: ['policy'],
  'zxing-wasm/reader': ['visual'],
};

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)));

function roomOf(file: string): string {
  const [first, second] = file.split(sep);
  return first === 'doors' ? `doors/${second}` : (first as string);
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [
    ...text.matchAll(
      /(?:^|[\s;])(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

describe('the layout', () => {
  const rooms = files.filter((file) => file.includes(sep));

  it('was looked at', () => {
    expect(rooms.length).toBeGreaterThan(40);
    expect(rooms.flatMap(importsOf).length).toBeGreaterThan(100);
  });

  it('has nothing beside the rooms but the entry points', () => {
    expect(files.filter((file) => !file.includes(sep)).sort()).toEqual([...ENTRY_POINTS].sort());
    expect([...new Set(rooms.map(roomOf))].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  it('imports only down the list of rooms', () => {
    const wrong: string[] = [];
    for (const file of rooms) {
      const room = roomOf(file);
      for (const imported of importsOf(file).filter((name) => name.startsWith('.'))) {
        const target = roomOf(relative(source, resolve(source, dirname(file), imported)));
        if (target !== room && !MAY_IMPORT[room]?.includes(target)) wrong.push(`${file} imports ${imported} (${room} → ${target})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('loads each package only in its room', () => {
    const wrong: string[] = [];
    for (const file of rooms) {
      for (const imported of importsOf(file).filter((name) => !name.startsWith('.') && !name.startsWith('node:'))) {
        if (!PACKAGE_ROOMS[imported]?.includes(roomOf(file))) wrong.push(`${file} imports ${imported}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names built-in modules with their scheme', () => {
    const bare = new Set(['fs', 'path', 'crypto', 'zlib', 'os', 'child_process', 'util', 'stream', 'url', 'buffer']);
    expect(
      rooms.flatMap((file) =>
        importsOf(file)
          .filter((name) => bare.has(name.split('/')[0] as string))
          .map((name) => `${file}: ${name}`),
      ),
    ).toEqual([]);
  });

  it('keeps files small enough for one job', () => {
    const long = files
      .map((file) => ({ file, lines: readFileSync(join(source, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 450);
    expect(long).toEqual([]);
  });
});
