import { defineConfig } from 'vitest/config';

/** The longer suites: the whole corpus, the adversarial set, fault injection. `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Most of them wait for programs that they start.
    maxWorkers: '100%',
    disableConsoleIntercept: true,
  },
});
