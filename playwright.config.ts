/**
 * The end-to-end tests: the same specs on each host of the console. The stand-in runs the desktop's main program and
 * preload script in Node; Electron itself joins in where `npm run test:electron` finds its runtime.
 */
import { defineConfig } from 'playwright/test';
import type { HostOption } from './e2e/fixtures.ts';

// Consoles of tests that run beside each other would fight for the usual port.
process.env['STEROWNIA_METRICS_PORT'] ??= 'off';

const withElectron = process.env['STEROWNIA_E2E_ELECTRON'] === '1';

export default defineConfig<HostOption>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  workers: 2,
  // One more try on a machine that may be busy with other things; what needed it is counted and named.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  forbidOnly: true,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  projects: withElectron
    ? [{ name: 'electron', use: { host: 'electron' }, testIgnore: ['**/connection.spec.ts', '**/desktop.spec.ts'] }]
    : [
      { name: 'standin', use: { host: 'standin' }, testIgnore: '**/connection.spec.ts' },
      // The pages are the same ones, so axe looks at them on one host; desktop and window need a host that has them.
      { name: 'headless', use: { host: 'headless' }, testIgnore: ['**/*ccessibility.spec.ts', '**/desktop.spec.ts', '**/navigation.spec.ts'] },
    ],
});
