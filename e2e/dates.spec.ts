/** Dates and instants are ISO in both languages, whatever the browser prefers, and are filled by keyboard or from a calendar. */
import { expect, test } from './fixtures.ts';
import { fillModels } from './modelWorkspace.ts';
import { DateField } from './pages/dateField.ts';
import { Frame } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';

test('a date narrows the reports by keyboard alone, as digits, with separators, and is taken away again', async ({ opened }) => {
  const { page } = opened;
  const reports = new ReportCenter(page);
  const since = new DateField(page, 'Changed since');
  await expect(reports.rows).toHaveCount(8);
  await since.type('20261003');
  await expect(reports.rows).toHaveCount(2);
  expect(page.url()).toContain('since=2026-10-03');
  await since.clear();
  await expect(reports.rows).toHaveCount(8);
  expect(page.url()).not.toContain('since');
  await page.keyboard.press('Tab');
  await new DateField(page, 'Changed until').type('2026-9-2');
  await expect(reports.rows).toHaveCount(2);
  expect(page.url()).toContain('until=2026-09-02');
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('Changed until: 2026-09-02 24:00 UTC');
});

test('what is half filled or out of reach is no date', async ({ opened }) => {
  const { page } = opened;
  const reports = new ReportCenter(page);
  const since = new DateField(page, 'Changed since');
  await expect(reports.rows).toHaveCount(8);
  await since.type('2026-10');
  await expect.poll(() => since.text()).toBe('2026 10 DD');
  await expect(reports.rows).toHaveCount(8);
  await since.type('00261003');
  await expect.poll(() => since.text()).toBe('0026 10 03');
  await expect(reports.rows).toHaveCount(8);
  expect(page.url()).not.toContain('since');
});

test('an instant of the address stays until another date takes its place', async ({ opened }) => {
  const { page } = opened;
  const reports = new ReportCenter(page);
  await expect(reports.rows).toHaveCount(8);
  await page.evaluate(() => { location.hash = '#/reports?since=2026-10-03T20%3A00%3A00Z'; });
  await expect(reports.rows).toHaveCount(1);
  const since = new DateField(page, 'Changed since');
  await expect.poll(() => since.text()).toBe('2026 10 03');
  await since.group.getByRole('spinbutton', { name: 'Day' }).click();
  await page.keyboard.press('Tab');
  expect(page.url()).toContain('since=2026-10-03T20%3A00%3A00Z');
  await since.group.getByRole('spinbutton', { name: 'Day' }).click();
  await page.keyboard.type('02');
  await expect(reports.rows).toHaveCount(3);
});

test('the calendar speaks the language of the window and begins its weeks on Monday; the field stays ISO', async ({ opened }) => {
  const { page } = opened;
  const reports = new ReportCenter(page);
  await expect(reports.rows).toHaveCount(8);
  await new Frame(page).switchLanguage();
  const since = new DateField(page, 'Zmienione od');
  await expect.poll(() => since.text()).toBe('RRRR MM DD');
  await since.type('20261003');
  await expect(reports.rows).toHaveCount(2);
  await expect.poll(() => since.text()).toBe('2026 10 03');
  const open = page.getByRole('button', { name: 'Zmienione od: otwórz kalendarz, wybrano 3 paź 2026' });
  await open.focus();
  await page.keyboard.press('Enter');
  const calendar = page.getByRole('dialog', { name: 'Zmienione od' });
  await expect(calendar).toContainText('październik 2026');
  await expect(calendar.getByRole('columnheader').first()).toHaveText('Pn');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(reports.rows).toHaveCount(3);
  await expect.poll(() => since.text()).toBe('2026 10 02');
  await page.keyboard.press('Escape');
  await expect(calendar).toHaveCount(0);
});

test('the journal is narrowed by date', async ({ opened }) => {
  const { page } = opened;
  await new Frame(page).goTo('Journal');
  await new DateField(page, 'Since').type('2099-01-01');
  await expect(page.getByText('No entries', { exact: true })).toBeVisible();
  expect(page.url()).toContain('since=2099-01-01');
});

test.describe('in dialogs', () => {
  test.beforeEach(({ workspace }) => fillModels(workspace));

  test('an instant is taken in the zone of the computer and sent in UTC; Escape closes the calendar, then the dialog', async ({ opened }) => {
    const { page } = opened;
    await new Frame(page).goTo('Strategy Management');
    await page.getByRole('button', { name: 'Open decision_engine', exact: true }).click();
    await page.getByRole('complementary').getByRole('button', { name: 'Pin', exact: true }).click();
    const pin = page.getByRole('dialog', { name: 'Pin the champion' });
    const until = new DateField(page, /^Pin ends/u, pin);
    await until.type('2027-12-31 23:59');
    const sent = await page.evaluate(() => `${new Date('2027-12-31T23:59').toISOString().slice(0, 19)}Z`);
    await expect(pin.getByRole('group', { name: 'Command line' })).toContainText(`--until ${sent}`);
    await expect(pin).toContainText(`In UTC: ${sent.replace('T', ' ').replace('Z', ' UTC')}`);
    await pin.getByRole('button', { name: /^Pin ends.*: open the calendar/u }).click();
    const calendar = page.getByRole('dialog', { name: /^Pin ends/u });
    await calendar.waitFor();
    await page.keyboard.press('Escape');
    await expect(calendar).toHaveCount(0);
    await expect(pin).toBeVisible();
    await pin.getByRole('button', { name: /^Pin ends.*: clear/u }).click();
    await expect(pin.getByRole('group', { name: 'Command line' })).not.toContainText('--until');
    await page.keyboard.press('Escape');
    await expect(pin).toHaveCount(0);
  });
});
