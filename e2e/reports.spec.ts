/** ReportCenter from the list to the undone purge, on every host. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inventory } from './files.ts';
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { PlanDialog } from './pages/planDialog.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { Trash } from './pages/trash.ts';

test('opens on the reports of the workspace', async ({ opened }) => {
  const reports = new ReportCenter(opened.page);
  await expect(new Frame(opened.page).heading('ReportCenter')).toBeVisible();
  await expect(reports.rows).toHaveCount(8);
  await expect(reports.row('smoke/run_c')).toContainText('damaged');
  await expect(reports.row('smoke/run_d')).toContainText('missing');
  await expect(opened.page.getByText(/^8 reports/u)).toBeVisible();
});

test('narrows the table by text, category and state of the summary, and keeps the filters in its address', async ({ opened }) => {
  const reports = new ReportCenter(opened.page);
  await expect(reports.rows).toHaveCount(8);
  await reports.search.fill('daily/2026-10-0');
  await expect(reports.rows).toHaveCount(4);
  await reports.search.fill('');
  await reports.chooseCategory('smoke');
  await expect(reports.rows).toHaveCount(4);
  await reports.chooseSummary('damaged');
  await expect(reports.rows).toHaveCount(1);
  await expect(reports.rows).toContainText('smoke/run_c');
  expect(opened.page.url()).toContain('category=smoke');
  await opened.page.reload();
  await expect(reports.rows).toHaveCount(1);
});

test('deletes one report into the trash and brings it back byte for byte', async ({ opened, workspace }) => {
  const folder = join(workspace.path, 'var', 'reports');
  const before = inventory(folder);
  const reports = new ReportCenter(opened.page);
  const plan = await reports.delete('smoke/run_a');
  await expect(plan.sentence).toContainText('Delete smoke/run_a');
  expect(inventory(folder)).toEqual(before);
  await plan.button('Delete smoke/run_a').click();
  await expect(plan.result).toContainText('completed');
  expect(existsSync(join(folder, 'smoke', 'run_a'))).toBe(false);
  await plan.button('Undo').click();
  await expect(plan.dialog.getByText(/Undone by/u)).toBeVisible();
  expect(inventory(folder)).toEqual(before);
  await plan.leave();
  await expect(reports.rows).toHaveCount(8);
});

test('purges every match of the filter after a typed word, and undoes it', async ({ opened, workspace }) => {
  const folder = join(workspace.path, 'var', 'reports');
  const before = inventory(folder);
  const reports = new ReportCenter(opened.page);
  await reports.chooseCategory('smoke');
  await expect(reports.rows).toHaveCount(4);
  const plan = await reports.act('Purge by filter');
  await expect(plan.sentence).toContainText('Purge 4 reports');
  await expect(plan.button('Purge 4 reports')).toBeDisabled();
  await plan.confirm('purge');
  await plan.button('Purge 4 reports').click();
  await expect(plan.result).toContainText('4 items done');
  expect(Object.keys(inventory(folder)).some((path) => path.startsWith('smoke'))).toBe(false);
  expect(Object.keys(inventory(folder)).filter((path) => path.startsWith('daily'))).toHaveLength(8);
  await plan.button('Undo').click();
  await expect(plan.dialog.getByText(/Undone by/u)).toBeVisible();
  expect(inventory(folder)).toEqual(before);
});

test('a preview that nobody applies changes nothing', async ({ opened, workspace }) => {
  const folder = join(workspace.path, 'var', 'reports');
  const before = inventory(folder);
  const plan = await new ReportCenter(opened.page).act('Purge by filter');
  await expect(plan.sentence).toContainText('Purge 8 reports');
  await opened.page.keyboard.press('Escape');
  await expect(plan.dialog).toBeHidden();
  expect(inventory(folder)).toEqual(before);
});

test('archives verified copies and leaves the reports where they are', async ({ opened, workspace }) => {
  const folder = join(workspace.path, 'var', 'reports');
  const before = inventory(folder);
  const reports = new ReportCenter(opened.page);
  await reports.search.fill('daily/2026-10-04');
  await expect(reports.rows).toHaveCount(1);
  const plan = await reports.act('Archive by filter');
  await plan.button('Archive 1 report').click();
  await expect(plan.result).toContainText('completed');
  expect(inventory(folder)).toEqual(before);
  const copies = readdirSync(join(workspace.path, 'var', 'reports_archives'), { recursive: true }).map(String);
  expect(copies.some((path) => path.includes('2026-10-04'))).toBe(true);
});

test('a plan that the disk has overtaken names what changed and offers to plan again', async ({ opened, workspace }) => {
  const reports = new ReportCenter(opened.page);
  const plan = await reports.delete('smoke/run_a');
  await expect(plan.button('Delete smoke/run_a')).toBeEnabled();
  workspace.write('var/reports/smoke/run_a/trades.csv', 'changed behind the preview');
  await expect(async () => {
    if (await plan.button('Delete smoke/run_a').isEnabled({ timeout: 500 }).catch(() => false)) await plan.button('Delete smoke/run_a').click({ timeout: 500 });
    await expect(plan.button('Plan again')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(plan.dialog.getByText(/on disk has changed since the preview/u)).toBeVisible();
  expect(readFileSync(join(workspace.path, 'var/reports/smoke/run_a/trades.csv'), 'utf8')).toBe('changed behind the preview');
  await plan.button('Plan again').click();
  await plan.button('Delete smoke/run_a').click();
  await expect(plan.result).toContainText('completed');
});

test('restores an entry from the trash', async ({ opened, workspace }) => {
  const folder = join(workspace.path, 'var', 'reports');
  const before = inventory(folder);
  const plan = await new ReportCenter(opened.page).delete('daily/2026-10-01');
  await plan.button('Delete daily/2026-10-01').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();
  await new Frame(opened.page).goTo('Trash');
  const trash = new Trash(opened.page);
  await expect(trash.entries).toHaveCount(1);
  await trash.openFirst();
  const dialog = await trash.restore();
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect(dialog.getByRole('status')).toContainText('completed');
  expect(inventory(folder)).toEqual(before);
});

test('a new report on disk appears without asking', async ({ opened, workspace }) => {
  const reports = new ReportCenter(opened.page);
  await expect(reports.rows).toHaveCount(8);
  workspace.report('daily/2026-10-09');
  await expect(reports.row('daily/2026-10-09')).toBeVisible();
  await expect(reports.rows).toHaveCount(9);
});

test('verifies the journal of what was done', async ({ opened }) => {
  const plan = await new ReportCenter(opened.page).delete('smoke/run_b');
  await plan.button('Delete smoke/run_b').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();
  const frame = new Frame(opened.page);
  await frame.goTo('Journal');
  await opened.page.getByRole('button', { name: 'Verify the journal' }).click();
  await expect(opened.page.getByRole('status').filter({ hasText: /Journal verified/u })).toBeVisible();
});

test('shows the details of a report and a plan by its address', async ({ opened }) => {
  await new ReportCenter(opened.page).row('daily/2026-10-02').click();
  await expect(opened.page.getByRole('heading', { name: /daily\/2026-10-02/u })).toBeVisible();
  await opened.page.goto(`${opened.page.url().split('#')[0] ?? ''}#/reports?report=${encodeURIComponent('smoke/run_c')}`);
  await expect(opened.page.getByRole('heading', { name: /smoke\/run_c/u })).toBeVisible();
});

test('exports the preview as a file', async ({ opened, host }) => {
  const plan = await new ReportCenter(opened.page).delete('smoke/run_a');
  await expect(plan.sentence).toContainText('smoke/run_a');
  const saving = host === 'standin' ? null : opened.page.waitForEvent('download');
  await plan.button('Export preview').click();
  if (saving === null) {
    await expect.poll(async () => (await opened.desktop?.state())?.downloads ?? []).toMatchObject([{ refused: false }]);
    const saved = (await opened.desktop?.state())?.downloads[0]?.savedAs ?? '';
    expect(readFileSync(saved, 'utf8')).toContain('smoke/run_a');
  } else {
    const path = await (await saving)?.path() ?? '';
    expect(readFileSync(path, 'utf8')).toContain('smoke/run_a');
  }
});

test('the whole way by keyboard: open, preview, leave, purge, close', async ({ opened, workspace }) => {
  const { page } = opened;
  await expect(new ReportCenter(page).rows).toHaveCount(8);
  await page.keyboard.press('/');
  await page.keyboard.type('run_a');
  await expect(new ReportCenter(page).rows).toHaveCount(1);
  const palette = await new Frame(page).openPalette();
  await page.keyboard.type('Purge every');
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  const plan = await PlanDialog.opened(page, 'Purge reports');
  await expect(plan.button('Leave without doing it')).toBeFocused();
  const field = plan.dialog.getByLabel('Type purge to confirm');
  for (let step = 0; step < 40 && !await field.evaluate((element) => element === document.activeElement); step += 1) await page.keyboard.press('Tab');
  await expect(field).toBeFocused();
  await page.keyboard.type('purge');
  await page.keyboard.press('Enter');
  expect(existsSync(join(workspace.path, 'var/reports/smoke/run_a'))).toBe(true);
  const act = plan.button('Purge 1 report');
  for (let step = 0; step < 40 && !await act.evaluate((element) => element === document.activeElement); step += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(act).toBeFocused();
  expect(existsSync(join(workspace.path, 'var/reports/smoke/run_a'))).toBe(true);
  await page.keyboard.press('Space');
  await expect(plan.result).toContainText('completed');
  expect(existsSync(join(workspace.path, 'var/reports/smoke/run_a'))).toBe(false);
  await page.keyboard.press('Escape');
  await expect(plan.dialog).toBeHidden();
});
