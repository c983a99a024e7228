/** axe finds nothing in Strategy Management, in either theme. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect, test } from './fixtures.ts';
import { fillModels } from './modelWorkspace.ts';
import { Frame } from './pages/frame.ts';
import { Models } from './pages/models.ts';

test.describe.configure({ timeout: 240_000 });
test.beforeEach(({ workspace }) => fillModels(workspace));

async function problems(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`));
}

for (const theme of ['light', 'dark'] as const) {
  test(`every view and dialog, ${theme}`, async ({ opened }) => {
    const { page } = opened;
    const models = new Models(page);
    const frame = new Frame(page);
    await frame.goTo('Strategy Management');
    await frame.openPalette();
    await page.keyboard.type(theme === 'dark' ? 'Dark theme' : 'Light theme');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: new RegExp(`^Theme: ${theme}`, 'u') }).waitFor();
    expect.soft(await problems(page), 'list').toEqual([]);
    for (const tab of ['Comparison', 'Training', 'Artifacts', 'Decisions', 'Diff of folders']) {
      await models.tab(tab).click();
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      await expect(page.locator('.MuiSkeleton-root')).toHaveCount(0);
      expect.soft(await problems(page), tab).toEqual([]);
    }
    await models.tab('Models').click();
    await models.open('decision_engine');
    expect.soft(await problems(page), 'drawer').toEqual([]);
    await models.drawer.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('dialog', { name: 'Pin the champion' }).waitFor();
    expect.soft(await problems(page), 'pin').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.MuiModal-root').waitFor({ state: 'detached' });
    const plan = await models.promote('decision_engine', 'v3', 'Only to look at it');
    expect.soft(await problems(page), 'promotion').toEqual([]);
    await plan.leave();
  });
}
