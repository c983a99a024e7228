/** What every spec starts from: a workspace of its own, and a way to open the console on it in the present host. */
import { test as base } from 'playwright/test';
import { launchConsole, type Host, type LaunchedConsole, type LaunchOptions } from './launch.ts';
import { fillWorkspace, makeWorkspace, type TestWorkspace } from './workspace.ts';

export interface HostOption {
  readonly host: Host;
}

interface Fixtures {
  /** Eight reports in two categories. */
  readonly workspace: TestWorkspace;
  readonly launch: (options?: Partial<LaunchOptions>) => Promise<LaunchedConsole>;
  /** The console, opened on the workspace. */
  readonly opened: LaunchedConsole;
}

export const test = base.extend<Fixtures & HostOption>({
  host: ['standin', { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from the pattern
  workspace: async ({}, use) => {
    const workspace = makeWorkspace();
    fillWorkspace(workspace);
    await use(workspace);
    workspace.remove();
  },
  launch: async ({ host, workspace }, use) => {
    const launched: LaunchedConsole[] = [];
    await use(async (options = {}) => {
      const one = await launchConsole({ host, workspace: workspace.path, ...options });
      launched.push(one);
      return one;
    });
    for (const one of launched) await one.close();
  },
  opened: async ({ launch }, use) => use(await launch()),
});

export { expect } from 'playwright/test';
