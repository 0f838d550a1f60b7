import { defineConfig } from 'vitest/config';

/** The longer suites: the whole corpus, the adversarial set, fault injection. `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    // These have a command of their own: `npm run faults`.
    exclude: process.argv.some((word) => word.includes('faults')) ? [] : ['test/long/*-faults.test.ts', '**/node_modules/**'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Most of them wait for programs that they start.
    maxWorkers: '100%',
    disableConsoleIntercept: true,
  },
});
