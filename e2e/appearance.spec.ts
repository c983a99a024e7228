/** Language, theme, palette, notifications of state: what the person sets, and that it stays. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { removeFolder } from './files.ts';

test('switches to Polish and back while running', async ({ opened }) => {
  const { page } = opened;
  const frame = new Frame(page);
  await frame.switchLanguage();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pl');
  await expect(page.getByText(/^8 raportów/u)).toBeVisible();
  await expect(page.getByRole('navigation').getByText('Dziennik')).toBeVisible();
  await frame.switchLanguage();
  await expect(page.getByText(/^8 reports/u)).toBeVisible();
});

test('changes the theme and remembers it for the next start', async ({ launch }) => {
  const home = mkdtempSync(join(tmpdir(), 'sterownia-home-'));
  try {
    const first = await launch({ home });
    const background = (page: typeof first.page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const frame = new Frame(first.page);
    await new ReportCenter(first.page).row('smoke/run_a').waitFor();
    await frame.openPalette();
    await first.page.keyboard.type('Dark theme');
    await first.page.keyboard.press('Enter');
    await expect(first.page.getByRole('button', { name: /^Theme: dark/u })).toBeVisible();
    const dark = await background(first.page);
    const saved = () => readdirSync(join(home, 'config', 'sterownia')).filter((name) => name.endsWith('.json')).map((name) => readFileSync(join(home, 'config', 'sterownia', name), 'utf8')).join('');
    await expect.poll(saved).toContain('"dark"');
    await first.close();
    const second = await launch({ home });
    await expect(second.page.getByRole('button', { name: /^Theme: dark/u })).toBeVisible();
    expect(await background(second.page)).toBe(dark);
  } finally {
    removeFolder(home);
  }
});

test('the palette finds every page and leaves with Escape', async ({ opened }) => {
  const { page } = opened;
  const frame = new Frame(page);
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  for (const panel of ['Approvals', 'Trash', 'Journal', 'Settings', 'ReportCenter'] as const) {
    const palette = await frame.openPalette();
    await page.keyboard.type(`Go to ${panel}`);
    await page.keyboard.press('Enter');
    await expect(palette).toBeHidden();
    await expect(frame.heading(panel)).toBeVisible();
  }
  const palette = await frame.openPalette();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('made-up data carries the ribbon, real data does not', async ({ opened, workspace, launch }) => {
  await new ReportCenter(opened.page).row('smoke/run_a').waitFor();
  await expect(opened.page.getByText('demo', { exact: true })).toBeHidden();
  workspace.write('var/console/demo.json', '{}');
  const demo = await launch();
  await expect(demo.page.getByText('demo', { exact: true })).toBeVisible();
});
