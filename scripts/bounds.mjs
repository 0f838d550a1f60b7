// Reads files that were made to be slow or large, each in a process of its own: 2 s of the processor, 3 x the metadata plus 64 MiB.
// Run: npm run bounds [-- WORDS], which with words reads only the files whose format and name hold them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(root, 'node_modules', '.bounds-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
await build({
  absWorkingDir: root,
  entryPoints: ['test/bounds/main.ts', 'test/bounds/child.ts'],
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Where the sources say that ../shared lies beside the checkout, the bundle has to say the same.
  define: { __VERSION__: '"bounds"', 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test', 'support', 'shared.ts')).href) },
});
const args = ['--max-old-space-size=6000', join(folder, 'main.mjs'), join(folder, 'child.mjs'), ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
