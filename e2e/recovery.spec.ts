/** What goes otherwise than hoped: files in the way of a restore, work that is stopped, a journal that was touched. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { Trash } from './pages/trash.ts';
import { makeWorkspace } from './workspace.ts';

test('a restore that finds something in its place asks, and does what is chosen', async ({ opened, workspace }) => {
  const { page } = opened;
  const summary = join(workspace.path, 'var/reports/smoke/run_a/summary.json');
  const before = readFileSync(summary, 'utf8');
  const plan = await new ReportCenter(page).delete('smoke/run_a');
  await plan.button('Delete smoke/run_a').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();
  workspace.write('var/reports/smoke/run_a/summary.json', '{"newer":true}');
  await new Frame(page).goTo('Trash');
  await new Trash(page).openFirst();
  const dialog = await new Trash(page).restore();
  const restore = dialog.getByRole('button', { name: 'Restore', exact: true });
  await restore.click();
  await expect(dialog.getByRole('list', { name: 'Conflicts' })).toContainText('smoke/run_a');
  expect(readFileSync(summary, 'utf8')).toBe('{"newer":true}');
  for (const choice of [/^keep both/u, /^put the present one/u, /^leave the present one/u]) await expect(dialog.getByRole('radio', { name: choice })).toBeEnabled();
  await dialog.getByRole('radio', { name: /^put the present one/u }).check();
  await restore.click();
  await expect(dialog.getByRole('status')).toContainText('completed');
  expect(readFileSync(summary, 'utf8')).toBe(before);
});

test('keeping both leaves the present file and names the restored one', async ({ opened, workspace }) => {
  const { page } = opened;
  const plan = await new ReportCenter(page).delete('smoke/run_b');
  await plan.button('Delete smoke/run_b').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();
  workspace.write('var/reports/smoke/run_b/summary.json', '{"newer":true}');
  await new Frame(page).goTo('Trash');
  await new Trash(page).openFirst();
  const dialog = await new Trash(page).restore();
  await dialog.getByRole('radio', { name: /^keep both/u }).check();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('→');
  expect(readFileSync(join(workspace.path, 'var/reports/smoke/run_b/summary.json'), 'utf8')).toBe('{"newer":true}');
});

/** Enough that a quick machine is still at work when the button is pressed. */
const many = 24_000;

test('a long purge that is stopped says what it leaves, and what was done can be undone', async ({ launch }) => {
  test.setTimeout(600_000);
  const patient = { timeout: 180_000 };
  const large = makeWorkspace('large');
  try {
    for (let at = 0; at < many; at += 1) large.report(`bulk/run_${String(at).padStart(5, '0')}`, { exports: [] });
    const { page } = await launch({ workspace: large.path });
    const reports = new ReportCenter(page);
    await reports.rows.first().waitFor();
    const plan = await reports.act('Purge by filter');
    await expect(plan.sentence).toContainText('24,000', patient);
    await plan.confirm(/Type (?<word>\S+) to confirm/u.exec(await plan.dialog.innerText())?.groups?.['word'] ?? '');
    await plan.button(/^Purge 24,000/u).click();
    const work = plan.dialog.getByRole('region', { name: 'At work' });
    await expect(work).toContainText('Stopping ends after the present item');
    await expect(work.getByRole('status')).toContainText('/');
    await work.getByRole('button', { name: 'Stop' }).click();
    await expect(plan.result).toContainText('stopped', patient);
    const left = readdirSync(join(large.path, 'var/reports/bulk')).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(many);
    await plan.button('Undo').click();
    await expect(plan.dialog.getByText(/Undone by/u)).toBeVisible(patient);
    expect(readdirSync(join(large.path, 'var/reports/bulk'))).toHaveLength(many);
  } finally {
    large.remove();
  }
});

test('a journal that was touched is told, and is accepted only with a reason', async ({ opened, workspace }) => {
  const { page } = opened;
  const plan = await new ReportCenter(page).delete('smoke/run_a');
  await plan.button('Delete smoke/run_a').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();
  const folder = join(workspace.path, 'audit', 'journal');
  const name = readdirSync(folder).find((each) => each.endsWith('.jsonl')) ?? '';
  workspace.write(join('audit', 'journal', name), readFileSync(join(folder, name), 'utf8').replace('"intent"', '"note"'));
  await new Frame(page).goTo('Journal');
  await page.getByRole('button', { name: 'Verify the journal' }).click();
  await expect(page.getByText(/^Journal broken,/u)).toBeVisible();
  const accept = page.getByRole('button', { name: 'Accept the journal' });
  await expect(accept).toBeDisabled();
  await page.getByLabel('Why it is accepted').fill('an older backup was put back');
  await accept.click();
  await expect(page.getByText('journal accepted as it is').first()).toBeVisible();
});

test('another workspace is opened from the chooser by its path, and a wrong path is told', async ({ opened }) => {
  const other = makeWorkspace('other');
  try {
    other.report('daily/2026-11-01');
    const { page } = opened;
    await page.getByRole('button', { name: /open another$/u }).click();
    const field = page.getByLabel('Folder of another workspace');
    await field.fill(join(other.path, 'nowhere'));
    await page.getByRole('button', { name: 'Open folder' }).click();
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Nothing was changed');
    await field.fill(other.path);
    await page.getByRole('button', { name: 'Open folder' }).click();
    await expect(new ReportCenter(page).row('daily/2026-11-01')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Workspace other, open another' })).toBeVisible();
    await expect(page).toHaveTitle(/other/u);
  } finally {
    other.remove();
  }
});
