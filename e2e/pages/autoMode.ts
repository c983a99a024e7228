/** AutoMode, opened on a workspace with a past. */
import type { Locator, Page } from 'playwright';
import { createDemoWorkspace } from '../../src/demo/index.ts';
import { expect, test as base } from '../fixtures.ts';
import { makeWorkspace } from '../workspace.ts';

export const test = base.extend<{ readonly panel: Page }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from the pattern
  workspace: async ({}, use) => {
    const workspace = makeWorkspace('demo');
    await createDemoWorkspace(workspace.path, { seed: 'e2e', now: Date.now(), count: 12 });
    await use(workspace);
    workspace.remove();
  },
  /** The console, opened on AutoMode. */
  panel: async ({ opened }, use) => {
    const { page } = opened;
    await page.getByRole('navigation', { name: 'Panels' }).getByText('AutoMode', { exact: true }).click();
    await page.getByRole('figure', { name: 'Shares over the last 24 hours' }).waitFor();
    await expect(page.getByRole('button', { name: 'Pause AutoMode' })).toBeEnabled();
    await use(page);
  },
});

export const card = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
export const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name });

export { expect } from '../fixtures.ts';
