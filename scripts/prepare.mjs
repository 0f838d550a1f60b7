// After an install of this repository itself: builds it, and puts its own hooks in place. `npm install --global` of a git address, which
// is how the pre-commit framework installs it, leaves out what the build needs: npm hands "global" on to the install within.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!hasBuilder()) {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_config_(?:global|location|prefix)$/i.test(name));
  const run = spawnSync(
    process.execPath,
    [process.env.npm_execpath ?? '', 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: root, env: Object.fromEntries(kept), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (run.status !== 0) process.exit(run.status ?? 1);
}
await import('./build.mjs');
await import('./own-hooks.mjs');

function hasBuilder() {
  try {
    createRequire(import.meta.url).resolve('esbuild');
    return true;
  } catch {
    return false;
  }
}
