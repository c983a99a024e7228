/** axe finds nothing on any page or dialog, in either theme. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect, test } from './fixtures.ts';
import { Frame, type Panel } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { Trash } from './pages/trash.ts';

/** axe reads every node of a page, which takes its time on a busy machine. */
test.describe.configure({ timeout: 180_000 });

const themes = ['light', 'dark'] as const;

async function chooseTheme(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  await new Frame(page).openPalette();
  await page.keyboard.type(theme === 'dark' ? 'Dark theme' : 'Light theme');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: new RegExp(`^Theme: ${theme}`, 'u') }).waitFor();
}

/** What is fading in or out would be measured half-way. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
}

async function problems(page: Page): Promise<readonly string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`));
}

// Axe walks every page and dialog: several minutes where other work has the processors.
test.beforeEach(() => test.slow());

for (const theme of themes) {
  test(`every page, ${theme}`, async ({ opened }) => {
    const { page } = opened;
    await chooseTheme(page, theme);
    const frame = new Frame(page);
    const reports = new ReportCenter(page);
    const plan = await reports.delete('smoke/run_b');
    await plan.button('Delete smoke/run_b').click();
    await expect(plan.result).toContainText('completed');
    await plan.leave();
    for (const panel of ['Approvals', 'Trash', 'Journal', 'Settings', 'ReportCenter'] as const satisfies readonly Panel[]) {
      await frame.goTo(panel);
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      expect.soft(await problems(page), panel).toEqual([]);
    }
    for (const view of ['Category totals', 'Charts'] as const) {
      await page.getByRole('tab', { name: view }).click();
      expect.soft(await problems(page), view).toEqual([]);
    }
    await page.getByRole('tab', { name: 'Reports' }).click();
    await reports.row('daily/2026-10-01').click();
    await page.getByRole('heading', { name: /daily\/2026-10-01/u }).waitFor();
    expect.soft(await problems(page), 'details').toEqual([]);
    await frame.goTo('Trash');
    await new Trash(page).openFirst();
    expect.soft(await problems(page), 'trash entry').toEqual([]);
    await new Trash(page).restore();
    expect.soft(await problems(page), 'restore').toEqual([]);
  });

  test(`every dialog, ${theme}`, async ({ opened }) => {
    const { page } = opened;
    await chooseTheme(page, theme);
    const reports = new ReportCenter(page);
    for (const act of ['Purge by filter', 'Archive by filter'] as const) {
      const plan = await reports.act(act);
      await plan.sentence.waitFor();
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      expect.soft(await problems(page), act).toEqual([]);
      await plan.leave();
    }
    const plan = await reports.delete('smoke/run_a');
    await plan.sentence.waitFor();
    expect.soft(await problems(page), 'delete').toEqual([]);
    await plan.button('Delete smoke/run_a').click();
    await expect(plan.result).toContainText('completed');
    expect.soft(await problems(page), 'result').toEqual([]);
    await plan.leave();
    const dialogs = [
      ['workspace', () => page.getByRole('button', { name: /open another$/u }).click()],
      ['notifications', () => page.getByRole('button', { name: /^Notifications/u }).click()],
      ['about', () => page.getByRole('button', { name: 'About Sterownia' }).click()],
      ['palette', () => page.keyboard.press('Control+k')],
      ['shortcuts', () => page.keyboard.press('?')],
      ['saved filters', () => page.getByRole('button', { name: 'Saved filters' }).click()],
      ['act menu', () => page.getByRole('button', { name: 'Act on reports' }).click()],
    ] as const;
    for (const [name, open] of dialogs) {
      await open();
      await page.locator('[role="dialog"], [role="menu"], [role="presentation"].MuiModal-root').first().waitFor();
      expect.soft(await problems(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('.MuiModal-root').waitFor({ state: 'detached' });
    }
  });
}
