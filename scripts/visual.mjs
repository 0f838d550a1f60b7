// Measures the detectors of pictures on a labelled set: recall and precision of each, with what was missed.
// Run: npm run visual [-- text codes faces]. Exit code 1 where a target is not met. Needs the packages that docs/visual.md names.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'node_modules', `.visual-${process.pid}.mjs`);
process.on('exit', () => rmSync(bundle, { force: true }));
await build({
  absWorkingDir: root,
  entryPoints: ['test/visual/evaluation/main.ts'],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
});
process.exitCode = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
