import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Consoles of tests that run beside each other would fight for the usual port.
    env: { STEROWNIA_METRICS_PORT: 'off' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
