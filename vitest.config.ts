import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Many tests start processes and flush to the disk: on a busy machine with a slow disk that takes its time, and no limit here is a promise.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Consoles of tests that run beside each other would fight for the usual port.
    env: { STEROWNIA_METRICS_PORT: 'off' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
