// Measures what each tool leaves in each place where metadata hides: docs/leak-matrix.md and the README's support table.
// Run: npm run matrix [-- --check], which with --check writes nothing. Fails where Exifence leaves or damages something.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'node_modules', `.matrix-${process.pid}.mjs`);
process.on('exit', () => rmSync(bundle, { force: true }));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
await build({
  absWorkingDir: root,
  entryPoints: ['test/matrix/main.ts'],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  define: { __VERSION__: JSON.stringify(version) },
});
mkdirSync(join(root, 'docs'), { recursive: true });
process.exitCode = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
