// Puts this repository's own hooks in place (.husky/). Away from a checkout, in CI, or without the development
// dependencies there is nothing to guard, and an install must not fail for it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const inCheckout = existsSync(fileURLToPath(new URL('../.git', import.meta.url)));
if (inCheckout && !process.env.CI) {
  const husky = await import('husky').catch(() => undefined);
  const problem = husky?.default();
  if (problem) console.log(problem);
}
